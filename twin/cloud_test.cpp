// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/cloud.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "twin/api.hpp"
#include "twin/files.hpp"
#include "twin/stream_folder.hpp"
#include "twin/testing/temp_dir.hpp"

namespace linnet::twin {
namespace {

using testing::HasSubstr;

// A cloud without network, its admin API, and a hand-moved clock. `Restart` is what the next start
// of the twin finds.
class CloudTest : public testing::Test {
 protected:
  struct Parts {
    explicit Parts(CloudTest& test)
        : database(test.dir_.path() / "twin.db"),
          events(database, &test.lines_, EventLog::Form::kText, ""),
          cloud(database, test.authority_, events, test.links_, test.faults_, test.objects_,
                [&test] { return test.now_; }),
          api(cloud, test.faults_, "token",
              {[] {
                 return Json{{"ok", true}};
               },
               [&test] { test.stopped_ = true; }}) {
      cloud.set_publisher([&test](const Message& message) { test.published_.push_back(message); });
    }
    Database database;
    EventLog events;
    Cloud cloud;
    Api api;
  };

  void Restart() {
    parts_.reset();
    parts_ = std::make_unique<Parts>(*this);
  }

  Json Call(const std::string& method, const std::string& target, const Json& body = nullptr) {
    HttpRequest request;
    request.method = method;
    EXPECT_TRUE(ParseTarget(target, request));
    request.headers["authorization"] = "Bearer token";
    request.body = body.is_null() ? "" : body.dump();
    const HttpResponse response = parts_->api.Handle(request);
    status_ = response.status;
    return Json::parse(std::get<std::string>(response.body));
  }

  Cloud& cloud() { return parts_->cloud; }

