// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// One running twin and devices that talk to it over TLS.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <ctime>

#include "twin/authority.hpp"
#include "twin/files.hpp"
#include "twin/integration/device.hpp"
#include "twin/integration/https_client.hpp"
#include "twin/integration/running_twin.hpp"
#include "twin/streams_types.hpp"
#include "twin/testing/temp_dir.hpp"

namespace linnet::twin::integration {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr int kNotAuthorized = 0x87;

// The twin is started once; every test has things of its own.
class ServicesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place = new testing_support::TempDir;
    running = new RunningTwin(place->path() / "twin");
  }
  static void TearDownTestSuite() {
    delete running;
    delete place;
  }

  static std::uint16_t mqtt_port() { return running->Port("mqttPort"); }

  static testing_support::TempDir* place;
  static RunningTwin* running;
};

testing_support::TempDir* ServicesTest::place = nullptr;
RunningTwin* ServicesTest::running = nullptr;

TEST_F(ServicesTest, ShadowGoesBothWays) {
  Device device(mqtt_port(), running->MakeThing("shadow-1"), "shadow-1", {"shadow/+/+"});
  ASSERT_TRUE(device.Ready());
  device.Ask("shadow/get", {{"clientToken", "g"}});
  EXPECT_EQ(device.Take("shadow/get/rejected")["code"], 404);
  device.Ask("shadow/update", {{"state", {{"reported", {{"led", false}}}}}});
  EXPECT_EQ(device.Take("shadow/update/accepted")["version"], 1);

  const json answer = running->api().Post("/v1/things/shadow-1/shadow",
                                          {{"state", {{"desired", {{"led", true}}}}}});
  EXPECT_EQ(answer["version"], 2);
  const json delta = device.Take("shadow/update/delta");
  EXPECT_EQ(delta["state"], json({{"led", true}}));
  EXPECT_EQ(delta["version"], 2);

  device.Ask("shadow/update", {{"state", {{"reported", {{"led", true}}}}}, {"version", 2}});
  device.Take("shadow/update/accepted");  // Of the administrator's update.
  EXPECT_EQ(device.Take("shadow/update/accepted")["version"], 3);
  EXPECT_FALSE(running->api().Get("/v1/things/shadow-1/shadow")["state"].contains("delta"));
}

TEST_F(ServicesTest, JobRunsToItsEnd) {
  Device device(mqtt_port(), running->MakeThing("job-1"), "job-1", {"jobs/#"});
  ASSERT_TRUE(device.Ready());
  static_cast<void>(
      running->api().Post("/v1/jobs", {{"jobId", "update-1"},
                                       {"targets", {"job-1"}},
                                       {"document", {{"operation", "app_fw_update"}}}}));
  EXPECT_EQ(device.Take("jobs/notify-next")["execution"]["jobId"], "update-1");
  device.Ask("jobs/start-next", {{"statusDetails", {{"phase", "start"}}}});
  EXPECT_EQ(device.Take("jobs/start-next/accepted")["execution"]["jobDocument"]["operation"],
            "app_fw_update");
  device.Ask("jobs/update-1/update", {{"status", "IN_PROGRESS"}, {"expectedVersion", "1"}});
  EXPECT_EQ(device.Take("jobs/update-1/update/rejected")["code"], "VersionMismatch");
  device.Ask("jobs/update-1/update", {{"status", "SUCCEEDED"}, {"expectedVersion", "2"}});
  device.Take("jobs/update-1/update/accepted");
  EXPECT_FALSE(device.Take("jobs/notify-next").contains("execution"));
  const json job = running->api().Get("/v1/jobs/update-1");
  EXPECT_EQ(job["status"], "COMPLETED");
  EXPECT_EQ(job["executions"][0]["statusDetails"]["phase"], "start");
}

TEST_F(ServicesTest, StreamsDeliverBlocks) {
  const std::string content = std::string(300, 'a') + std::string(300, 'b');
  WriteFile(running->directory() / "fw" / "blocks.bin", content);
  static_cast<void>(running->api().Post(
      "/v1/streams",
      {{"streamId", "s-1"}, {"files", {{{"fileId", 4}, {"object", "blocks.bin"}}}}}));
  Device device(mqtt_port(), running->MakeThing("stream-1"), "stream-1", {"streams/+/+/json"});
  ASSERT_TRUE(device.Ready());
  device.Ask("streams/s-1/describe/json", {{"c", "d"}});
  const json description = device.Take("streams/s-1/description/json");
  EXPECT_EQ(description["r"], json::array({{{"f", 4}, {"z", 600}}}));
  device.Ask("streams/s-1/get/json",
             {{"s", description["s"]}, {"f", 4}, {"l", 256}, {"o", 1}, {"n", 9}});
  const json first = device.Take("streams/s-1/data/json");
  const json last = device.Take("streams/s-1/data/json");
  EXPECT_EQ(FromBase64(first["p"].get<std::string>()) + FromBase64(last["p"].get<std::string>()),
            content.substr(256));
  EXPECT_EQ(last["i"], 2);
  device.Ask("streams/s-1/get/json", {{"s", 9}, {"f", 4}, {"l", 256}});
  EXPECT_EQ(device.Take("streams/s-1/rejected/json")["o"], "VersionMismatch");
  EXPECT_TRUE(running->HasEvent("stream", "s-1  file 4  from block 1  2 blocks  344 B"));
}

