// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/jobs_service.hpp"

#include <gmock/gmock.h>

namespace linnet::twin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kPrefix = "$aws/things/lamp/jobs/";

// A service with one thing and a hand-moved clock.
class JobsServiceTest : public testing::Test {
 protected:
  void Create(const std::string& id, std::optional<int> timeout = std::nullopt) {
    notes_ = service_.Create({id, {{"op", id}}, "", {"lamp"}, timeout}, now_).messages;
  }

  // The answer; the notifications that came with it are left in notes_.
  Json Ask(const std::string& verb, std::string_view payload = "") {
    const auto request = ParseRequestTopic(std::string(kPrefix) + verb);
    EXPECT_TRUE(request.has_value()) << verb;
    notes_ = service_.Handle(*request, payload, now_).messages;
    Json answer;
    for (auto it = notes_.begin(); it != notes_.end(); ++it) {
      if (it->topic.starts_with(request->topic)) {
        answer = Json::parse(it->payload);
        answer["_suffix"] = it->topic.substr(request->topic.size());
        notes_.erase(it);
        break;
      }
    }
    return answer;
  }

  std::vector<std::string> NoteTopics() const {
    std::vector<std::string> topics;
    for (const Message& message : notes_) {
      topics.push_back(message.topic.substr(kPrefix.size()));
    }
    return topics;
  }

  const Execution& Get(const std::string& job) { return *service_.FindExecution({job, "lamp"}); }

  JobsService service_;
  UnixSeconds now_ = 1000;
  std::vector<Message> notes_;
};

TEST_F(JobsServiceTest, CreationNotifiesListAndHead) {
  Create("j1");
  ASSERT_THAT(NoteTopics(), ElementsAre("notify", "notify-next"));
  EXPECT_EQ(Json::parse(notes_[0].payload),
            Json::parse(R"({"timestamp":1000,"jobs":{"QUEUED":[{"jobId":"j1","queuedAt":1000,
                            "lastUpdatedAt":1000,"versionNumber":1,"executionNumber":1}]}})"));
  EXPECT_EQ(Json::parse(notes_[1].payload),
            Json::parse(R"({"timestamp":1000,"execution":{"jobId":"j1","thingName":"lamp",
                "jobDocument":{"op":"j1"},"status":"QUEUED","statusDetails":{},"queuedAt":1000,
                "lastUpdatedAt":1000,"versionNumber":1,"executionNumber":1}})"));
  Create("j2");
  EXPECT_THAT(NoteTopics(), ElementsAre("notify"));
}

TEST_F(JobsServiceTest, GetPendingListsBothKinds) {
  EXPECT_EQ(Ask("get", R"({"clientToken":"a"})"),
            Json::parse(R"({"inProgressJobs":[],"queuedJobs":[],"timestamp":1000,
                            "clientToken":"a","_suffix":"/accepted"})"));
  Create("j1");
  Create("j2");
  Ask("start-next");
  const Json answer = Ask("get");
  EXPECT_EQ(answer["inProgressJobs"][0]["jobId"], "j1");
  EXPECT_EQ(answer["inProgressJobs"][0]["startedAt"], 1000);
  EXPECT_EQ(answer["queuedJobs"][0]["jobId"], "j2");
}

TEST_F(JobsServiceTest, AtMostTenAreListed) {
  for (int i = 10; i < 25; ++i) {
    Create("j" + std::to_string(i));
  }
  EXPECT_EQ(Ask("get")["queuedJobs"].size(), 10U);
  EXPECT_THAT(notes_, IsEmpty());
  Ask("j24/update", R"({"status":"REJECTED"})");
  ASSERT_THAT(NoteTopics(), ElementsAre("notify"));
  EXPECT_EQ(Json::parse(notes_[0].payload)["jobs"]["QUEUED"].size(), 10U);
}

TEST_F(JobsServiceTest, StartNextWithoutJobHasNoExecution) {
  EXPECT_EQ(Ask("start-next"), Json::parse(R"({"timestamp":1000,"_suffix":"/accepted"})"));
  EXPECT_EQ(Ask("$next/get"), Json::parse(R"({"timestamp":1000,"_suffix":"/accepted"})"));
}

