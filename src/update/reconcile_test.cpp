// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The table of the README, row by row, and the words for causes.
#include "update/reconcile.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "hal/reset.hpp"
#include "image/verdict.hpp"

namespace linnet::update {
namespace {

using release::Outcome;
using release::ReleaseState;
using release::ReleaseStatus;

crypto::Digest DigestOf(int number) {
  crypto::Digest digest{};
  digest[0] = static_cast<std::byte>(number);
  return digest;
}

const crypto::Digest kOld = DigestOf(1);
const crypto::Digest kOurs = DigestOf(2);
const crypto::Digest kOther = DigestOf(3);

Notes Noted(Stage stage) {
  Notes notes{.stage = stage, .event_total = 10, .candidate = kOurs};
  IgnoreStatus(notes.job_id.Assign("job"));
  return notes;
}

ReleaseStatus Status(ReleaseState state, const crypto::Digest& running,
                     const crypto::Digest& confirmed, const crypto::Digest& candidate = {}) {
  ReleaseStatus status;
  status.state = state;
  status.running = running;
  status.confirmed = confirmed;
  status.candidate = candidate;
  status.event_total = 10;
  return status;
}

void Log(ReleaseStatus& status, const crypto::Digest& release, Outcome outcome, int detail = 0) {
  status.events[status.event_count++] = {.release = release::PrefixOf(release),
                                         .outcome = outcome,
                                         .detail = static_cast<std::uint8_t>(detail)};
  ++status.event_total;
}

// One test for each row of the first table in the README, in its order.

TEST(Reconcile, R1StagingAndOurCandidateIsConfirmed) {
  EXPECT_EQ(Reconcile(Noted(Stage::kStaging), Status(ReleaseState::kReady, kOurs, kOurs)),
            Decision::kSucceed);
}

TEST(Reconcile, R2StagingAndAnotherReleaseIsWanted) {
  for (const ReleaseState state : {ReleaseState::kStaged, ReleaseState::kTrial}) {
    EXPECT_EQ(Reconcile(Noted(Stage::kStaging), Status(state, kOther, kOld, kOther)),
              Decision::kFail);
    EXPECT_EQ(Reconcile(Noted(Stage::kStaging), Status(state, kOld, kOld, kOther)),
              Decision::kFail);
  }
}

TEST(Reconcile, R3StagingAndOursRuns) {
  for (const ReleaseState state : {ReleaseState::kStaged, ReleaseState::kTrial}) {
    EXPECT_EQ(Reconcile(Noted(Stage::kStaging), Status(state, kOurs, kOld, kOurs)),
              Decision::kProve);
  }
}

TEST(Reconcile, R4StagingAndOursIsWantedButAnotherRuns) {
  for (const ReleaseState state : {ReleaseState::kStaged, ReleaseState::kTrial}) {
    EXPECT_EQ(Reconcile(Noted(Stage::kStaging), Status(state, kOld, kOld, kOurs)),
              Decision::kReboot);
  }
}

TEST(Reconcile, R5StagingAndTheLogHasEndedOurs) {
  for (const Outcome outcome :
       {Outcome::kStageRefused, Outcome::kRejected, Outcome::kAttemptsSpent,
        Outcome::kInstallFailed, Outcome::kCopyFailed, Outcome::kInstallStartsSpent}) {
    ReleaseStatus status = Status(ReleaseState::kReady, kOld, kOld);
    Log(status, kOurs, outcome);
    EXPECT_EQ(Reconcile(Noted(Stage::kStaging), status), Decision::kFail);
  }
}

TEST(Reconcile, R6StagingAndTheLogSaysNothing) {
  const Notes staging = Noted(Stage::kStaging);
  EXPECT_EQ(Reconcile(staging, Status(ReleaseState::kReady, kOld, kOld)), Decision::kWait);
  for (const Outcome outcome : {Outcome::kStaged, Outcome::kAttemptEnded, Outcome::kRepaired}) {
    ReleaseStatus status = Status(ReleaseState::kReady, kOld, kOld);
    Log(status, kOurs, outcome);
    Log(status, kOther, Outcome::kAttemptsSpent);
    EXPECT_EQ(Reconcile(staging, status), Decision::kWait);
  }
}

TEST(Reconcile, R7AnythingElseAndTheCandidateRuns) {
  for (const Stage stage :
       {Stage::kNone, Stage::kFetching, Stage::kSucceeded, Stage::kFailed, Stage::kRejected}) {
    EXPECT_EQ(Reconcile(Noted(stage), Status(ReleaseState::kTrial, kOther, kOld, kOther)),
              Decision::kProve);
  }
}

TEST(Reconcile, R8NothingOrFetchingAndAnotherIsWanted) {
  for (const Stage stage : {Stage::kNone, Stage::kFetching}) {
    for (const ReleaseState state : {ReleaseState::kStaged, ReleaseState::kTrial}) {
      EXPECT_EQ(Reconcile(Noted(stage), Status(state, kOld, kOld, kOther)), Decision::kReboot);
    }
  }
}

TEST(Reconcile, R9NothingOrFetchingAndNothingElse) {
  for (const Stage stage : {Stage::kNone, Stage::kFetching}) {
    EXPECT_EQ(Reconcile(Noted(stage), Status(ReleaseState::kReady, kOld, kOld)), Decision::kWait);
    EXPECT_EQ(Reconcile(Noted(stage), Status(ReleaseState::kNone, kOld, {})), Decision::kWait);
  }
}

TEST(Reconcile, R10AVerdictIsReportedAgain) {
  for (const Stage stage : {Stage::kSucceeded, Stage::kFailed, Stage::kRejected}) {
    EXPECT_EQ(Reconcile(Noted(stage), Status(ReleaseState::kReady, kOld, kOld)), Decision::kReport);
    EXPECT_EQ(Reconcile(Noted(stage), Status(ReleaseState::kStaged, kOld, kOld, kOther)),
              Decision::kReport);
  }
}

TEST(Reconcile, EventsFromBeforeThisOrderDoNotCount) {
  Notes staging = Noted(Stage::kStaging);
  ReleaseStatus status = Status(ReleaseState::kReady, kOld, kOld);
  Log(status, kOurs, Outcome::kAttemptsSpent);
  Log(status, kOther, Outcome::kStaged);
  staging.event_total = 11;
  EXPECT_EQ(Reconcile(staging, status), Decision::kWait);
  Log(status, kOurs, Outcome::kInstallFailed);
  EXPECT_EQ(Reconcile(staging, status), Decision::kFail);
}

TEST(Reconcile, SurvivesAFullLog) {
  Notes staging = Noted(Stage::kStaging);
  ReleaseStatus status = Status(ReleaseState::kReady, kOld, kOld);
  for (std::size_t i = 0; i + 1 < release::kMaxEvents; ++i) {
    Log(status, kOther, Outcome::kStaged);
  }
  Log(status, kOurs, Outcome::kCopyFailed);
  status.event_total = 1000;
  EXPECT_EQ(Reconcile(staging, status), Decision::kFail);
}

std::string Cause(Outcome outcome, int detail) {
  ReleaseStatus status = Status(ReleaseState::kReady, kOld, kOld);
  Log(status, kOurs, Outcome::kAttemptEnded, static_cast<int>(hal::ResetCause::kWatchdog));
  Log(status, kOurs, outcome, detail);
  return std::string(CauseOf(Noted(Stage::kStaging), status).text.view());
}

TEST(CauseOf, NamesTheOutcomeAndItsDetail) {
  const auto text = [](Outcome outcome) { return std::string(release::ToText(outcome)) + ": "; };
  EXPECT_EQ(Cause(Outcome::kAttemptsSpent, 0), text(Outcome::kAttemptsSpent) + "watchdog");
  EXPECT_EQ(Cause(Outcome::kRejected, static_cast<int>(release::RejectReason::kNoConnection)),
            text(Outcome::kRejected) + "it did not connect in time");
  const std::string refused =
      Cause(Outcome::kInstallFailed, static_cast<int>(image::Reason::kDigestMismatch));
  EXPECT_TRUE(refused.starts_with(text(Outcome::kInstallFailed)));
  EXPECT_NE(refused.find(image::ToText(image::Reason::kDigestMismatch).substr(0, 20)),
            std::string::npos);
  EXPECT_EQ(Cause(Outcome::kCopyFailed, static_cast<int>(Code::kDataLoss)),
            text(Outcome::kCopyFailed) + "DataLoss");
  EXPECT_EQ(Cause(Outcome::kInstallStartsSpent, 0), release::ToText(Outcome::kInstallStartsSpent));
  EXPECT_EQ(
      CauseOf(Noted(Stage::kStaging), Status(ReleaseState::kTrial, kOther, kOld, kOther)).text,
      "another release took its place");
}

TEST(Fault, EachHasAWordOfItsOwn) {
  std::set<StringView> words;
  for (int fault = 0; fault <= static_cast<int>(kLastFault); ++fault) {
    const StringView word = ToString(static_cast<Fault>(fault));
    EXPECT_TRUE(!word.empty() && word.size() <= 16) << fault;
    EXPECT_TRUE(words.insert(word).second) << word;
  }
  EXPECT_EQ(ToString(Fault::kNotOrdered), "not-ordered");
  EXPECT_EQ(ToString(static_cast<Fault>(200)), "unknown");
}

TEST(Notes, KeepEverythingThroughTheirStoredForm) {
  Notes notes = Noted(Stage::kRejected);
  notes.fault = Fault::kRadioVersion;
  notes.resumes = 7;
  IgnoreStatus(notes.job_id.Assign(std::string(kMaxJobId, 'j')));
  IgnoreStatus(notes.cause.Assign(std::string(kMaxCause, 'c')));
  std::array<std::byte, kMaxNotesSize> memory{};
  const Bytes stored = EncodeNotes(notes, memory);
  const Notes read = DecodeNotes(stored).value();
  EXPECT_EQ(read.stage, notes.stage);
  EXPECT_EQ(read.fault, notes.fault);
  EXPECT_EQ(read.resumes, 7U);
  EXPECT_EQ(read.event_total, 10U);
  EXPECT_EQ(read.candidate, kOurs);
  EXPECT_EQ(read.job_id, notes.job_id.view());
  EXPECT_EQ(read.cause, notes.cause.view());
  for (std::size_t size = 0; size < stored.size(); ++size) {
    EXPECT_FALSE(DecodeNotes(stored.first(size)).ok()) << size;
  }
  memory[2] = std::byte{200};
  EXPECT_EQ(DecodeNotes(stored).code(), Code::kMalformed);
  memory[1] = std::byte{6};
  EXPECT_EQ(DecodeNotes(stored).code(), Code::kMalformed);
  memory[0] = std::byte{3};
  EXPECT_EQ(DecodeNotes(stored).code(), Code::kUnsupported);
}

TEST(Notes, ReadWhatTheFormerFormatKept) {
  std::vector<std::byte> stored(50);
  stored[0] = std::byte{1};
  stored[1] = static_cast<std::byte>(Stage::kStaging);
  stored[14] = std::byte{10};
  CopyBytes(kOurs, MutableBytes(stored).subspan(18));
  for (const StringView text : {"job", "\"etag\"", "why"}) {
    stored.push_back(static_cast<std::byte>(text.size()));
    stored.insert(stored.end(), AsBytes(text).begin(), AsBytes(text).end());
  }
  const Notes read = DecodeNotes(stored).value();
  EXPECT_EQ(read.stage, Stage::kStaging);
  EXPECT_EQ(read.event_total, 10U);
  EXPECT_EQ(read.candidate, kOurs);
  EXPECT_EQ(read.job_id, "job");
  EXPECT_EQ(read.cause, "why");
  for (std::size_t size = 0; size < stored.size(); ++size) {
    EXPECT_FALSE(DecodeNotes(Bytes(stored).first(size)).ok()) << size;
  }
}

}  // namespace
}  // namespace linnet::update
