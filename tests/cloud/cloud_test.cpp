// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Two readings of the same specification meet: the device's machines talk to the twin's services
// over a link that loses, repeats and cuts messages, and breaks. However bad it was, once it is
// good again both ends must agree.
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "aws/client.hpp"
#include "aws/jobs.hpp"
#include "aws/shadow.hpp"
#include "aws/testing/fake_cloud.hpp"
#include "aws/testing/fake_settings.hpp"
#include "aws/topics.hpp"
#include "net/url.hpp"
#include "twin/jobs_service.hpp"
#include "twin/shadow_service.hpp"

namespace linnet {
namespace {

using twin::Json;

constexpr const char* kThing = "lamp";

// Works on what it is given: some progress, then the end that the document's version names.
class Worker final : public aws::JobListener {
 public:
  void OnJob(const aws::Job& job) override {
    id = job.id;
    steps = job.version == "good" ? 3 : 1;
    end = job.version == "good" ? aws::JobStatus::kSucceeded : aws::JobStatus::kFailed;
  }
  void OnJobGone(StringView job, aws::JobStatus /*status*/) override { Done(job, gone); }
  void OnJobEnded(StringView job, aws::JobStatus /*status*/) override { Done(job, ended); }

  void Step(aws::Jobs& jobs) {
    if (id.empty()) {
      return;
    }
    const std::string left = std::to_string(steps);
    const std::array details = {aws::Detail{.key = "left", .value = left}};
    IgnoreStatus(jobs.Report(steps-- > 0 ? aws::JobStatus::kInProgress : end, details));
  }

  std::string id;
  int steps = 0;
  aws::JobStatus end = aws::JobStatus::kSucceeded;
  std::multiset<std::string> gone;
  std::multiset<std::string> ended;

 private:
  void Done(std::string_view job, std::multiset<std::string>& where) {
    where.emplace(job);
    id.clear();
  }
};

class Cloud : public ::testing::TestWithParam<unsigned>, public aws::Publisher {
 protected:
  Result<std::uint16_t> Publish(StringView topic, Bytes payload, mqtt::Qos) override {
    if (Chance(10)) {
      return Code::kResourceExhausted;
    }
    if (Chance(10)) {
      return std::uint16_t{1};  // Taken, and lost with the connection that it went to.
    }
    const auto request = twin::ParseRequestTopic(topic);
    EXPECT_TRUE(request.has_value()) << topic;
    EXPECT_TRUE(Json::accept(AsText(payload))) << AsText(payload);
    const bool jobs = topic.find("/jobs/") != std::string_view::npos;
    Send(jobs ? jobs_service_.Handle(*request, AsText(payload), seconds()).messages
              : shadow_service_.Handle(*request, AsText(payload), seconds()).messages);
    return std::uint16_t{1};
  }

  void Send(const std::vector<twin::Message>& messages) {
    for (const twin::Message& message : messages) {
      for (const char* code : {"InvalidRequest", "InvalidJson", "InvalidTopic", "\"code\":400"}) {
        EXPECT_EQ(message.payload.find(code), std::string::npos) << message.payload;
      }
      inbox_.push_back(message);
    }
  }

  void Desire(const std::string& state) {
    const auto request = twin::ParseRequestTopic("$aws/things/lamp/shadow/update");
    Send(shadow_service_
             .Handle(*request, R"({"state":{"desired":)" + state + R"(},"clientToken":"app"})",
                     seconds())
             .messages);
  }

  void CreateJob(const std::string& id, const std::string& operation, const std::string& version) {
    const Json document = {{"operation", operation},
                           {"fwversion", version},
                           {"size", 9},
                           {"location", {{"protocol", "https:"}, {"host", "h:1"}, {"path", "p"}}}};
    Send(jobs_service_.Create({id, document, "", {kThing}, {}}, seconds()).messages);
  }

  // One second of life.
  void Tick() {
    now_ += Seconds{1};
    if (!online_ || Chance(20)) {
      client_.OnOffline();
      inbox_.clear();  // Whatever was on its way is lost.
      client_.OnReady();
      online_ = true;
    }
    client_.Run(now_);
    while (!inbox_.empty()) {
      const twin::Message message = inbox_.front();
      inbox_.pop_front();
      if (Chance(10)) {
        continue;
      }
      if (Chance(10)) {
        client_.OnMessage({.topic = message.topic,
                           .offset = 0,
                           .total = message.payload.size(),
                           .data = AsBytes(message.payload).first(message.payload.size() / 2)});
      }
      for (int i = Chance(10) ? 2 : 1; i > 0; --i) {
        aws::testing::Deliver(client_, message.topic, message.payload, 1 + random_() % 40);
      }
      client_.Run(now_);
    }
    worker_.Step(jobs_);
  }

  // True in `percent` of all cases while the link is bad.
  bool Chance(unsigned percent) { return bad_ && random_() % 100 < percent; }
  [[nodiscard]] twin::UnixSeconds seconds() const {
    return std::chrono::duration_cast<Seconds>(now_.time_since_epoch()).count();
  }
  Json Reported() {
    return (*shadow_service_.Document({kThing, ""}, seconds()))["state"]["reported"];
  }
  twin::ExecutionStatus StatusOf(const std::string& job) {
    return jobs_service_.FindExecution({job, kThing})->status;
  }

  std::mt19937 random_{GetParam()};
  bool bad_ = true;
  bool online_ = false;
  Instant now_{Seconds{1000000}};
  std::deque<twin::Message> inbox_;
  twin::ShadowService shadow_service_;
  twin::JobsService jobs_service_;