TEST_F(JobsServiceTest, StartNextTakesTheHeadAndStaysWithIt) {
  Create("b");
  Create("a");
  now_ = 1010;
  const Json answer = Ask("start-next", R"({"statusDetails":{"step":"1"}})")["execution"];
  EXPECT_EQ(answer["jobId"], "b");
  EXPECT_EQ(answer["status"], "IN_PROGRESS");
  EXPECT_EQ(answer["startedAt"], 1010);
  EXPECT_EQ(answer["versionNumber"], 2);
  EXPECT_EQ(answer["statusDetails"], Json::parse(R"({"step":"1"})"));
  EXPECT_THAT(notes_, IsEmpty());

  // In progress already: nothing changes, not even the details that are offered.
  const Json again = Ask("start-next", R"({"statusDetails":{"step":"2"}})")["execution"];
  EXPECT_EQ(again["jobId"], "b");
  EXPECT_EQ(again["versionNumber"], 2);
  EXPECT_EQ(again["statusDetails"], Json::parse(R"({"step":"1"})"));
}

TEST_F(JobsServiceTest, DescribeNextAndById) {
  Create("j1");
  EXPECT_EQ(Ask("$next/get")["execution"]["jobDocument"], Json::parse(R"({"op":"j1"})"));
  const Json brief = Ask("j1/get", R"({"includeJobDocument":false,"executionNumber":1})");
  EXPECT_FALSE(brief["execution"].contains("jobDocument"));
  EXPECT_EQ(Ask("j1/get", R"({"executionNumber":2})")["code"], "ResourceNotFound");
  EXPECT_EQ(Ask("nope/get")["code"], "ResourceNotFound");
}

TEST_F(JobsServiceTest, UpdateWalksThroughTheStates) {
  Create("j1");
  Create("j2");
  now_ = 1020;
  const Json progress = Ask("j1/update", R"({"status":"IN_PROGRESS","expectedVersion":"1",
      "statusDetails":{"phase":"download","percent":"7"},"includeJobExecutionState":true,
      "includeJobDocument":true,"clientToken":"k"})");
  EXPECT_EQ(progress, Json::parse(R"({"executionState":{"status":"IN_PROGRESS","versionNumber":2,
      "statusDetails":{"phase":"download","percent":"7"}},"jobDocument":{"op":"j1"},
      "timestamp":1020,"clientToken":"k","_suffix":"/accepted"})"));
  EXPECT_THAT(notes_, IsEmpty());

  // Progress again, by number this time; details that are not sent stay.
  EXPECT_EQ(Ask("j1/update", R"({"status":"IN_PROGRESS","expectedVersion":2})"),
            Json::parse(R"({"timestamp":1020,"_suffix":"/accepted"})"));
  EXPECT_EQ(Get("j1").details.at("phase"), "download");
  EXPECT_EQ(Get("j1").version, 3);

  Ask("j1/update", R"({"status":"SUCCEEDED","statusDetails":{"v":"2"}})");
  EXPECT_THAT(NoteTopics(), ElementsAre("notify", "notify-next"));
  EXPECT_EQ(Json::parse(notes_[1].payload)["execution"]["jobId"], "j2");
  EXPECT_THAT(Get("j1").details, ElementsAre(testing::Pair("v", "2")));
  EXPECT_EQ(service_.FindJob("j1")->status, JobStatus::kCompleted);
  EXPECT_EQ(service_.FindJob("j2")->status, JobStatus::kInProgress);
}

TEST_F(JobsServiceTest, LastJobLeavesAnEmptyQueue) {
  Create("j1");
  Ask("j1/update", R"({"status":"FAILED"})");
  EXPECT_EQ(Json::parse(notes_[0].payload), Json::parse(R"({"timestamp":1000,"jobs":{}})"));
  EXPECT_EQ(Json::parse(notes_[1].payload), Json::parse(R"({"timestamp":1000})"));
}

TEST_F(JobsServiceTest, ALaterJobThatStartsFirstBecomesTheHead) {
  Create("j1");
  Create("j2");
  Ask("j2/update", R"({"status":"IN_PROGRESS"})");
  ASSERT_THAT(NoteTopics(), ElementsAre("notify-next"));
  EXPECT_EQ(Json::parse(notes_[0].payload)["execution"]["jobId"], "j2");
}

