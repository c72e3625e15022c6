// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/jobs.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "aws/testing/fake_cloud.hpp"
#include "aws/testing/jobs_fixture.hpp"
#include "base/view.hpp"

namespace linnet::aws {
namespace {

using testing::Document;
using testing::Execution;
using testing::JobsFixture;
using testing::Published;

class JobsTest : public JobsFixture {};

TEST_F(JobsTest, AsksForTheHeadOfTheQueueOnEveryConnection) {
  EXPECT_EQ(Run(), kNever);
  client_.OnReady();
  Published get = Next();
  EXPECT_EQ(get.topic, kPrefix + "$next/get");
  EXPECT_EQ(get.payload, R"({"includeJobDocument":true,"clientToken":")" + get.token() + "\"}");
  EXPECT_EQ(Next().topic, "") << "one request at a time";
  AcceptGet(get, "");
  EXPECT_EQ(listener_.TakeCalls(), "none");
  EXPECT_EQ(Run(), kNever);
  client_.OnOffline();
  client_.OnReady();
  EXPECT_EQ(Next().topic, kPrefix + "$next/get");
}

TEST_F(JobsTest, OffersAJobOfTheQueue) {
  client_.OnReady();
  AcceptGet(Next(), Execution("j1", "QUEUED", 1, Document("v2", 4096, "https://h:8443/a")));
  EXPECT_EQ(listener_.TakeCalls(), "job j1 QUEUED v2 4096 https://h:8443/a");
  EXPECT_EQ(jobs_.job_id(), "j1");
  EXPECT_EQ(Run(), kNever) << "what happens now is the listener's to say";
}

TEST_F(JobsTest, OffersAJobThatIsAnnounced) {
  ConnectIdle();
  Notify(Execution("j1", "QUEUED", 1, Document()));
  EXPECT_EQ(listener_.TakeCalls(), "job j1 QUEUED v2 4096 https://h/a");
}

TEST_F(JobsTest, GivesBackAJobThatWasBegunBeforeTheReset) {
  client_.OnReady();
  AcceptGet(Next(), Execution("j1", "IN_PROGRESS", 5, Document()));
  EXPECT_EQ(listener_.TakeCalls(), "job j1 IN_PROGRESS v2 4096 https://h/a");
  Report(JobStatus::kSucceeded);
  const Published update = Next();
  EXPECT_EQ(update.topic, kPrefix + "j1/update");
  EXPECT_EQ(update.payload, R"({"status":"SUCCEEDED","expectedVersion":"5","executionNumber":1,)"
                            R"("includeJobExecutionState":true,"clientToken":")" +
                                update.token() + "\"}");
}

TEST_F(JobsTest, CarriesAJobToItsEnd) {
  Work();
  Report(JobStatus::kInProgress, {{"phase", "download"}, {"percent", "0"}});
  Published update = Next();
  EXPECT_NE(update.payload.find(R"("status":"IN_PROGRESS","statusDetails":{"phase":"download",)"
                                R"("percent":"0"},"expectedVersion":"1")"),
            std::string::npos)
      << update.payload;
  AcceptUpdate(update, 2);
  Report(JobStatus::kSucceeded, {{"version", "2"}});
  EXPECT_EQ(jobs_.Report(JobStatus::kInProgress, {}).code(), Code::kFailedPrecondition);
  EXPECT_EQ(listener_.TakeCalls(), "");
  update = Next();
  EXPECT_NE(update.payload.find(R"("expectedVersion":"2")"), std::string::npos);
  AcceptUpdate(update, 3);
  EXPECT_EQ(listener_.TakeCalls(), "ended j1 SUCCEEDED");
  EXPECT_EQ(jobs_.job_id(), "");
  const Published get = Next();
  EXPECT_EQ(get.topic, kPrefix + "$next/get") << "and on to the next";
  AcceptGet(get, Execution("j2", "QUEUED", 1, Document()));
  EXPECT_EQ(listener_.TakeCalls(), "job j2 QUEUED v2 4096 https://h/a");
}

TEST_F(JobsTest, CountsVersionsItselfWhenTheAnswerDoesNotSay) {
  Work();
  Report(JobStatus::kInProgress);
  Receive("j1/update/accepted", R"({"timestamp":1,"clientToken":")" + Next().token() + "\"}");
  Report(JobStatus::kFailed);
  EXPECT_NE(Next().payload.find(R"("expectedVersion":"2")"), std::string::npos);
}

