// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Starting, stopping, dying and coming back.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>

#include "twin/files.hpp"
#include "twin/integration/device.hpp"
#include "twin/integration/https_client.hpp"
#include "twin/integration/running_twin.hpp"
#include "twin/pki.hpp"
#include "twin/testing/temp_dir.hpp"

namespace linnet::twin::integration {
namespace {

using testing::HasSubstr;

class LifecycleTest : public testing::Test {
 protected:
  std::filesystem::path directory() const { return dir_.path() / "twin"; }

  static pid_t BrokerPid(const RunningTwin& twin) {
    return twin.api().Get("/v1/status")["brokerPid"];
  }

  testing_support::TempDir dir_;
};

TEST_F(LifecycleTest, EverySignalStopsAllThatWasStarted) {
  for (const int signal : {SIGINT, SIGTERM}) {
    RunningTwin twin(directory());
    const pid_t broker = BrokerPid(twin);
    ASSERT_TRUE(IsAlive(broker));
    EXPECT_EQ(twin.End(signal), 0);
    EXPECT_FALSE(IsAlive(broker));
    EXPECT_FALSE(std::filesystem::exists(directory() / "twin.json"));
  }
}

TEST_F(LifecycleTest, KilledTwinTakesItsBrokerAlong) {
  RunningTwin twin(directory());
  const pid_t broker = BrokerPid(twin);
  EXPECT_EQ(twin.End(SIGKILL), -SIGKILL);
  EXPECT_TRUE(WaitFor([broker] { return !IsAlive(broker); }));
  // What it left behind does not keep the next one from starting.
  const RunningTwin next(directory());
  EXPECT_TRUE(cli::TwinIsRunning(directory().string()));
}

TEST_F(LifecycleTest, SecondTwinInTheSamePlaceSaysSo) {
  RunningTwin twin(directory());
  const auto [code, text] = RunLinnet({"twin", "up", "--dir", directory().string()});
  EXPECT_EQ(code, 1);
  EXPECT_THAT(text, HasSubstr("running in " + directory().string() + " already"));
  EXPECT_TRUE(cli::TwinIsRunning(directory().string()));
}

TEST_F(LifecycleTest, DownStopsIt) {
  RunningTwin twin(directory());
  EXPECT_EQ(RunLinnet({"twin", "down", "--dir", directory().string()}).first, 0);
  EXPECT_FALSE(std::filesystem::exists(directory() / "twin.json"));
  EXPECT_EQ(RunLinnet({"twin", "down", "--dir", directory().string()}).first, 1);
}

TEST_F(LifecycleTest, PortsThingsAndJobsAreThereAgain) {
  nlohmann::json before;
  {
    RunningTwin twin(directory());
    before = twin.api().description();
    static_cast<void>(twin.MakeThing("lamp"));
    static_cast<void>(
        twin.api().Post("/v1/things/lamp/shadow", {{"state", {{"desired", {{"a", 1}}}}}}));
    EXPECT_EQ(twin.End(SIGTERM), 0);
  }
  const RunningTwin twin(directory());
  for (const char* port : {"mqttPort", "httpsPort", "sntpPort", "apiPort"}) {
    EXPECT_EQ(twin.api().description()[port], before[port]) << port;
  }
  EXPECT_EQ(twin.api().Get("/v1/things/lamp/shadow")["version"], 1);
  Device device(twin.Port("mqttPort"), directory() / "things" / "lamp", "lamp");
  EXPECT_TRUE(device.Ready());
}

TEST_F(LifecycleTest, BrokerThatDiesIsStartedAgain) {
  RunningTwin twin(directory());
  Device device(twin.Port("mqttPort"), twin.MakeThing("lamp"), "lamp", {"shadow/#"});
  ASSERT_TRUE(device.Ready());
  const pid_t broker = BrokerPid(twin);
  ::kill(broker, SIGKILL);
  EXPECT_TRUE(WaitFor([&twin] { return twin.HasEvent("broker", "signal 9"); }));
  // The device and the twin's own connection both come back by themselves. Which one is first is
  // open: what a device asks before the twin is there again stays without an answer.
  EXPECT_TRUE(WaitFor([&device] {
    device.Ask("shadow/update", {{"state", nlohmann::json::object()}});
    const auto answered = [&device] {
      const std::vector<std::string> topics = device.Topics();
      return std::find(topics.begin(), topics.end(), "$aws/things/lamp/shadow/update/accepted") !=
             topics.end();
    };
    return WaitFor(answered, std::chrono::seconds(1));
  }));
  EXPECT_EQ(device.Take("shadow/update/accepted")["version"], 1);
}

TEST_F(LifecycleTest, RsaServerServesBoth) {
  const RunningTwin twin(directory(), {"--server-key", "rsa"});
  Device device(twin.Port("mqttPort"), twin.MakeThing("lamp"), "lamp");
  EXPECT_TRUE(device.Ready());
  WriteFile(directory() / "fw" / "a.bin", "hello");
  HttpsClient client(twin.Port("httpsPort"), directory() / "ca" / "roots.pem", "linnet-twin.local");
  EXPECT_EQ(client.Request("GET", "/fw/a.bin").body, "hello");
  EXPECT_TRUE(
      IsOfKind(CertificateFromPem(ReadFile(directory() / "ca" / "server.pem")), KeyKind::kRsa2048));
}

TEST_F(LifecycleTest, TakenPortIsNamed) {
  const RunningTwin twin(directory());
  const std::string port = std::to_string(twin.Port("httpsPort"));
  const auto [code, text] =
      RunLinnet({"twin", "up", "--dir", (dir_.path() / "other").string(), "--https-port", port});
  EXPECT_EQ(code, 1);
  EXPECT_THAT(text, HasSubstr(port));
}

TEST_F(LifecycleTest, RateIsLimitedPerConnection) {
  const RunningTwin twin(directory(), {"--https-rate", "20000"});
  WriteFile(directory() / "fw" / "a.bin", std::string(20000, 'x'));
  HttpsClient client(twin.Port("httpsPort"), directory() / "ca" / "roots.pem", "linnet-twin.local");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(client.Request("GET", "/fw/a.bin").body.size(), 20000U);
  // The last piece is sent at its time: nine tenths of a second at least, whatever the machine.
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(850));
}

}  // namespace
}  // namespace linnet::twin::integration