TEST_F(JobsServiceTest, TerminalStays) {
  Create("j1");
  Ask("j1/update", R"({"status":"SUCCEEDED"})");
  const Json answer = Ask("j1/update", R"({"status":"IN_PROGRESS"})");
  EXPECT_EQ(answer["code"], "InvalidStateTransition");
  EXPECT_EQ(answer["executionState"],
            Json::parse(R"({"status":"SUCCEEDED","statusDetails":{},"versionNumber":2})"));
  EXPECT_EQ(answer["_suffix"], "/rejected");
  EXPECT_EQ(Ask("j1/update", R"({"status":"SUCCEEDED"})")["code"], "InvalidStateTransition");
  EXPECT_EQ(Ask("j1/get")["code"], "TerminalStateReached");
}

TEST_F(JobsServiceTest, WrongVersionTellsTheState) {
  Create("j1");
  const Json answer = Ask("j1/update", R"({"status":"IN_PROGRESS","expectedVersion":"4"})");
  EXPECT_EQ(answer["code"], "VersionMismatch");
  EXPECT_EQ(answer["executionState"]["versionNumber"], 1);
  EXPECT_EQ(Get("j1").status, ExecutionStatus::kQueued);
}

struct BadUpdate {
  std::string payload;
  const char* code;
};

class JobsRefusalTest : public JobsServiceTest, public testing::WithParamInterface<BadUpdate> {};

TEST_P(JobsRefusalTest, SaysWhyAndChangesNothing) {
  Create("j1");
  const Json answer = Ask("j1/update", GetParam().payload);
  EXPECT_EQ(answer["code"], GetParam().code) << answer;
  EXPECT_FALSE(answer["message"].get<std::string>().empty());
  EXPECT_EQ(Get("j1").status, ExecutionStatus::kQueued);
  EXPECT_EQ(Get("j1").version, 1);
  EXPECT_THAT(Get("j1").details, IsEmpty());
  EXPECT_THAT(notes_, IsEmpty());
}

std::string WithDetails(const std::string& details) {
  return R"({"status":"IN_PROGRESS","statusDetails":)" + details + "}";
}

std::string ManyDetails(int count) {
  Json details = Json::object();
  for (int i = 0; i < count; ++i) {
    details["k" + std::to_string(i)] = "v";
  }
  return WithDetails(details.dump());
}

INSTANTIATE_TEST_SUITE_P(
    Table, JobsRefusalTest,
    testing::Values(
        BadUpdate{"{", "InvalidJson"}, BadUpdate{"[]", "InvalidJson"},
        BadUpdate{"{\"a\":\"\xc0\xaf\"}", "InvalidJson"}, BadUpdate{"{}", "InvalidRequest"},
        BadUpdate{R"({"status":"QUEUED"})", "InvalidRequest"},
        BadUpdate{R"({"status":"TIMED_OUT"})", "InvalidRequest"},
        BadUpdate{R"({"status":"done"})", "InvalidRequest"},
        BadUpdate{R"({"status":"FAILED","expectedVersion":"x"})", "InvalidRequest"},
        BadUpdate{R"({"status":"FAILED","expectedVersion":1.5})", "InvalidRequest"},
        BadUpdate{R"({"status":"FAILED","executionNumber":9})", "ResourceNotFound"},
        BadUpdate{R"({"status":"IN_PROGRESS","stepTimeoutInMinutes":0})", "InvalidRequest"},
        BadUpdate{R"({"status":"IN_PROGRESS","stepTimeoutInMinutes":10081})", "InvalidRequest"},
        BadUpdate{R"({"status":"FAILED","includeJobDocument":1})", "InvalidRequest"},
        BadUpdate{R"({"status":"FAILED","clientToken":7})", "InvalidRequest"},
        BadUpdate{ManyDetails(11), "InvalidRequest"},
        BadUpdate{WithDetails("[]"), "InvalidRequest"},
        BadUpdate{WithDetails(R"({"a":1})"), "InvalidRequest"},
        BadUpdate{WithDetails(R"({"a b":"c"})"), "InvalidRequest"},
        BadUpdate{WithDetails(R"({"a":""})"), "InvalidRequest"},
        BadUpdate{WithDetails(R"({"a":"line\nbreak"})"), "InvalidRequest"},
        BadUpdate{WithDetails("{\"" + std::string(129, 'k') + "\":\"v\"}"), "InvalidRequest"},
        BadUpdate{WithDetails("{\"k\":\"" + std::string(1025, 'v') + "\"}"), "InvalidRequest"}));

