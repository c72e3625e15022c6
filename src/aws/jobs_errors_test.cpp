// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the Jobs machine makes of every error code.
#include <gtest/gtest.h>

#include <string>

#include "aws/jobs.hpp"
#include "aws/testing/jobs_fixture.hpp"

namespace linnet::aws {
namespace {

using testing::Document;
using testing::Execution;
using testing::JobsFixture;
using testing::Published;

constexpr const char* kCodes[] = {
    "InvalidTopic",         "InvalidJson",     "InvalidRequest", "InvalidStateTransition",
    "ResourceNotFound",     "VersionMismatch", "InternalError",  "RequestThrottled",
    "TerminalStateReached", "SomethingNew"};

class JobsErrors : public JobsFixture {
 protected:
  // The request that follows a rejection; it must not come at once, but soon.
  Published Later() {
    const Instant wake = Run();
    EXPECT_TRUE(publisher_.sent.empty());
    EXPECT_GT(wake, now_);
    EXPECT_LE(wake, now_ + Seconds{121});
    now_ = wake;
    return Next();
  }
};

TEST_F(JobsErrors, AskingForTheHeadGoesOnWhateverTheError) {
  client_.OnReady();
  Published get = Next();
  for (const char* code : kCodes) {
    RejectGet(get, "$next", code);
    EXPECT_EQ(listener_.TakeCalls(), "") << code;
    get = Later();
    EXPECT_EQ(get.topic, kPrefix + "$next/get") << code;
  }
}

TEST_F(JobsErrors, ReadingAgainGoesOnUnlessTheJobIsNotThere) {
  for (const char* code : kCodes) {
    Work();
    Notify("");
    RejectGet(Next(), "j1", code);
    if (std::string(code) == "ResourceNotFound") {
      EXPECT_EQ(listener_.TakeCalls(), "gone j1 REMOVED");
      EXPECT_EQ(Next().topic, kPrefix + "$next/get");
    } else if (std::string(code) == "TerminalStateReached") {
      EXPECT_EQ(listener_.TakeCalls(), "gone j1 UNKNOWN");
      EXPECT_EQ(Next().topic, kPrefix + "$next/get");
    } else {
      EXPECT_EQ(listener_.TakeCalls(), "") << code;
      const Published again = Later();
      EXPECT_EQ(again.topic, kPrefix + "j1/get") << code;
      AcceptGet(again, Execution("j1", "REMOVED", 3));
      EXPECT_EQ(listener_.TakeCalls(), "gone j1 REMOVED");
    }
    client_.OnOffline();
  }
}

TEST_F(JobsErrors, ThrottlingRepeatsTheUpdate) {
  for (const char* code : {"RequestThrottled", "InternalError"}) {
    Work();
    Report(JobStatus::kSucceeded, {{"a", "b"}});
    const Published update = Next();
    RejectUpdate(update, code);
    const Published again = Later();
    EXPECT_EQ(again.topic, update.topic);
    EXPECT_NE(again.payload.find(R"("status":"SUCCEEDED","statusDetails":{"a":"b"})"),
              std::string::npos);
    AcceptUpdate(again, 2);
    EXPECT_EQ(listener_.TakeCalls(), "ended j1 SUCCEEDED");
    client_.OnOffline();
  }
}

TEST_F(JobsErrors, AVersionMismatchReadsTheExecutionAgain) {
  Work();
  Report(JobStatus::kFailed, {{"reason", "x"}});
  RejectUpdate(Next(), "VersionMismatch", "IN_PROGRESS");
  const Published get = Later();
  EXPECT_EQ(get.topic, kPrefix + "j1/get");
  AcceptGet(get, Execution("j1", "IN_PROGRESS", 41));
  const Published update = Next();
  EXPECT_NE(update.payload.find(R"("reason":"x"},"expectedVersion":"41")"), std::string::npos);
  AcceptUpdate(update, 42);
  EXPECT_EQ(listener_.TakeCalls(), "ended j1 FAILED");
}

TEST_F(JobsErrors, AMismatchThatIsOurOwnLostUpdateIsTheEnd) {
  Work();
  Report(JobStatus::kSucceeded);
  Next();
  now_ += Exchange::kDeadline;
  RejectUpdate(Later(), "VersionMismatch");
  AcceptGet(Later(), Execution("j1", "SUCCEEDED", 2));
  EXPECT_EQ(listener_.TakeCalls(), "ended j1 SUCCEEDED");
}

TEST_F(JobsErrors, ATerminalStateEndsTheJob) {
  const std::pair<const char*, const char*> cases[] = {{"CANCELED", "gone j1 CANCELED"},
                                                       {"TIMED_OUT", "gone j1 TIMED_OUT"},
                                                       {"REMOVED", "gone j1 REMOVED"},
                                                       {"FAILED", "gone j1 FAILED"},
                                                       {"SUCCEEDED", "ended j1 SUCCEEDED"}};
  for (const char* code : {"TerminalStateReached", "InvalidStateTransition"}) {
    for (const auto& [state, call] : cases) {
      Work();
      Report(JobStatus::kSucceeded);
      RejectUpdate(Next(), code, state);
      EXPECT_EQ(listener_.TakeCalls(), call);
      EXPECT_EQ(Next().topic, kPrefix + "$next/get");
      client_.OnOffline();
    }
  }
}

TEST_F(JobsErrors, ReadingAnEndedExecutionTellsItsState) {
  const std::pair<const char*, const char*> cases[] = {{"CANCELED", "gone j1 CANCELED"},
                                                       {"SUCCEEDED", "ended j1 SUCCEEDED"}};
  for (const auto& [state, call] : cases) {
    Work();
    Report(JobStatus::kSucceeded);
    Next();
    client_.OnOffline();
    client_.OnReady();
    RejectGet(Next(), "j1", "TerminalStateReached", state);
    EXPECT_EQ(listener_.TakeCalls(), call);
    EXPECT_EQ(Next().topic, kPrefix + "$next/get");
    client_.OnOffline();
  }
}

TEST_F(JobsErrors, ProgressOfACancelledJobEndsIt) {
  Work();
  Report(JobStatus::kInProgress);
  RejectUpdate(Next(), "InvalidStateTransition", "CANCELED");
  EXPECT_EQ(listener_.TakeCalls(), "gone j1 CANCELED");
}

TEST_F(JobsErrors, AStateErrorWithoutStateReadsAgain) {
  for (const char* code : {"TerminalStateReached", "InvalidStateTransition"}) {
    Work();
    Report(JobStatus::kInProgress);
    RejectUpdate(Next(), code);
    const Published get = Later();
    EXPECT_EQ(get.topic, kPrefix + "j1/get");
    AcceptGet(get, Execution("j1", "TIMED_OUT", 3));
    EXPECT_EQ(listener_.TakeCalls(), "gone j1 TIMED_OUT");
    client_.OnOffline();
  }
}

TEST_F(JobsErrors, ADeletedJobIsGone) {
  Work();
  Report(JobStatus::kInProgress);
  RejectUpdate(Next(), "ResourceNotFound");
  EXPECT_EQ(listener_.TakeCalls(), "gone j1 REMOVED");
}

TEST_F(JobsErrors, AnEndThatIsRefusedIsSaidWithoutWords) {
  for (const char* code : {"InvalidRequest", "InvalidJson", "InvalidTopic", "SomethingNew"}) {
    Work();
    Report(JobStatus::kFailed, {{"reason", "x"}});
    RejectUpdate(Next(), code);
    const Published again = Later();
    EXPECT_NE(again.payload.find(R"({"status":"FAILED","expectedVersion")"), std::string::npos);
    AcceptUpdate(again, 2);
    EXPECT_EQ(listener_.TakeCalls(), "ended j1 FAILED") << code;
    client_.OnOffline();
  }
}

TEST_F(JobsErrors, ProgressThatIsRefusedIsDropped) {
  Work();
  Report(JobStatus::kInProgress, {{"percent", "1"}});
  RejectUpdate(Next(), "InvalidRequest");
  EXPECT_EQ(Run(), kNever);
  now_ += Seconds{10};
  Report(JobStatus::kInProgress, {{"percent", "2"}});
  EXPECT_NE(Next().payload.find(R"("percent":"2")"), std::string::npos);
}

TEST_F(JobsErrors, GivesAJobUpThatTakesNoUpdate) {
  Work();
  Report(JobStatus::kSucceeded);
  std::string calls;
  int updates = 0;
  Published request = Next();
  while (calls.empty() && updates < 50) {
    if (request.topic.ends_with("/update")) {
      ++updates;
      RejectUpdate(request, "VersionMismatch");
    } else {
      AcceptGet(request, Execution("j1", "IN_PROGRESS", 9));
    }
    calls = listener_.TakeCalls();
    request = Next();
    if (request.topic.empty()) {
      request = Later();
    }
  }
  EXPECT_EQ(calls, "gone j1 UNKNOWN");
  EXPECT_EQ(updates, 6);
}

TEST_F(JobsErrors, ARefusalWithoutATokenIsOnlyAReasonToTryAgain) {
  Work();
  Report(JobStatus::kSucceeded);
  Next();
  Receive("j1/update/rejected", R"({"code":"ResourceNotFound","message":"m"})");
  EXPECT_EQ(listener_.TakeCalls(), "");
  EXPECT_EQ(Later().topic, kPrefix + "j1/update");
}

TEST_F(JobsErrors, TriesAgainWhenNoAnswerComes) {
  client_.OnReady();
  const Published get = Next();
  EXPECT_EQ(Run(), now_ + Exchange::kDeadline);
  now_ += Exchange::kDeadline;
  const Published again = Later();
  EXPECT_EQ(again.topic, get.topic);
  AcceptGet(get, Execution("late", "QUEUED", 1, Document()));
  EXPECT_EQ(listener_.TakeCalls(), "");
  AcceptGet(again, Execution("j1", "QUEUED", 1, Document()));
  EXPECT_NE(listener_.TakeCalls(), "");
}

}  // namespace
}  // namespace linnet::aws
