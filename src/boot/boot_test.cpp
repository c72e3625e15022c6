// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The decision table of README.md, row by row; the rows' numbers are in the tests' names.
#include "boot/boot.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "boot/testing/simulated_device.hpp"

namespace linnet::boot {
namespace {

using release::Outcome;
using release::PartKind;
using release::RejectReason;
using release::ReleaseState;
using release::testing::MakeRelease;
using release::testing::SampleRelease;
using testing::Session;
using testing::SimulatedDevice;

constexpr release::PartTag kTag = 77;

class BootTest : public ::testing::Test {
 protected:
  void FlashOne() { device_.FlashExecutionArea(one_.file); }
  /// A board with release 1 in both places, that was told to update to `release`.
  void Stage(const SampleRelease& release) {
    FlashOne();
    Session session(device_);
    ASSERT_TRUE(session.Runs(one_));
    ASSERT_EQ(session.Update(release, kTag), OkStatus());
  }
  void BackUpOne() {
    FlashOne();
    Session session(device_);
    ASSERT_EQ(session.store.Mount(), OkStatus());
    ASSERT_EQ(session.BackUp(), OkStatus());
  }
  void PutIntoStore(const SampleRelease& release) {
    release::Store store(device_.store);
    ASSERT_EQ(store.Mount(), OkStatus());
    ASSERT_EQ(store.Begin(PartKind::kApplication, static_cast<std::uint32_t>(release.file.size()),
                          kTag + 1),
              OkStatus());
    ASSERT_EQ(store.Write(release.file), OkStatus());
    ASSERT_EQ(store.Finish(release.digest), OkStatus());
  }
  /// Flips a bit where `release` lies in the store.
  void SpoilInStore(const SampleRelease& release, std::uint32_t at) {
    release::StoreView view(device_.store);
    ASSERT_EQ(view.Mount(), OkStatus());
    std::size_t index = 0;
    const release::Part* part = view.FindNext(release.digest, index);
    ASSERT_NE(part, nullptr);
    Spoil(device_.store, part->offset + at);
  }
  static void Spoil(sim::NorFlash& flash, std::uint32_t at) {
    const std::byte bad = flash.Peek(at, 1)[0] ^ std::byte{0x10};
    flash.Poke(at, Bytes(&bad, 1));
  }
  void EraseStore() {
    for (std::uint32_t at = 0; at < device_.store.geometry().size; at += 4096) {
      ASSERT_TRUE(device_.store.ErasePage(at).ok());
    }
  }
  /// No operation reports it; what cannot be read back as it should be is not started.
  void ExpectWornCellIsFound(std::uint32_t page) {
    Stage(two_);
    std::uint32_t at = page;
    while (one_.file.at(at) == two_.file.at(at)) {
      ++at;
    }
    ASSERT_LT(at, page + device_.execution.geometry().page_size);
    device_.execution.Stick(at, one_.file[at]);
    Session session(device_);
    ExpectConfirmed(session, one_);
    const release::Event& event = session.Query().events[2];
    EXPECT_EQ(event.outcome, Outcome::kCopyFailed);
    EXPECT_EQ(event.detail, static_cast<std::uint8_t>(Code::kMismatch));
  }
  void EraseRecord() {
    ASSERT_TRUE(device_.record.ErasePage(0).ok());
    ASSERT_TRUE(device_.record.ErasePage(4096).ok());
  }

  static std::vector<Outcome> Outcomes(Session& session) {
    const release::ReleaseStatus status = session.Query();
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < status.event_count; ++i) {
      outcomes.push_back(status.events[i].outcome);
    }
    return outcomes;
  }
  static release::Event LastEvent(Session& session) {
    const release::ReleaseStatus status = session.Query();
    return status.event_count == 0 ? release::Event{} : status.events[status.event_count - 1U];
  }
  static void ExpectConfirmed(const Session& session, const SampleRelease& release) {
    EXPECT_EQ(session.decision.start, Decision::Start::kConfirmed);
    EXPECT_TRUE(session.Runs(release));
    EXPECT_TRUE(session.Holds(release));
  }
  static void ExpectTrial(const Session& session, const SampleRelease& release) {
    EXPECT_EQ(session.decision.start, Decision::Start::kTrial);
    EXPECT_TRUE(session.Runs(release));
    EXPECT_TRUE(session.Holds(release));
  }