TEST_F(JobsServiceTest, LimitsThemselvesPass) {
  Create("j1");
  EXPECT_EQ(Ask("j1/update", ManyDetails(10))["_suffix"], "/accepted");
  EXPECT_EQ(Ask("j1/update", WithDetails("{\"" + std::string(128, 'k') + "\":\"" +
                                         std::string(1024, 'v') + "\"}"))["_suffix"],
            "/accepted");
}

TEST_F(JobsServiceTest, InProgressTimerEndsTheExecution) {
  Create("j1", 2);
  EXPECT_THAT(service_.Tick(5000).messages, IsEmpty());  // A queued execution has no timer.
  now_ = 5000;
  EXPECT_EQ(Ask("start-next")["execution"]["approximateSecondsBeforeTimedOut"], 120);
  EXPECT_THAT(service_.Tick(5119).messages, IsEmpty());
  const JobsOutcome outcome = service_.Tick(5120);
  EXPECT_EQ(outcome.messages.size(), 2U);
  EXPECT_THAT(outcome.executions, ElementsAre(ExecutionKey("j1", "lamp")));
  EXPECT_EQ(Get("j1").status, ExecutionStatus::kTimedOut);
  EXPECT_EQ(service_.FindJob("j1")->status, JobStatus::kCompleted);
  EXPECT_EQ(Ask("j1/update", R"({"status":"SUCCEEDED"})")["code"], "InvalidStateTransition");
}

TEST_F(JobsServiceTest, StepTimerIsSetMovedAndStopped) {
  Create("j1", 60);
  EXPECT_EQ(Ask("start-next",
                R"({"stepTimeoutInMinutes":1})")["execution"]["approximateSecondsBeforeTimedOut"],
            60);
  now_ += 50;
  Ask("j1/update", R"({"status":"IN_PROGRESS","stepTimeoutInMinutes":1})");
  EXPECT_THAT(service_.Tick(now_ + 59).messages, IsEmpty());
  Ask("j1/update", R"({"status":"IN_PROGRESS","stepTimeoutInMinutes":-1})");
  EXPECT_THAT(service_.Tick(now_ + 3000).messages, IsEmpty());
  Ask("j1/update", R"({"status":"IN_PROGRESS","stepTimeoutInMinutes":10080})");
  EXPECT_THAT(service_.Tick(1000 + 3600).messages, testing::SizeIs(2));  // Never beyond the job's.
}

TEST_F(JobsServiceTest, CancelTouchesWhatIsQueued) {
  Create("j1");
  Ask("start-next");
  const JobsOutcome outcome = service_.Cancel("j1", false, now_);
  EXPECT_THAT(outcome.messages, IsEmpty());
  EXPECT_EQ(service_.FindJob("j1")->status, JobStatus::kCanceled);
  EXPECT_EQ(Ask("j1/update", R"({"status":"SUCCEEDED"})")["_suffix"], "/accepted");
  EXPECT_EQ(service_.FindJob("j1")->status, JobStatus::kCanceled);
  Create("j2");
  EXPECT_THAT(service_.Cancel("j2", false, now_).messages, testing::SizeIs(2));
  EXPECT_EQ(Get("j2").status, ExecutionStatus::kCanceled);
}

TEST_F(JobsServiceTest, ForcedCancelAfterAnUnforcedOneReachesWhatRuns) {
  Create("j1");
  Ask("start-next", "{}");
  service_.Cancel("j1", false, now_);
  EXPECT_EQ(Get("j1").status, ExecutionStatus::kInProgress);
  EXPECT_THROW(service_.Cancel("j1", false, now_), RequestError);
  service_.Cancel("j1", true, now_);
  EXPECT_EQ(Get("j1").status, ExecutionStatus::kCanceled);
  EXPECT_THROW(service_.Cancel("j1", true, now_), RequestError) << "it is over now";
}