TEST_F(ServicesTest, TelemetryArrives) {
  Device device(mqtt_port(), running->MakeThing("telemetry-1"), "telemetry-1");
  ASSERT_TRUE(device.Ready());
  device.Publish("dt/linnet/telemetry-1/telemetry", {{"uptime_s", 5}});
  ASSERT_TRUE(WaitFor(
      [] { return !running->api().Get("/v1/telemetry?thing=telemetry-1")["telemetry"].empty(); }));
  EXPECT_TRUE(running->HasEvent("connected", "telemetry-1"));
  EXPECT_EQ(running->api().Get("/v1/things/telemetry-1")["connected"], true);
}

TEST_F(ServicesTest, ThingMayNotTouchAnother) {
  const auto victim_files = running->MakeThing("victim");
  const auto thief_files = running->MakeThing("thief");
  BrokerClient::Options options = DeviceOptions(mqtt_port(), thief_files, "thief");
  options.subscriptions = {"$aws/things/victim/shadow/#", "$aws/things/thief/shadow/#",
                           "dt/linnet/victim/#"};
  Device thief(std::move(options));
  Device victim(mqtt_port(), victim_files, "victim", {"shadow/#"});
  ASSERT_TRUE(thief.Ready());
  EXPECT_THAT(thief.Refused(),
              testing::ElementsAre("$aws/things/victim/shadow/#", "dt/linnet/victim/#"));
  ASSERT_TRUE(victim.Ready());

  for (const char* topic :
       {"dt/linnet/victim/telemetry", "$aws/things/victim/shadow/update",
        "$aws/things/victim/jobs/start-next", "$aws/things/thief/shadow/update/accepted"}) {
    thief.Publish(topic, {{"state", json::object()}});
    EXPECT_EQ(thief.TakeRefusal(), kNotAuthorized) << topic;
  }
  // What the victim gets, the thief does not: its own answer comes later and is there.
  victim.Ask("shadow/update", {{"state", {{"desired", {{"a", 1}}}}}});
  victim.Take("shadow/update/accepted");
  thief.Ask("shadow/update", {{"state", {{"reported", {{"b", 2}}}}}});
  thief.Take("shadow/update/accepted");
  EXPECT_THAT(thief.Topics(), Not(Contains(HasSubstr("victim"))));
  EXPECT_EQ(running->api().Get("/v1/things/victim/shadow")["version"], 1);
}

TEST_F(ServicesTest, NameOfAnotherCannotBeTaken) {
  Device owner(mqtt_port(), running->MakeThing("owner"), "owner", {"shadow/#"});
  ASSERT_TRUE(owner.Ready());
  BrokerClient::Options options =
      DeviceOptions(mqtt_port(), running->MakeThing("imposter"), "owner");
  Device imposter(std::move(options));
  ASSERT_TRUE(imposter.Ready());
  owner.Ask("shadow/update", {{"state", json::object()}});
  owner.Take("shadow/update/accepted");
  EXPECT_EQ(owner.losses(), 0);
  EXPECT_TRUE(running->HasEvent("connected", "imposter"));
}

TEST_F(ServicesTest, UnknownCertificateIsRefused) {
  // A thing of the right name, certified by somebody else.
  const std::filesystem::path files = place->path() / "stranger";
  const Authority other(place->path() / "other-ca", KeyKind::kP256, std::time(nullptr));
  const Key key = GenerateKey(KeyKind::kP256);
  std::filesystem::create_directory(files);
  WriteFile(files / "cert.pem",
            CertificateToPem(other.IssueForThing("shadow-1", key, std::time(nullptr))));
  WriteSecretFile(files / "key.pem", KeyToPem(key));
  WriteFile(files / "roots.pem", ReadFile(running->directory() / "ca" / "roots.pem"));
  Device stranger(mqtt_port(), files, "shadow-1");
  EXPECT_TRUE(WaitFor([&stranger] { return stranger.losses() > 0; }));
  EXPECT_TRUE(WaitFor([] { return running->HasEvent("refused", "certificate verify failed"); }));

  BrokerClient::Options bare = DeviceOptions(mqtt_port(), files, "shadow-1");
  bare.certificate.clear();
  Device without(std::move(bare));
  EXPECT_TRUE(WaitFor([&without] { return without.losses() > 0; }));
}