  SimulatedDevice device_{testing::kReferenceShape};
  const SampleRelease one_ = MakeRelease(1, {.body_size = 9000, .counter = 1});
  const SampleRelease two_ = MakeRelease(2, {.body_size = 9000, .counter = 2});
  const SampleRelease foreign_ = MakeRelease(3, {.body_size = 9000, .counter = 3, .key = 2});
};

// Ready.

TEST_F(BootTest, R1_ReadyAndEqualStartsWithoutAWriteASignatureOrTheStore) {
  BackUpOne();
  EraseStore();
  const std::uint64_t programs = device_.record.programs() + device_.execution.programs();
  const std::uint64_t erases = device_.record.erases() + device_.execution.erases();
  const int verified = device_.verifier.calls();
  const Session session(device_);
  ExpectConfirmed(session, one_);
  EXPECT_EQ(device_.record.programs() + device_.execution.programs(), programs);
  EXPECT_EQ(device_.record.erases() + device_.execution.erases(), erases);
  EXPECT_EQ(device_.verifier.calls(), verified);
}

TEST_F(BootTest, R2_ReadyAndDifferentIsRepairedFromTheStore) {
  BackUpOne();
  Spoil(device_.execution, 5000);
  const std::uint64_t erases = device_.execution.erases();
  Session session(device_);
  ExpectConfirmed(session, one_);
  EXPECT_EQ(device_.execution.erases(), erases + 3) << "it, the first, and the signature's";
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kRepaired);
}

TEST_F(BootTest, R2_AHandFlashedReleaseGivesWayToTheConfirmedOne) {
  BackUpOne();
  device_.FlashExecutionArea(two_.file);
  const Session session(device_);
  ExpectConfirmed(session, one_);
}

TEST_F(BootTest, R2_TheGoodOneOfTwoCopiesIsTaken) {
  BackUpOne();
  // A directory entry of the same digest stands before it, with other bytes.
  release::Directory directory(device_.store);
  ASSERT_EQ(directory.Load(), OkStatus());
  const release::Part good = directory.At(0);
  release::Part bad = good;
  bad.offset += 16384;
  directory.Set(0, bad);
  directory.Add(good);
  ASSERT_EQ(directory.Commit(), OkStatus());
  Spoil(device_.execution, 5000);
  const Session session(device_);
  ExpectConfirmed(session, one_);
}

TEST_F(BootTest, R3_ConfirmedNowhereButAVerifyingApplicationIsAdopted) {
  FlashOne();
  { const Session session(device_); }  // adopted, and not backed up
  device_.FlashExecutionArea(two_.file);
  Session session(device_);
  ExpectConfirmed(session, two_);
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kAdopted);
  EXPECT_EQ(session.Query().confirmed, two_.digest);
}

TEST_F(BootTest, R4_ConfirmedNowhereAndNothingVerifiesHere) {
  FlashOne();
  { const Session session(device_); }
  PutIntoStore(two_);
  Spoil(device_.execution, 5000);
  Session session(device_);
  ExpectConfirmed(session, two_);
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kAdopted);
}

TEST_F(BootTest, R5_NothingVerifiesAnywhere) {
  FlashOne();
  { const Session session(device_); }
  Spoil(device_.execution, 5000);
  const Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kNothing);
  EXPECT_EQ(session.decision.refusal.verdict.reason, image::Reason::kDigestMismatch);
}

TEST_F(BootTest, R5_ADamagedStoreNeverReachesTheExecutionArea) {
  BackUpOne();
  SpoilInStore(one_, 3000);
  Spoil(device_.execution, 5000);
  const std::uint64_t operations = device_.execution.programs() + device_.execution.erases();
  const Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kNothing);
  EXPECT_EQ(device_.execution.programs() + device_.execution.erases(), operations);
}

// No record.

TEST_F(BootTest, N1_ANewBoardAdoptsWhatVerifies) {
  FlashOne();
  Session session(device_);
  ExpectConfirmed(session, one_);
  EXPECT_EQ(Outcomes(session), std::vector{Outcome::kAdopted});
  EXPECT_EQ(session.Query().boot_count, 1U);
  EXPECT_EQ(session.Query().counter_floor[0], 0U) << "only acceptance raises it";
}

TEST_F(BootTest, N1_AnUntrustedApplicationIsNot) {
  device_.FlashExecutionArea(foreign_.file);
  Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kNothing);
  EXPECT_EQ(session.decision.refusal.verdict.reason, image::Reason::kSignatureMissing);
  EXPECT_FALSE(session.record.exists());
}

TEST_F(BootTest, N2_AnEmptyBoardTakesWhatTheStoreHolds) {
  BackUpOne();
  EraseRecord();
  Spoil(device_.execution, 5000);
  const Session session(device_);
  ExpectConfirmed(session, one_);
}

TEST_F(BootTest, N3_AnEmptyBoardHasNothingToStart) {
  Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kNothing);
  EXPECT_EQ(session.decision.refusal.verdict.reason, image::Reason::kBadMagic);
  EXPECT_FALSE(session.record.exists());
}