  testing_support::TempDir dir_;
  UnixSeconds now_ = 1800000000;
  Authority authority_{dir_.path() / "ca", KeyKind::kP256, now_};
  Links links_{"secret"};
  Faults faults_;
  StreamFolder objects_{dir_.path()};
  std::ostringstream lines_;
  std::vector<Message> published_;
  bool stopped_ = false;
  int status_ = 0;
  std::unique_ptr<Parts> parts_ = std::make_unique<Parts>(*this);
};

TEST_F(CloudTest, ThingsLiveAndSurvive) {
  Call("POST", "/v1/things", {{"thingName", "lamp"}});
  EXPECT_EQ(status_, 201);
  EXPECT_EQ(Call("POST", "/v1/things", {{"thingName", "lamp"}})["code"], "ResourceAlreadyExists");
  EXPECT_EQ(status_, 409);
  EXPECT_EQ(Call("POST", "/v1/things", {{"thingName", "a.b"}})["code"], "InvalidRequest");
  EXPECT_EQ(status_, 400);
  EXPECT_EQ(Call("POST", "/v1/things", {{"name", "x"}})["code"], "InvalidRequest");
  Restart();
  EXPECT_EQ(Call("GET", "/v1/things")["things"][0]["thingName"], "lamp");
  Call("DELETE", "/v1/things/lamp");
  EXPECT_EQ(status_, 200);
  EXPECT_EQ(Call("GET", "/v1/things/lamp")["code"], "ResourceNotFound");
  EXPECT_EQ(status_, 404);
}

TEST_F(CloudTest, ShadowsGoThroughTheService) {
  cloud().CreateThing("lamp");
  Call("GET", "/v1/things/lamp/shadow");
  EXPECT_EQ(status_, 404);
  EXPECT_EQ(Call("POST", "/v1/things/lamp/shadow",
                 {{"state", {{"desired", {{"led", true}}}}}})["version"],
            1);
  ASSERT_EQ(published_.size(), 3U);
  EXPECT_EQ(published_[0].topic, "$aws/things/lamp/shadow/update/delta");
  Restart();
  published_.clear();
  cloud().OnMessage("$aws/things/lamp/shadow/update", R"({"state":{"reported":{"led":true}}})");
  EXPECT_EQ(published_.size(), 2U);
  EXPECT_EQ(Call("GET", "/v1/things/lamp/shadow")["version"], 2);
  EXPECT_EQ(Call("POST", "/v1/things/lamp/shadow", {{"state", 5}})["message"],
            "State node must be an object");
  EXPECT_EQ(status_, 400);
  EXPECT_EQ(Call("DELETE", "/v1/things/lamp/shadow")["version"], 2);
  EXPECT_EQ(Call("GET", "/v1/things/other/shadow")["code"], "ResourceNotFound");
}

TEST_F(CloudTest, RefusedAdminRequestsAreNotPublished) {
  cloud().CreateThing("lamp");
  Call("POST", "/v1/things/lamp/shadow", {{"state", 5}});
  EXPECT_TRUE(published_.empty());
}

TEST_F(CloudTest, JobsGoThroughTheService) {
  cloud().CreateThing("lamp");
  const Json wish = {{"jobId", "j"},
                     {"targets", {"lamp"}},
                     {"document", {{"a", 1}}},
                     {"inProgressTimeoutInMinutes", 1}};
  Call("POST", "/v1/jobs", wish);
  EXPECT_EQ(status_, 201);
  EXPECT_EQ(published_.size(), 2U);
  cloud().OnMessage("$aws/things/lamp/jobs/start-next", "{}");
  Restart();
  EXPECT_EQ(Call("GET", "/v1/jobs/j")["executions"][0]["status"], "IN_PROGRESS");
  EXPECT_EQ(Call("DELETE", "/v1/jobs/j")["code"], "InvalidStateTransition");
  now_ += 60;
  cloud().Tick();
  EXPECT_EQ(Call("GET", "/v1/jobs/j")["status"], "COMPLETED");
  Call("DELETE", "/v1/jobs/j");
  Restart();
  EXPECT_EQ(Call("GET", "/v1/jobs")["jobs"], Json::array());
  EXPECT_EQ(Call("POST", "/v1/jobs",
                 {{"jobId", "k"}, {"targets", {"nobody"}}, {"document", {{"a", 1}}}})["code"],
            "ResourceNotFound");
  EXPECT_EQ(Call("POST", "/v1/jobs", {{"jobId", "k"}})["code"], "InvalidRequest");
}

TEST_F(CloudTest, TelemetryIsKeptInOrder) {
  for (int i = 0; i < 5; ++i) {
    cloud().OnMessage("dt/linnet/lamp/telemetry", Json{{"n", i}}.dump());
    cloud().OnMessage("dt/linnet/other/telemetry", "{}");
  }
  cloud().OnMessage("dt/linnet/lamp/telemetry", "\xff\xfe");
  const Json last = Call("GET", "/v1/telemetry?thing=lamp&limit=2")["telemetry"];
  ASSERT_EQ(last.size(), 2U);
  EXPECT_EQ(last[0]["payload"]["n"], 3);
  EXPECT_EQ(last[1]["payload"]["n"], 4);
  const Json after =
      Call("GET", "/v1/telemetry?thing=lamp&after=" + last[0]["id"].dump())["telemetry"];
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0], last[1]);
  EXPECT_EQ(Call("GET", "/v1/telemetry?after=x")["code"], "InvalidRequest");
}

TEST_F(CloudTest, EventsTellTheStory) {
  cloud().CreateThing("lamp");
  cloud().OnMessage("dt/linnet/lamp/telemetry", R"({"uptime_s":5})");
  cloud().OnMessage("$aws/things/lamp/shadow/update", R"({"state":{"reported":{"led":true}}})");
  cloud().OnMessage("$aws/things/lamp/shadow/update", "{");
  const Json events = Call("GET", "/v1/events?after=0")["events"];
  std::vector<std::string> texts;
  for (const Json& event : events) {
    texts.push_back(event["kind"].get<std::string>() + ": " + event["text"].get<std::string>());
  }
  EXPECT_THAT(texts, testing::ElementsAre("thing: created", R"(telemetry: {"uptime_s":5})",
                                          R"(shadow: version 1  {"reported":{"led":true}})",
                                          "shadow: refused: Invalid JSON"));
  EXPECT_THAT(lines_.str(), HasSubstr("lamp"));
}