TEST_F(JobsTest, SendsTheLatestProgressAtMostOnceAnInterval) {
  Work();
  Report(JobStatus::kInProgress, {{"percent", "1"}});
  AcceptUpdate(Next(), 2);
  for (const char* percent : {"2", "3", "4"}) {
    Report(JobStatus::kInProgress, {{"percent", percent}});
    EXPECT_EQ(Run(), now_ + kInterval);
    EXPECT_EQ(publisher_.Take().topic, "");
  }
  now_ += kInterval;
  const Published update = Next();
  EXPECT_NE(update.payload.find(R"({"percent":"4"})"), std::string::npos);
  AcceptUpdate(update, 3);
  EXPECT_EQ(Run(), kNever) << "nothing new";
  Report(JobStatus::kFailed, {{"reason", "x"}});
  EXPECT_NE(Next().payload.find("FAILED"), std::string::npos) << "an end does not wait";
}

TEST(JobsStepTimer, IsSetWithProgressAndKeptFromPassing) {
  testing::PlainEntropy entropy;
  testing::FakePublisher publisher;
  testing::JobLog listener;
  std::array<char, 64> url{};
  Jobs jobs("b", listener, entropy, url, {.step_timeout_minutes = 30});
  const std::array<Machine*, 1> machines = {&jobs};
  Client client(publisher, machines);
  const std::string prefix = "$aws/things/b/jobs/";
  const auto deliver = [&](const std::string& suffix, const std::string& payload) {
    testing::Deliver(client, prefix + suffix, payload, 99);
  };
  deliver("notify-next", R"({"execution":)" + Execution("j1", "QUEUED", 1, Document()) + "}");
  Instant now{Seconds{1}};
  EXPECT_EQ(client.Run(now), kNever) << "there is no step before the first report";
  client.OnReady();
  client.Run(now);
  deliver("j1/get/accepted", R"({"clientToken":")" + publisher.Take().token() +
                                 R"(","execution":)" + Execution("j1", "QUEUED", 1) + "}");
  EXPECT_TRUE(jobs.Report(JobStatus::kInProgress, {}).ok());
  for (int version = 2; version < 5; ++version) {
    client.Run(now);
    const Published update = publisher.Take();
    EXPECT_NE(update.payload.find(R"("stepTimeoutInMinutes":30)"), std::string::npos);
    deliver("j1/update/accepted", R"({"clientToken":")" + update.token() + "\"}");
    EXPECT_EQ(client.Run(now), now + std::chrono::minutes(15)) << "said again in good time";
    now += std::chrono::minutes(15);
  }
  EXPECT_TRUE(jobs.Report(JobStatus::kFailed, {}).ok());
  client.Run(now);
  EXPECT_EQ(publisher.Take().payload.find("stepTimeout"), std::string::npos);
}

TEST_F(JobsTest, AnEndWaitsForTheProgressUnderWay) {
  Work();
  Report(JobStatus::kInProgress);
  const Published progress = Next();
  Report(JobStatus::kSucceeded);
  EXPECT_EQ(Next().topic, "");
  AcceptUpdate(progress, 2);
  EXPECT_EQ(listener_.TakeCalls(), "") << "that was not the end";
  const Published end = Next();
  EXPECT_NE(end.payload.find(R"("status":"SUCCEEDED","expectedVersion":"2")"), std::string::npos);
  AcceptUpdate(end, 3);
  EXPECT_EQ(listener_.TakeCalls(), "ended j1 SUCCEEDED");
}

TEST_F(JobsTest, RefusesWrongCalls) {
  EXPECT_EQ(jobs_.Report(JobStatus::kInProgress, {}).code(), Code::kFailedPrecondition);
  EXPECT_EQ(jobs_.Refresh().code(), Code::kFailedPrecondition);
  Work();
  for (const JobStatus status : {JobStatus::kQueued, JobStatus::kTimedOut, JobStatus::kRemoved,
                                 JobStatus::kCanceled, JobStatus::kUnknown}) {
    EXPECT_EQ(jobs_.Report(status, {}).code(), Code::kInvalidArgument);
  }
  EXPECT_EQ(jobs_.Report(JobStatus::kInProgress, std::array{Detail{.key = "", .value = ""}}).code(),
            Code::kInvalidArgument);
  EXPECT_EQ(Next().topic, "");
  Report(JobStatus::kFailed);
  EXPECT_EQ(jobs_.Refresh().code(), Code::kFailedPrecondition);
}