// Staged.

TEST_F(BootTest, S1_StagedIsInstalledAndTried) {
  Stage(two_);
  const std::uint64_t erases = device_.record.erases();
  const std::uint64_t pages = device_.execution.erases();
  Session session(device_);
  ExpectTrial(session, two_);
  EXPECT_EQ(session.Query().attempts_left, 2);
  EXPECT_EQ(session.Query().install_starts_left, 9);
  EXPECT_EQ(device_.record.erases() - erases, 1U);
  EXPECT_EQ(device_.execution.erases() - pages, 3U);
}

TEST_F(BootTest, S1_PagesThatAreEqualAreNotTouched) {
  std::vector<std::byte> body = image::testing::SampleBody(13000, 1);
  const auto sign = [&](const std::vector<std::byte>& content) {
    image::testing::TestKey key;
    SampleRelease release;
    release.file = image::testing::Signed({.version = {5, 0, 0, 0}, .body = content}, key);
    image::MemorySource source(release.file);
    release.digest = image::Inspect(source).value().digest;
    return release;
  };
  const SampleRelease before = sign(body);
  body[5000] ^= std::byte{1};  // and the signature in the last page
  const SampleRelease after = sign(body);
  device_.FlashExecutionArea(before.file);
  {
    Session session(device_);
    ASSERT_EQ(session.Update(after, kTag), OkStatus());
  }
  const std::uint64_t erases = device_.execution.erases();
  std::uint64_t read = device_.execution.read_bytes();
  const Session session(device_);
  read = device_.execution.read_bytes() - read;
  ExpectTrial(session, after);
  EXPECT_EQ(device_.execution.erases() - erases, 3U) << "it, the first, and the signature's";
  EXPECT_LT(read, after.file.size() * 2)
      << "compared once and hashed once: what says that it is another image is not hashed";
}

TEST_F(BootTest, S2_StagedAndAlreadyThereIsTriedAtOnce) {
  Stage(two_);
  device_.FlashExecutionArea(two_.file);
  EraseStore();
  const Session session(device_);
  ExpectTrial(session, two_);
}

TEST_F(BootTest, S3_StagedButDamagedInTheStoreIsGivenUp) {
  Stage(two_);
  SpoilInStore(two_, 3000);
  const std::uint64_t operations = device_.execution.programs() + device_.execution.erases();
  Session session(device_);
  ExpectConfirmed(session, one_);
  EXPECT_EQ(device_.execution.programs() + device_.execution.erases(), operations);
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kInstallFailed);
  EXPECT_EQ(LastEvent(session).detail, static_cast<std::uint8_t>(image::Reason::kDigestMismatch));
  EXPECT_EQ(LastEvent(session).release, release::PrefixOf(two_.digest));
  EXPECT_EQ(session.Query().state, ReleaseState::kReady);
}

TEST_F(BootTest, S3_StagedButGoneFromTheStoreIsGivenUp) {
  Stage(two_);
  EraseStore();
  Session session(device_);
  ExpectConfirmed(session, one_);
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kInstallFailed);
}

TEST_F(BootTest, S4_AnExecutionAreaThatFailsGivesUpAndGoesBack) {
  Stage(two_);
  device_.execution.FailOperation(4, Code::kDataLoss);
  Session session(device_);
  ExpectConfirmed(session, one_);
  EXPECT_EQ(Outcomes(session), (std::vector{Outcome::kAdopted, Outcome::kStaged,
                                            Outcome::kCopyFailed, Outcome::kRepaired}));
  EXPECT_EQ(session.Query().events[2].detail, static_cast<std::uint8_t>(Code::kDataLoss));
}

TEST_F(BootTest, S4_AWornCellInThePageThatIsWrittenLastIsFound) {
  ExpectWornCellIsFound(0);
}

TEST_F(BootTest, S4_AWornCellInAnotherPageIsFound) {
  ExpectWornCellIsFound(device_.execution.geometry().page_size);
}

TEST_F(BootTest, S5_InstallStartsAreBounded) {
  device_.budget.install_starts = 2;
  Stage(two_);
  for (int i = 0; i < 2; ++i) {
    // Power fails in the second operation on the execution area: the record takes seven.
    device_.power.PlanCut({device_.power.operations() + 8, sim::CutMode::kBefore, 0});
    { const Session cut(device_); }
    ASSERT_FALSE(device_.power.on());
    device_.power.On();
  }
  Session session(device_);
  ExpectConfirmed(session, one_);
  const std::vector<Outcome> outcomes = Outcomes(session);
  EXPECT_EQ(outcomes[outcomes.size() - 2], Outcome::kInstallStartsSpent);
  EXPECT_EQ(outcomes.back(), Outcome::kRepaired);
}