TEST_F(ServicesTest, RevokedCertificateIsRefused) {
  const auto files = running->MakeThing("lost");
  {
    Device device(mqtt_port(), files, "lost");
    ASSERT_TRUE(device.Ready());
  }
  static_cast<void>(running->api().Delete("/v1/things/lost/certificates"));
  // The broker reads the list a moment later.
  EXPECT_TRUE(WaitFor([&files] {
    Device device(mqtt_port(), files, "lost");
    return WaitFor([&device] { return device.losses() > 0; }, std::chrono::seconds(1));
  }));
  Device other(mqtt_port(), running->MakeThing("kept"), "kept");
  EXPECT_TRUE(other.Ready());
}

TEST_F(ServicesTest, ARevokedThingGoesAtOnceAndTheOthersStay) {
  Device lost(mqtt_port(), running->MakeThing("lost-2"), "lost-2");
  Device kept(mqtt_port(), running->MakeThing("kept-2"), "kept-2", {"shadow/#"});
  ASSERT_TRUE(lost.Ready());
  ASSERT_TRUE(kept.Ready());
  static_cast<void>(running->api().Delete("/v1/things/lost-2/certificates"));
  EXPECT_TRUE(WaitFor([&lost] { return lost.losses() > 1; })) << "and cannot come back";
  EXPECT_TRUE(WaitFor([] { return running->HasEvent("disconnected", "lost-2"); }));
  kept.Ask("shadow/update", {{"state", json::object()}});
  kept.Take("shadow/update/accepted");
  EXPECT_EQ(kept.losses(), 0);
}

TEST_F(ServicesTest, FirmwareComesInRanges) {
  std::string content;
  for (int i = 0; i < 100000; ++i) {
    content += static_cast<char>(i * 7 % 251);
  }
  WriteFile(running->directory() / "fw" / "big.bin", content);
  const auto roots = running->directory() / "ca" / "roots.pem";
  HttpsClient client(running->Port("httpsPort"), roots, "linnet-twin.local");
  const HttpsAnswer whole = client.Request("GET", "/fw/big.bin");
  EXPECT_EQ(whole.status, 200);
  EXPECT_TRUE(whole.body == content);
  const std::string tag = whole.Header("ETag");
  // The same connection goes on; a second one is served beside it.
  HttpsClient second(running->Port("httpsPort"), roots, "localhost");
  for (const std::size_t at : {0U, 1U, 4096U, 99999U}) {
    std::string headers = "Range: bytes=" + std::to_string(at) + "-" + std::to_string(at + 999);
    headers.append("\r\nIf-Range: ").append(tag).append("\r\n");
    const HttpsAnswer part = client.Request("GET", "/fw/big.bin", headers);
    EXPECT_EQ(part.status, 206);
    EXPECT_TRUE(part.body == content.substr(at, 1000));
    EXPECT_EQ(second.Request("HEAD", "/fw/big.bin").Header("Content-Length"), "100000");
  }
  EXPECT_EQ(client.Request("GET", "/fw/big.bin", "Range: bytes=100000-\r\n").status, 416);
  EXPECT_EQ(client.Request("GET", "/fw/nothing.bin").status, 404);
  EXPECT_TRUE(WaitFor([] { return running->HasEvent("download", "bytes=4096-5095  1000 B"); }));
}

TEST_F(ServicesTest, ServerProvesItsName) {
  const auto roots = running->directory() / "ca" / "roots.pem";
  EXPECT_THROW(HttpsClient(running->Port("httpsPort"), roots, "iot.example.com"),
               std::runtime_error);
  const Authority other(place->path() / "another-ca", KeyKind::kP256, std::time(nullptr));
  EXPECT_THROW(HttpsClient(running->Port("httpsPort"), other.roots_file(), "linnet-twin.local"),
               std::runtime_error);
}

TEST_F(ServicesTest, TimeIsServed) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  const timeval timeout{20, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(running->Port("sntpPort"));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  unsigned char packet[48] = {0x23};
  ASSERT_EQ(::send(socket, packet, sizeof(packet), 0), 48);
  ASSERT_EQ(::recv(socket, packet, sizeof(packet), 0), 48);
  ::close(socket);
  std::uint32_t seconds = 0;
  std::memcpy(&seconds, packet + 40, 4);
  const std::int64_t unix_seconds = static_cast<std::int64_t>(ntohl(seconds)) - 2208988800LL;
  EXPECT_NEAR(static_cast<double>(unix_seconds), static_cast<double>(std::time(nullptr)), 30);
}

}  // namespace
}  // namespace linnet::twin::integration