TEST_F(JobsTest, AnEndIsSaidEvenWhenItsDetailsCannotBe) {
  Work();
  Report(JobStatus::kFailed, {{"cause", "two\nlines"}});
  EXPECT_NE(Next().payload.find(R"({"status":"FAILED","expectedVersion")"), std::string::npos);
}

TEST_F(JobsTest, BringsANewUrlWhenAsked) {
  Work();
  EXPECT_TRUE(jobs_.Refresh().ok());
  const Published get = Next();
  EXPECT_EQ(get.topic, kPrefix + "j1/get");
  EXPECT_NE(get.payload.find(R"("includeJobDocument":true)"), std::string::npos);
  AcceptGet(get, Execution("j1", "IN_PROGRESS", 7, Document("v2", 4096, "https://h/new")));
  EXPECT_EQ(listener_.TakeCalls(), "again j1 IN_PROGRESS v2 4096 https://h/new");
  Report(JobStatus::kSucceeded);
  EXPECT_NE(Next().payload.find(R"("expectedVersion":"7")"), std::string::npos);
}

TEST_F(JobsTest, LeavesTheUrlAloneWhileItIsInUse) {
  Work();
  const StringView url = listener_.url;
  Notify(Execution("j1", "IN_PROGRESS", 2, Document("v9", 1, "https://other/x")));
  Notify(Execution("j9", "QUEUED", 1, Document("v9", 1, "https://other/x")));
  AcceptGet(Next(), Execution("j1", "IN_PROGRESS", 2, Document("v9", 1, "https://other/x")));
  EXPECT_EQ(url, "https://h/a");
  EXPECT_EQ(listener_.TakeCalls(), "");
}

TEST_F(JobsTest, ReadsAgainWhenTheHeadChangesUnderAJob) {
  for (const char* head : {"", "other"}) {
    SCOPED_TRACE(head);
    Work();
    Notify(*head == '\0' ? "" : Execution(head, "QUEUED", 1, Document()));
    Published get = Next();
    EXPECT_EQ(get.topic, kPrefix + "j1/get");
    EXPECT_NE(get.payload.find(R"("includeJobDocument":false)"), std::string::npos);
    AcceptGet(get, Execution("j1", "IN_PROGRESS", 4));
    EXPECT_EQ(listener_.TakeCalls(), "") << "a false alarm";
    Notify("");
    get = Next();
    AcceptGet(get, Execution("j1", "CANCELED", 5));
    EXPECT_EQ(listener_.TakeCalls(), "gone j1 CANCELED");
    EXPECT_EQ(Next().topic, kPrefix + "$next/get");
    client_.OnOffline();
  }
}

TEST_F(JobsTest, ANotifyForTheSameJobIsNoAlarm) {
  Work();
  Notify(Execution("j1", "IN_PROGRESS", 2, Document()));
  EXPECT_EQ(Run(), kNever);
}

TEST_F(JobsTest, AJobThatWasDeletedIsGone) {
  Work();
  Notify("");
  RejectGet(Next(), "j1", "ResourceNotFound");
  EXPECT_EQ(listener_.TakeCalls(), "gone j1 REMOVED");
}

TEST_F(JobsTest, ReadsItsJobAgainAfterAReconnect) {
  Work();
  Report(JobStatus::kInProgress, {{"percent", "9"}});
  Next();
  client_.OnOffline();
  EXPECT_EQ(Run(), kNever);
  client_.OnReady();
  const Published get = Next();
  EXPECT_EQ(get.topic, kPrefix + "j1/get");
  AcceptGet(get, Execution("j1", "IN_PROGRESS", 2));
  EXPECT_EQ(Run(), now_ + kInterval);
  now_ += kInterval;
  EXPECT_NE(Next().payload.find(R"({"percent":"9"},"expectedVersion":"2")"), std::string::npos)
      << "the lost update goes out again";
}

TEST_F(JobsTest, AHeadThatChangesWhileItIsAskedForIsNotLost) {
  client_.OnReady();
  const Published get = Next();
  Notify(Execution("j1", "QUEUED", 1, Document()));
  AcceptGet(get, "");
  EXPECT_EQ(listener_.TakeCalls(), "");
  AcceptGet(Next(), Execution("j1", "QUEUED", 1, Document()));
  EXPECT_EQ(listener_.TakeCalls(), "job j1 QUEUED v2 4096 https://h/a");
}