TEST_F(BootTest, S6_WithoutARecordThatBoundsItNothingIsInstalled) {
  Stage(two_);
  const std::uint64_t operations = device_.execution.programs() + device_.execution.erases();
  device_.record.FailOperation(0, Code::kDataLoss);
  const Session session(device_);
  ExpectConfirmed(session, one_);
  EXPECT_EQ(device_.execution.programs() + device_.execution.erases(), operations);
}

// Trial.

TEST_F(BootTest, T1_ATrialThatEndsIsTriedAgainAndItsEndIsLogged) {
  Stage(two_);
  { const Session first(device_); }
  Session second(device_, hal::ResetCause::kWatchdog);
  ExpectTrial(second, two_);
  EXPECT_EQ(second.Query().attempts_left, 1);
  EXPECT_EQ(LastEvent(second).outcome, Outcome::kAttemptEnded);
  EXPECT_EQ(LastEvent(second).detail, static_cast<std::uint8_t>(hal::ResetCause::kWatchdog));
}

TEST_F(BootTest, T2_OutOfAttemptsTheConfirmedOneIsBack) {
  Stage(two_);
  for (int i = 0; i < 3; ++i) {
    const Session trial(device_);
    ExpectTrial(trial, two_);
  }
  Session session(device_, hal::ResetCause::kFault);
  ExpectConfirmed(session, one_);
  EXPECT_EQ(Outcomes(session),
            (std::vector{Outcome::kAdopted, Outcome::kStaged, Outcome::kAttemptEnded,
                         Outcome::kAttemptEnded, Outcome::kAttemptEnded, Outcome::kAttemptsSpent,
                         Outcome::kRepaired}));
  const release::ReleaseStatus status = session.Query();
  EXPECT_EQ(status.events[5].detail, static_cast<std::uint8_t>(hal::ResetCause::kFault));
  EXPECT_FALSE(release::IsSet(status.candidate));
  EXPECT_EQ(status.counter_floor[0], 0U);
}

TEST_F(BootTest, T3_ATrialThatDamagesItselfIsInstalledAgain) {
  Stage(two_);
  { const Session first(device_); }
  Spoil(device_.execution, 100);
  Session second(device_);
  ExpectTrial(second, two_);
  EXPECT_EQ(second.Query().install_starts_left, 8);
}

TEST_F(BootTest, T4_AcceptedIsConfirmedAndRaisesTheCounter) {
  Stage(two_);
  {
    Session trial(device_);
    EXPECT_EQ(trial.Query().counter_floor[0], 0U);
    EXPECT_EQ(trial.control.Accept(two_.digest), OkStatus());
    EXPECT_EQ(trial.Query().counter_floor[0], 2U);
  }
  Session session(device_);
  ExpectConfirmed(session, two_);
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kAccepted);
}

TEST_F(BootTest, T4_BelowTheRaisedCounterNothingIsTaken) {
  Stage(two_);
  {
    Session trial(device_);
    ASSERT_EQ(trial.control.Accept(two_.digest), OkStatus());
    ASSERT_EQ(trial.store.Mount(), OkStatus());
    ASSERT_EQ(trial.store.Erase(two_.digest, {}), OkStatus());
  }
  device_.FlashExecutionArea(one_.file);
  const Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kNothing);
  EXPECT_EQ(session.decision.refusal.verdict.reason, image::Reason::kCounterTooLow);
}

TEST_F(BootTest, T5_RejectedGoesBackAtTheNextStart) {
  Stage(two_);
  {
    Session trial(device_);
    EXPECT_EQ(trial.control.Reject(two_.digest, RejectReason::kUnhealthy), OkStatus());
  }
  Session session(device_);
  ExpectConfirmed(session, one_);
  const std::vector<Outcome> outcomes = Outcomes(session);
  EXPECT_EQ(outcomes[outcomes.size() - 2], Outcome::kRejected);
}

// Any state.

TEST_F(BootTest, RunsFromEveryLargerScratch) {
  FlashOne();
  release::Record record(device_.record);
  release::StoreView store(device_.store);
  std::vector<std::byte> scratch(kScratchSize + 77);
  const Decision decision =
      Boot({.record = &record, .store = &store, .images = device_.images, .scratch = scratch})
          .Run();
  EXPECT_EQ(decision.start, Decision::Start::kConfirmed);
  EXPECT_EQ(decision.header.version.major, 1);
}

}  // namespace
}  // namespace linnet::boot