  aws::testing::PlainEntropy entropy_;
  aws::testing::FakeSettings settings_{{"telemetry.interval_s", "log.level", "led"}};
  aws::testing::FakeVersionStore versions_;
  Worker worker_;
  std::array<char, net::kMaxUrlLength> url_{};
  aws::ShadowBuffer<3> shadow_{kThing, settings_, versions_, entropy_};
  aws::Jobs jobs_{kThing, worker_, entropy_, url_};
  std::array<aws::Machine*, 2> machines_{&shadow_, &jobs_};
  aws::Client client_{*this, machines_};
};

TEST_P(Cloud, BothEndsAgreeInTheEnd) {
  for (int i = 0; i < 200; ++i) {
    if (i % 17 == 3) {
      Desire(R"({"telemetry":{"interval_s":)" + std::to_string(random_() % 1500) + R"(},"led":)" +
             std::to_string(random_() % 10) + "}");
    }
    if (i == 40 || i == 41 || i == 120) {
      CreateJob("good" + std::to_string(i), "app_fw_update", "good");
    }
    if (i == 60) {
      CreateJob("bad", "app_fw_update", "bad");
      CreateJob("foreign", "reboot", "x");
    }
    if (i == 130) {
      CreateJob("cancelled", "app_fw_update", "good");
    }
    if (i == 133) {
      Send(jobs_service_.Cancel("cancelled", true, seconds()).messages);
    }
    Tick();
  }
  Desire(R"({"telemetry":{"interval_s":30},"log":{"level":5000},"led":7})");
  bad_ = false;
  online_ = false;
  for (int i = 0; i < 600; ++i) {
    Tick();
  }

  EXPECT_EQ(settings_.values, (std::vector<std::int64_t>{30, 1, 7}));
  Json reported = Reported();
  EXPECT_EQ(reported["errors"]["log"]["level"], "out of range 0..999");
  EXPECT_FALSE(reported["errors"]["telemetry"].contains("interval_s")) << "cleared";
  reported.erase("errors");
  EXPECT_EQ(reported, Json::parse(R"({"telemetry":{"interval_s":30},"log":{"level":1},"led":7})"));
  EXPECT_TRUE(shadow_.in_sync());
  EXPECT_EQ(StatusOf("good40"), twin::ExecutionStatus::kSucceeded);
  EXPECT_EQ(StatusOf("good41"), twin::ExecutionStatus::kSucceeded);
  EXPECT_EQ(StatusOf("good120"), twin::ExecutionStatus::kSucceeded);
  EXPECT_EQ(StatusOf("bad"), twin::ExecutionStatus::kFailed);
  EXPECT_EQ(StatusOf("foreign"), twin::ExecutionStatus::kRejected);
  EXPECT_EQ(StatusOf("cancelled"), twin::ExecutionStatus::kCanceled);
  EXPECT_EQ(jobs_.job_id(), "");
  for (const char* job : {"good40", "good41", "good120", "bad", "foreign"}) {
    EXPECT_EQ(worker_.ended.count(job), 1U) << job;
    EXPECT_EQ(worker_.gone.count(job), 0U) << job;
  }
  EXPECT_LE(worker_.gone.count("cancelled"), 1U);
  EXPECT_EQ(client_.Run(now_), kNever) << "and then there is quiet";
}

/// A clear link, and a job whose end the cloud decides while it is worked on.
class EndedByTheCloud : public Cloud {
 protected:
  void BeginWork(std::optional<int> timeout_minutes = {}) {
    bad_ = false;
    const Json document = {{"operation", "app_fw_update"},
                           {"fwversion", "good"},
                           {"size", 9},
                           {"location", {{"protocol", "https:"}, {"host", "h:1"}, {"path", "p"}}}};
    Send(
        jobs_service_.Create({"job", document, "", {kThing}, timeout_minutes}, seconds()).messages);
    Tick();
    Tick();
    ASSERT_EQ(worker_.id, "job");
    ASSERT_EQ(StatusOf("job"), twin::ExecutionStatus::kInProgress);
    worker_.steps = 1'000'000;  // It would go on for long.
  }
  void ExpectGone() {
    for (int i = 0; i < 20; ++i) {
      Tick();
    }
    EXPECT_EQ(worker_.gone.count("job"), 1U);
    EXPECT_EQ(worker_.id, "");
    EXPECT_EQ(jobs_.job_id(), "");
    CreateJob("next", "app_fw_update", "good");
    for (int i = 0; i < 100; ++i) {
      Tick();
    }
    EXPECT_EQ(StatusOf("next"), twin::ExecutionStatus::kSucceeded);
  }
};

TEST_P(EndedByTheCloud, ACancelledJobIsGone) {
  BeginWork();
  Send(jobs_service_.Cancel("job", true, seconds()).messages);
  ExpectGone();
}

TEST_P(EndedByTheCloud, ADeletedJobIsGone) {
  BeginWork();
  Send(jobs_service_.Delete("job", true, seconds()).messages);
  ExpectGone();
}

TEST_P(EndedByTheCloud, AJobThatTookTooLongIsGone) {
  BeginWork(1);
  for (int i = 0; i < 70 && StatusOf("job") == twin::ExecutionStatus::kInProgress; ++i) {
    Tick();
    Send(jobs_service_.Tick(seconds()).messages);
  }
  EXPECT_EQ(StatusOf("job"), twin::ExecutionStatus::kTimedOut);
  ExpectGone();
}

INSTANTIATE_TEST_SUITE_P(Seeds, EndedByTheCloud, ::testing::Values(1U));
INSTANTIATE_TEST_SUITE_P(Seeds, Cloud, ::testing::Range(0U, 50U));

}  // namespace
}  // namespace linnet