TEST_F(JobsTest, AskedAgainWhenAnAnnouncementIsDamaged) {
  ConnectIdle();
  Receive("notify-next", R"({"execution":{"jobId":"j1","status":"QUE)");
  EXPECT_EQ(Next().topic, kPrefix + "$next/get");
}

TEST_F(JobsTest, IgnoresAnswersToOthers) {
  client_.OnReady();
  const Published get = Next();
  Receive("$next/get/accepted",
          R"({"clientToken":"other","execution":)" + Execution("x", "QUEUED", 1, Document()) + "}");
  Receive("$next/get/accepted", R"({"timestamp":1})");
  EXPECT_EQ(listener_.TakeCalls(), "");
  AcceptGet(get, Execution("j1", "QUEUED", 1, Document()));
  EXPECT_EQ(listener_.TakeCalls(), "job j1 QUEUED v2 4096 https://h/a");
  Report(JobStatus::kSucceeded);
  const Published update = Next();
  Receive("j1/update/accepted", R"({"clientToken":"other"})");
  Receive("j1/update/rejected", R"({"clientToken":"other","code":"ResourceNotFound"})");
  Receive("j1/get/accepted", R"({"clientToken":"other"})");
  EXPECT_EQ(listener_.TakeCalls(), "");
  AcceptUpdate(update, 2);
  EXPECT_EQ(listener_.TakeCalls(), "ended j1 SUCCEEDED");
}

TEST_F(JobsTest, RefusesDocumentsThatItCannotUse) {
  const std::pair<std::string, std::string> documents[] = {
      {R"({"operation":"reboot"})",
       R"("status":"REJECTED","statusDetails":{"code":"document","cause":"unknown op)"},
      {"{}",
       R"("status":"FAILED","statusDetails":{"code":"document","cause":"operation is missing)"},
      {"\"text\"",
       R"("status":"FAILED","statusDetails":{"code":"document","cause":"the job document is not)"},
      {Document("v2", 0, "https://h/a"),
       R"("status":"FAILED","statusDetails":{"code":"document","cause":"size)"},
      {Document("v2", 1, "https://h/" + std::string(3000, 'x')),
       R"("status":"FAILED","statusDetails":{"code":"document","cause":"the URL is too long")"},
      {"",
       R"("status":"FAILED","statusDetails":{"code":"document","cause":"the job document is not)"}};
  for (const auto& [document, expected] : documents) {
    client_.OnOffline();
    client_.OnReady();
    AcceptGet(Next(), Execution("bad", "QUEUED", 1, document));
    EXPECT_EQ(listener_.TakeCalls(), "") << document;
    const Published update = Next();
    EXPECT_EQ(update.topic, kPrefix + "bad/update");
    EXPECT_NE(update.payload.find(expected), std::string::npos) << update.payload;
    AcceptUpdate(update, 2);
    EXPECT_TRUE(listener_.TakeCalls().starts_with("ended bad "));
    AcceptGet(Next(), "");
    EXPECT_EQ(listener_.TakeCalls(), "none");
  }
}

TEST_F(JobsTest, PassesALargeDocumentAtEverySplit) {
  const std::string url = "https://h/" + std::string(2000, 'u');
  std::string document = Document("v2", 4096, url);
  document.insert(1, R"("padding":[")" + std::string(28000, 'p') + R"(",{"a":{"b":1}}],)");
  client_.OnReady();
  AcceptGet(Next(), Execution("j1", "QUEUED", 1, document));
  EXPECT_EQ(listener_.TakeCalls(), "job j1 QUEUED v2 4096 " + url);
}

TEST_F(JobsTest, EverySplitOfAnAnnouncementMeansTheSame) {
  const std::string payload = R"({"timestamp":1,"execution":)" +
                              Execution("j1", "QUEUED", 1, Document("v2", 5, "https://h/\\u0061")) +
                              "}";
  for (std::size_t cut = 1; cut <= payload.size(); ++cut) {
    testing::FakePublisher publisher;
    testing::JobLog listener;
    std::array<char, 64> url{};
    Jobs jobs("b", listener, entropy_, url);
    const std::array<Machine*, 1> machines = {&jobs};
    Client client(publisher, machines);
    testing::DeliverCut(client, kPrefix + "notify-next", payload, cut);
    ASSERT_EQ(listener.TakeCalls(), "job j1 QUEUED v2 5 https://h/a") << cut;
  }
}

}  // namespace
}  // namespace linnet::aws
