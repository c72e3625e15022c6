// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A full session gives the same result wherever reads and writes are cut.
#include <gtest/gtest.h>

#include <functional>

#include "mqtt/testing/rig.hpp"

namespace linnet::mqtt {
namespace {

using testing::Rig;

constexpr Qos kQos0 = Qos::kAtMostOnce;
constexpr Qos kQos1 = Qos::kAtLeastOnce;

struct Story {
  std::string client;
  std::string broker;
  std::size_t read = 0;
  std::size_t written = 0;
  friend bool operator==(const Story& a, const Story& b) {
    return a.client == b.client && a.broker == b.broker;
  }
  friend void PrintTo(const Story& story, std::ostream* out) {
    *out << story.client << story.broker;
  }
};

// Connect, subscribe, publish both ways in both qualities, ping, refusal by the server.
Story Tell(Version version, const std::function<void(net::testing::ScriptedStream&)>& cut) {
  Config config;
  config.version = version;
  config.will = Will{.topic = "t/will", .payload = AsBytes("gone")};
  Rig rig(config);
  cut(rig.stream);
  EXPECT_TRUE(rig.client.Subscribe("in/+", kQos1).ok());
  EXPECT_TRUE(rig.client.Subscribe("in/#", kQos0).ok());
  rig.Settle();
  EXPECT_TRUE(rig.client.Publish("out/0", AsBytes("zero"), kQos0).ok());
  EXPECT_TRUE(rig.client.Publish("out/1", AsBytes(std::string(150, 'o')), kQos1).ok());
  rig.Settle();
  rig.broker.Publish("in/0", "hello", 0, version == Version::kV5 ? "\x01\x01" : "");
  rig.broker.Publish("in/1", std::string(300, 'i'), 1);
  rig.broker.Publish("in/2", "", 1, "", 1);
  rig.Settle();
  rig.Advance(Seconds(31));
  if (version == Version::kV5) {
    rig.broker.Disconnect(0x8B);
  } else {
    rig.stream.EndByPeer();
  }
  rig.Settle();
  return {rig.recorder.log, rig.broker.Transcript(), rig.stream.bytes_read(),
          rig.stream.bytes_written()};
}

class SplitTest : public ::testing::TestWithParam<Version> {};

TEST_P(SplitTest, TheStoryIsWhatItShouldBe) {
  const Story story = Tell(GetParam(), [](auto&) {});
  const std::string end = GetParam() == Version::kV5 ? "server 139" : "network 0";
  EXPECT_EQ(story.client,
            "connected new\nsubscribed in/+ 1\nsubscribed in/# 0\nready\npublished 2 0\n"
            "message in/0=hello\nmessage in/1=" +
                std::string(300, 'i') + "\nmessage in/2=\ndisconnected " + end + "\n");
  EXPECT_EQ(story.broker, "8/2 id=1 = in/+:1 in/#:0 r0\n3/0 id=0 out/0=zero r0\n3/2 id=2 out/1=" +
                              std::string(150, 'o') +
                              " r0\n4/0 id=1 = r0\n4/0 id=2 = r0\n12/0 id=0 = r0\n");
}

TEST_P(SplitTest, ByteByByte) {
  const Story whole = Tell(GetParam(), [](auto&) {});
  for (const bool stutter : {false, true}) {
    for (const std::size_t size : {1, 2, 3, 7}) {
      EXPECT_EQ(whole, Tell(GetParam(),
                            [&](auto& stream) {
                              stream.read_limit = size;
                              stream.write_limit = size;
                              stream.stutter = stutter;
                            }))
          << size;
    }
  }
}

TEST_P(SplitTest, CutInTwoAtEveryByte) {
  const Story whole = Tell(GetParam(), [](auto&) {});
  ASSERT_GT(whole.read, 300U);
  for (std::size_t at = 1; at < whole.read; ++at) {
    EXPECT_EQ(whole, Tell(GetParam(), [&](auto& stream) { stream.read_breaks = {at}; })) << at;
  }
  for (std::size_t at = 1; at < whole.written; ++at) {
    EXPECT_EQ(whole, Tell(GetParam(), [&](auto& stream) { stream.write_breaks = {at}; })) << at;
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, SplitTest, ::testing::Values(Version::kV5, Version::kV311),
                         [](const auto& test) {
                           return test.param == Version::kV5 ? "V5" : "V311";
                         });

}  // namespace
}  // namespace linnet::mqtt