TEST_F(CloudTest, CertificatesAreIssuedAndRevoked) {
  std::string revoked;
  cloud().set_on_revoked([&revoked](const std::string& thing) { revoked += thing; });
  cloud().CreateThing("lamp");
  const std::string request = MakeRequest(GenerateKey(KeyKind::kP256), "lamp");
  const Json issued = Call("POST", "/v1/things/lamp/certificates", {{"csr", request}});
  EXPECT_EQ(issued["certificateId"],
            CertificateId(CertificateFromPem(issued["certificatePem"].get<std::string>())));
  EXPECT_EQ(Call("POST", "/v1/things/lamp/certificates", {{"csr", "junk"}})["code"],
            "InvalidRequest");
  EXPECT_EQ(Call("POST", "/v1/things/nobody/certificates", {{"csr", request}})["code"],
            "ResourceNotFound");
  const std::string before = ReadFile(authority_.revoked_file());
  Call("DELETE", "/v1/things/lamp/certificates");
  EXPECT_EQ(revoked, "lamp");
  EXPECT_NE(ReadFile(authority_.revoked_file()), before);
  EXPECT_EQ(Call("GET", "/v1/things/lamp")["certificates"][0]["status"], "REVOKED");
}

TEST_F(CloudTest, ApiWantsTheTokenAndKnownRoutes) {
  HttpRequest request;
  request.method = "GET";
  ASSERT_TRUE(ParseTarget("/v1/things", request));
  EXPECT_EQ(parts_->api.Handle(request).status, 401);
  request.headers["authorization"] = "Bearer tokem";
  EXPECT_EQ(parts_->api.Handle(request).status, 401);
  Call("GET", "/v1/nothing");
  EXPECT_EQ(status_, 404);
  Call("DELETE", "/v1/things");
  EXPECT_EQ(status_, 405);
  EXPECT_EQ(Call("GET", "/v1/status")["ok"], true);
  Call("POST", "/v1/stop");
  EXPECT_TRUE(stopped_);
}

TEST_F(CloudTest, StreamsLiveAndSurvive) {
  WriteFile(dir_.path() / "a.bin", std::string(1000, 'a'));
  const Json wish = {{"streamId", "s"}, {"files", {{{"fileId", 3}, {"object", "a.bin"}}}}};
  EXPECT_EQ(Call("POST", "/v1/streams", wish)["streamVersion"], 1);
  EXPECT_EQ(status_, 201);
  EXPECT_EQ(Call("POST", "/v1/streams", wish)["code"], "ResourceAlreadyExists");
  EXPECT_EQ(Call("POST", "/v1/streams/s", wish)["streamVersion"], 2);
  EXPECT_EQ(Call("POST", "/v1/streams", {{"streamId", "x"}})["code"], "InvalidRequest");
  Restart();
  EXPECT_EQ(Call("GET", "/v1/streams")["streams"][0]["files"][0]["size"], 1000);
  cloud().OnMessage("$aws/things/lamp/streams/s/get/json", R"({"f":3,"l":512,"n":2})");
  ASSERT_EQ(published_.size(), 2U);
  EXPECT_EQ(published_[1].topic, "$aws/things/lamp/streams/s/data/json");
  EXPECT_THAT(lines_.str(), HasSubstr("s  file 3  from block 0  2 blocks  1000 B"));
  cloud().OnMessage("$aws/things/lamp/streams/s/get/json", R"({"f":4,"l":512})");
  EXPECT_EQ(published_[2].topic, "$aws/things/lamp/streams/s/rejected/json");
  Call("DELETE", "/v1/streams/s");
  EXPECT_EQ(status_, 200);
  Restart();
  EXPECT_EQ(Call("GET", "/v1/streams/s")["code"], "ResourceNotFound");
}

}  // namespace
}  // namespace linnet::twin