TEST_F(JobsServiceTest, ForcedCancelReachesWhatRuns) {
  Create("j1");
  Ask("start-next");
  EXPECT_THAT(service_.Cancel("j1", true, now_).messages, testing::SizeIs(2));
  EXPECT_EQ(Ask("j1/update", R"({"status":"SUCCEEDED"})")["code"], "InvalidStateTransition");
}

TEST_F(JobsServiceTest, DeleteNeedsAnEndOrForce) {
  Create("j1");
  EXPECT_THROW(service_.Delete("j1", false, now_), RequestError);
  const JobsOutcome outcome = service_.Delete("j1", true, now_);
  EXPECT_THAT(outcome.messages, testing::SizeIs(2));
  EXPECT_EQ(service_.FindJob("j1"), nullptr);
  EXPECT_EQ(service_.FindExecution({"j1", "lamp"}), nullptr);
  EXPECT_EQ(Ask("j1/update", R"({"status":"SUCCEEDED"})")["code"], "ResourceNotFound");
  Create("j2");
  Ask("j2/update", R"({"status":"SUCCEEDED"})");
  EXPECT_THAT(service_.Delete("j2", false, now_).messages, IsEmpty());
}

TEST_F(JobsServiceTest, CreateIsChecked) {
  const auto code = [this](const NewJob& job) -> std::string {
    try {
      service_.Create(job, now_);
    } catch (const RequestError& error) {
      return error.code();
    }
    return "";
  };
  EXPECT_EQ(code({"a/b", Json::object(), "", {"lamp"}, {}}), "InvalidRequest");
  EXPECT_EQ(code({"ok", Json::array(), "", {"lamp"}, {}}), "InvalidRequest");
  EXPECT_EQ(code({"ok", {{"x", std::string(32768, 'y')}}, "", {"lamp"}, {}}), "InvalidRequest");
  EXPECT_EQ(code({"ok", Json::object(), "", {}, {}}), "InvalidRequest");
  EXPECT_EQ(code({"ok", Json::object(), "", {"lamp", "lamp"}, {}}), "InvalidRequest");
  EXPECT_EQ(code({"ok", Json::object(), "", {"lamp"}, 0}), "InvalidRequest");
  EXPECT_EQ(code({"ok", Json::object(), "", {"lamp"}, {}}), "");
  EXPECT_EQ(code({"ok", Json::object(), "", {"lamp"}, {}}), "ResourceAlreadyExists");
}

TEST_F(JobsServiceTest, RecordsSurviveAWriteAndARead) {
  Create("j1", 30);
  Create("j2");
  Ask("start-next", R"({"statusDetails":{"a":"b"},"stepTimeoutInMinutes":3})");
  JobsService other;
  for (const Job* job : service_.Jobs()) {
    other.Restore(JobFromJson(Json::parse(ToJson(*job).dump())));
    for (const Execution* execution : service_.ExecutionsOf(job->id)) {
      other.Restore(ExecutionFromJson(Json::parse(ToJson(*execution).dump())));
    }
  }
  const auto request = *ParseRequestTopic("$aws/things/lamp/jobs/$next/get");
  EXPECT_EQ(other.Handle(request, "", now_).messages, service_.Handle(request, "", now_).messages);
  // What is queued afterwards stands behind what was restored.
  other.Create({"a", Json::object(), "", {"lamp"}, {}}, now_);
  EXPECT_GT(other.FindExecution({"a", "lamp"})->order, other.FindExecution({"j2", "lamp"})->order);
}

TEST_F(JobsServiceTest, RendererMakesTheDocumentAtEveryFetch) {
  int calls = 0;
  service_ = JobsService([&calls](const Json& document, const Execution&, UnixSeconds) {
    Json rendered = document;
    rendered["call"] = ++calls;
    return rendered;
  });
  Create("j1");
  EXPECT_EQ(Ask("$next/get")["execution"]["jobDocument"]["call"], 2);
  EXPECT_EQ(Ask("j1/get")["execution"]["jobDocument"]["call"], 3);
  EXPECT_EQ(service_.FindJob("j1")->document, Json::parse(R"({"op":"j1"})"));
}

}  // namespace
}  // namespace linnet::twin
