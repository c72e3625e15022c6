// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Whom the device must not talk to: nothing of MQTT passes, the log says why, attempts become
// rarer, and once the cause is gone it connects by itself.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/refusals/rig.hpp"

namespace linnet::refusals {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::Ge;

constexpr std::string_view kHost = tls::testing::kHost;
constexpr Milliseconds kHour = Seconds{3600};
// A handshake's turns of the loop, in virtual time.
constexpr Milliseconds kHandshake = Seconds{5};

struct Refusal {
  const char* name;
  std::string_view reason;  ///< As the log has it.
  /// Makes it wrong, and right again.
  void (*spoil)(Device& device);
  void (*repair)(Device& device);
};

void ShowServer(Device& device, const Identity& identity) {
  device.cloud.options.chain = {&identity};
}

void ShowRightServer(Device& device) {
  ShowServer(device, World::Get().ec_server);
}

Identity ServerFor(const char* name, const Identity& authority) {
  return tls::testing::Issue({.names = {name}, .usage = "serverAuth"}, &authority);
}

const Refusal kRefusals[] = {
    {"WrongServerName", "server certificate: name mismatch",
     [](Device& device) {
       static const Identity server = ServerFor("other.example.test", World::Get().ec_root);
       ShowServer(device, server);
     },
     ShowRightServer},
    {"ExpiredServer", "server certificate: expired",
     [](Device& device) {
       static const Identity server =
           tls::testing::Issue({.names = {std::string(kHost)},
                                .not_after = {tls::testing::kToday.seconds - 1},
                                .usage = "serverAuth"},
                               &World::Get().ec_root);
       ShowServer(device, server);
     },
     ShowRightServer},
    {"ServerNotTrusted", "server certificate: not trusted",
     [](Device& device) {
       static const Identity server =
           ServerFor(std::string(kHost).c_str(), World::Get().other_root);
       ShowServer(device, server);
     },
     ShowRightServer},
    {"UnknownClient", "server refused our certificate",
     [](Device& device) { device.SetIdentity(World::Get().unknown_device); },
     [](Device& device) { device.cloud.options.client_authority = &World::Get().other_root; }},
};

class RefusalsTest : public ::testing::TestWithParam<Refusal> {
 protected:
  static void Begin(Device& device) {
    GetParam().spoil(device);
    device.Start();
  }
};

std::vector<std::int64_t> SecondsBetween(const std::vector<Instant>& attempts) {
  std::vector<std::int64_t> out;
  for (std::size_t i = 1; i < attempts.size(); ++i) {
    out.push_back((attempts[i] - attempts[i - 1]).count() / 1000);
  }
  return out;
}

// The intervals that the class for refused identities can have at most.
std::vector<std::int64_t> LongestIntervals(std::size_t count) {
  const net::Backoff::Range range = net::Backoff::Policy{}.refused;
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < count; ++i) {
    const Milliseconds grown = range.base * (std::int64_t{1} << i);
    out.push_back((range.floor + std::min(range.cap - range.floor, grown)).count() / 1000);
  }
  return out;
}

TEST_P(RefusalsTest, NothingOfMqttPasses) {
  Device device;
  Begin(device);
  device.Run(6 * kHour);
  EXPECT_GT(device.cloud.attempts.size(), 5U);
  EXPECT_EQ(device.cloud.mqtt_bytes, "");
  EXPECT_EQ(device.cloud.sessions, 0);
  EXPECT_THAT(device.listener.log, ::testing::Not(::testing::HasSubstr("connected new")));
  for (const mqtt::Ending& ending : device.listener.endings) {
    EXPECT_EQ(ending.cause, mqtt::Cause::kNetwork);
    EXPECT_EQ(ending.status.code(), Code::kUnauthenticated);
  }
  EXPECT_EQ(device.listener.endings.size(), device.cloud.attempts.size());
}

TEST_P(RefusalsTest, TheLogSaysWhyEachTime) {
  Device device;
  Begin(device);
  device.Run(kHour);
  const std::string why =
      "warning tls: " + std::string(kHost) + ": " + std::string(GetParam().reason);
  EXPECT_EQ(std::ranges::count(device.log.lines, why),
            static_cast<std::ptrdiff_t>(device.cloud.attempts.size()));
  for (const std::int64_t seconds : LongestIntervals(2)) {
    EXPECT_THAT(
        device.log.lines,
        Contains("warning mqtt: connection ended by network, reason 0, Unauthenticated; next "
                 "attempt in " +
                 std::to_string(seconds * 1000) + " ms"));
  }
}

TEST_P(RefusalsTest, AttemptsBecomeRarer) {
  Device device;
  Begin(device);
  device.Run(12 * kHour);
  const std::vector<std::int64_t> intervals = SecondsBetween(device.cloud.attempts);
  const std::vector<std::int64_t> drawn = LongestIntervals(intervals.size());
  ASSERT_GT(intervals.size(), 8U);
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    EXPECT_GE(intervals[i], drawn[i]);
    EXPECT_LE(intervals[i], drawn[i] + kHandshake.count() / 1000);
  }
  EXPECT_GT(intervals[5], 3 * intervals[0]);
  EXPECT_EQ(drawn.back(), kHour.count() / 1000);
}

// Whatever is drawn.
TEST_P(RefusalsTest, NeverMoreOftenThanTheFloor) {
  Device device(kShortest);
  Begin(device);
  device.Run(2 * kHour);
  const Milliseconds floor = net::Backoff::Policy{}.refused.floor;
  ASSERT_GE(floor, Seconds{1});
  EXPECT_THAT(SecondsBetween(device.cloud.attempts), Each(Ge(floor.count() / 1000)));
  EXPECT_LE(device.cloud.attempts.size(), static_cast<std::size_t>(2 * kHour / floor));
}

TEST_P(RefusalsTest, ConnectsByItselfOnceItIsRight) {
  Device device;
  Begin(device);
  device.Run(6 * kHour);
  const std::size_t attempts = device.cloud.attempts.size();
  GetParam().repair(device);
  ASSERT_TRUE(device.Run(2 * kHour, [&device] { return device.connected(); }));
  EXPECT_EQ(device.cloud.attempts.size(), attempts + 1);
  EXPECT_EQ(device.cloud.sessions, 1);
  EXPECT_THAT(device.listener.log, ::testing::EndsWith("connected new\nready\n"));
  EXPECT_THAT(device.log.lines, Contains("info mqtt: opening -> running"));
}

// What the four have in common: without the flaw the same rig connects at once.
TEST(RefusalsRigTest, ConnectsToTheRightServer) {
  Device device;
  device.Start();
  EXPECT_TRUE(device.Run(kHandshake, [&device] { return device.connected(); }));
  EXPECT_EQ(device.cloud.attempts.size(), 1U);
  EXPECT_EQ(device.cloud.mqtt_bytes.substr(0, 1), "\x10");
}

INSTANTIATE_TEST_SUITE_P(Each, RefusalsTest, ::testing::ValuesIn(kRefusals),
                         [](const auto& refusal) { return std::string(refusal.param.name); });

}  // namespace
}  // namespace linnet::refusals
