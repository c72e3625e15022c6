// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The client when things go wrong: silence, breaks, refusals, rivals and broken rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mqtt/testing/rig.hpp"

namespace linnet::mqtt {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Packet;
using testing::Rig;
using testing::Seen;
using testing::Text16;
using testing::U16;

constexpr Qos kQos0 = Qos::kAtMostOnce;
constexpr Qos kQos1 = Qos::kAtLeastOnce;

TEST(Recovery, PingsAnIdleConnectionAndKeepsIt) {
  Rig rig;
  rig.Advance(Seconds(29));
  EXPECT_EQ(rig.broker.Count(12), 0U);
  rig.Advance(Seconds(600));
  EXPECT_GE(rig.broker.Count(12), 10U);
  EXPECT_TRUE(rig.recorder.endings.empty());
}

TEST(Recovery, PingsEvenWhileItOnlySends) {
  Rig rig;
  for (int i = 0; i < 70; ++i) {
    rig.Advance(Seconds(1));
    ASSERT_TRUE(rig.client.Publish("t", {}, kQos0).ok());
  }
  EXPECT_GE(rig.broker.Count(12), 1U);
}

TEST(Recovery, FollowsTheServersKeepAlive) {
  Rig rig;
  rig.broker.connack_properties = std::string("\x13\x00\x0A", 3);
  rig.Advance(Seconds(6));
  EXPECT_EQ(rig.broker.Count(12), 1U);
}

TEST(Recovery, GivesUpAConnectionWithoutPingresp) {
  for (const int keep_alive : {10, 60}) {
    Config config;
    config.keep_alive = Seconds(keep_alive);
    Rig rig(config);
    rig.Settle();
    rig.broker.answer_ping = false;
    const Instant begin = rig.now;
    while (rig.recorder.endings.empty() && rig.now - begin < Seconds(1000)) {
      rig.Advance(Milliseconds(100));
    }
    ASSERT_EQ(rig.recorder.endings.size(), 1U);
    EXPECT_EQ(rig.recorder.endings[0].cause, Cause::kTimeout);
    EXPECT_LE(rig.now - begin, Seconds(keep_alive) + Milliseconds(1100));
    EXPECT_EQ(rig.broker.seen.back().reason, 0x8D);
    rig.broker.answer_ping = true;
    rig.AwaitReconnect();
    EXPECT_TRUE(rig.client.connected());
  }
}

TEST(Recovery, NoticesADeadLinkThatTakesNoBytes) {
  Rig rig;
  rig.Settle();
  rig.stream.blocked = true;
  rig.Advance(Seconds(45));
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  EXPECT_EQ(rig.recorder.endings[0].cause, Cause::kTimeout);
}

TEST(Recovery, SendsSubscribeAgainOnTheSameConnection) {
  Rig rig;
  rig.broker.answer_subscribe = false;
  ASSERT_TRUE(rig.client.Subscribe("f/1", kQos1).ok());
  rig.Advance(Seconds(25));
  ASSERT_EQ(rig.broker.Count(8), 3U);
  EXPECT_EQ(rig.broker.seen[0].packet_id, rig.broker.seen[2].packet_id);
  EXPECT_EQ(rig.stream.opens, 1);
  rig.broker.Acknowledge(rig.broker.seen[0]);
  rig.broker.Acknowledge(rig.broker.seen[0]);
  rig.Advance(Seconds(20));
  EXPECT_EQ(rig.broker.Count(8), 3U);
  EXPECT_TRUE(rig.client.ready());
  EXPECT_EQ(rig.client.statistics().resends, 2U);
}

TEST(Recovery, SendsPublishAgainWithTheSameIdentifier) {
  Rig rig;
  rig.Settle();
  rig.broker.answer_publish = false;
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("x"), kQos1).ok());
  rig.Advance(Seconds(15));
  EXPECT_EQ(rig.broker.Transcript(), "3/2 id=1 t=x r0\n3/10 id=1 t=x r0\n");
  EXPECT_EQ(rig.stream.opens, 1);
  EXPECT_THAT(rig.recorder.log, Not(HasSubstr("published")));
  rig.broker.Acknowledge(rig.broker.seen[0]);
  rig.broker.Acknowledge(rig.broker.seen[1]);
  rig.Advance(Seconds(15));
  EXPECT_EQ(rig.recorder.log, "connected new\nready\npublished 1 0\n");
}

TEST(Recovery, AcceptsTheAnswerWhileItSendsAgain) {
  Rig rig;
  rig.Settle();
  rig.broker.answer_publish = false;
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("resent"), kQos1).ok());
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("second"), kQos1).ok());
  rig.Settle();
  rig.stream.write_breaks.insert(rig.stream.bytes_written() + 3);
  rig.now += Milliseconds(10001);
  rig.client.Run(rig.now);  // Queues the first again,
  rig.stream.write_limit = 3;
  rig.client.Run(rig.now);  // and writes a part of it.
  rig.stream.write_limit = SIZE_MAX;
  rig.stream.blocked = true;
  rig.broker.Acknowledge(Seen{.type = 3, .packet_id = 1});
  rig.client.Run(rig.now);
  EXPECT_THAT(rig.recorder.log, HasSubstr("published 1 0\n"));
  rig.stream.blocked = false;
  rig.broker.Acknowledge(Seen{.type = 3, .packet_id = 2});
  rig.Advance(Seconds(15));
  EXPECT_THAT(rig.recorder.log, HasSubstr("published 2 0\n"));
  EXPECT_TRUE(rig.client.connected());
}

TEST(Recovery, GivesAMessageUpAfterItsAttempts) {
  Rig rig;
  rig.Settle();
  rig.broker.answer_publish = false;
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("x"), kQos1).ok());
  rig.Advance(Seconds(200));
  EXPECT_EQ(rig.broker.Count(3), 8U);
  EXPECT_THAT(rig.recorder.log, HasSubstr("published 1 128\n"));
  EXPECT_EQ(rig.client.statistics().given_up, 1U);
}

TEST(Recovery, GivesUpAMessageThatEndsEveryConnection) {
  Config config;
  config.version = Version::kV311;
  Rig rig(config);
  rig.Settle();
  rig.broker.answer_publish = false;
  ASSERT_TRUE(rig.client.Publish("forbidden", AsBytes("x"), kQos1).ok());
  for (int i = 0; i < 8; ++i) {
    rig.Settle();
    EXPECT_EQ(rig.broker.Count(3), static_cast<std::size_t>(i + 1));
    rig.stream.EndByPeer();
    rig.AwaitReconnect();
  }
  EXPECT_THAT(rig.recorder.log, HasSubstr("published 1 128\n"));
  EXPECT_EQ(rig.broker.Count(3), 8U);
  EXPECT_TRUE(rig.client.connected());
}

TEST(Recovery, ReconnectsWhenSubscribeIsNeverAnswered) {
  Rig rig;
  rig.broker.answer_subscribe = false;
  ASSERT_TRUE(rig.client.Subscribe("f/1", kQos1).ok());
  rig.Advance(Seconds(81));
  EXPECT_EQ(rig.broker.Count(8), 8U);
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  rig.broker.answer_subscribe = true;
  rig.AwaitReconnect();
  EXPECT_TRUE(rig.client.ready());
}

TEST(Recovery, MarksDuplicatesAndKeepsOrderAfterABreak) {
  Rig rig;
  rig.Settle();
  rig.broker.answer_publish = false;
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("1"), kQos1).ok());
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("2"), kQos1).ok());
  rig.Settle();
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("lost"), kQos0).ok());
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("3"), kQos1).ok());
  rig.stream.Break(Code::kUnavailable);
  rig.broker.seen.clear();
  rig.broker.answer_publish = true;
  rig.AwaitReconnect();
  EXPECT_EQ(rig.broker.Transcript(), "3/10 id=1 t=1 r0\n3/10 id=2 t=2 r0\n3/2 id=3 t=3 r0\n");
  EXPECT_THAT(rig.recorder.log, HasSubstr("published 1 0\npublished 2 0\npublished 3 0\n"));
}

TEST(Recovery, SubscribesAgainOnlyWhenTheSessionIsGone) {
  Rig rig;
  ASSERT_TRUE(rig.client.Subscribe("f/1", kQos1).ok());
  rig.Settle();
  EXPECT_EQ(rig.broker.Count(8), 1U);
  rig.stream.Break(Code::kUnavailable);
  rig.AwaitReconnect();
  EXPECT_THAT(rig.recorder.log, HasSubstr("connected present\nready\n"));
  EXPECT_EQ(rig.broker.Count(8), 1U);
  rig.broker.session_present = false;
  rig.stream.Break(Code::kUnavailable);
  rig.AwaitReconnect();
  EXPECT_EQ(rig.broker.Count(8), 2U);
  EXPECT_EQ(rig.recorder.ready, 3);
}

TEST(Recovery, SubscribesInAPresentSessionToWhatItNeverGotAnswered) {
  Rig rig;
  rig.broker.answer_subscribe = false;
  ASSERT_TRUE(rig.client.Subscribe("f/1", kQos1).ok());
  rig.Settle();
  rig.broker.answer_subscribe = true;
  rig.stream.Break(Code::kUnavailable);
  rig.AwaitReconnect();
  EXPECT_EQ(rig.broker.Count(8), 2U);
  EXPECT_TRUE(rig.client.ready());
}

TEST(Recovery, GrowsTheBackoffOfAnUnstableConnection) {
  Rig rig;
  std::vector<Milliseconds> waits;
  for (int i = 0; i < 6; ++i) {
    rig.Settle();
    ASSERT_TRUE(rig.client.connected());
    rig.broker.Disconnect(0x8B);
    waits.push_back(rig.AwaitReconnect());
  }
  for (std::size_t i = 1; i < waits.size(); ++i) {
    EXPECT_GT(waits[i], waits[i - 1] * 5 / 4);
  }
  rig.Advance(Seconds(120));
  rig.broker.Disconnect(0x8B);
  EXPECT_LE(rig.AwaitReconnect(), waits[0]);
}

TEST(Recovery, StaysAwayLongAfterATakeOver) {
  Rig rig;
  rig.Settle();
  rig.broker.Disconnect(0x8E);
  EXPECT_GE(rig.AwaitReconnect(), Seconds(30));
  EXPECT_EQ(rig.client.statistics().take_overs, 1U);
  EXPECT_EQ(rig.recorder.endings[0].cause, Cause::kServer);
}

TEST(Recovery, StaysAwayLongestAfterARefusal) {
  for (const Version version : {Version::kV5, Version::kV311}) {
    Config config;
    config.version = version;
    Rig rig(config);
    rig.broker.connack_reason = version == Version::kV5 ? 0x87 : 5;
    rig.Settle();
    ASSERT_EQ(rig.recorder.endings.size(), 1U);
    EXPECT_EQ(rig.recorder.endings[0].cause, Cause::kRefused);
    EXPECT_EQ(rig.recorder.endings[0].reason, Reason::kNotAuthorized);
    EXPECT_THAT(rig.recorder.log, Not(HasSubstr("connected new")));
    rig.broker.connack_reason = 0;
    EXPECT_GE(rig.AwaitReconnect(), Seconds(300));
    EXPECT_TRUE(rig.client.connected());
  }
}

TEST(Recovery, TreatsABusyServerAsAnOrdinaryFailure) {
  Rig rig;
  rig.broker.connack_reason = 0x88;
  rig.Settle();
  EXPECT_LT(rig.AwaitReconnect(), Seconds(10));
}

TEST(Recovery, StaysAwayLongestWhenAnIdentityIsRefused) {
  Rig rig;
  rig.stream.open_failure = Code::kUnauthenticated;
  rig.Settle();
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  EXPECT_EQ(rig.recorder.endings[0].status.code(), Code::kUnauthenticated);
  rig.stream.open_failure = OkStatus();
  EXPECT_GE(rig.AwaitReconnect(), Seconds(300));
}

TEST(Recovery, LimitsTheTimeToOpenTheStream) {
  Rig rig;
  rig.stream.polls_until_open = 1 << 30;
  rig.Advance(Seconds(59));
  EXPECT_TRUE(rig.recorder.endings.empty());
  rig.Advance(Seconds(2));
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  EXPECT_EQ(rig.recorder.endings[0].cause, Cause::kTimeout);
}

TEST(Recovery, DeliversAMessageAgainFromItsBeginning) {
  Rig rig;
  rig.Settle();
  const std::string whole = Packet(0x32, Text16("in") + U16(7) + '\0' + std::string(1000, 'm'));
  rig.broker.Raw(whole.substr(0, 600));
  rig.Settle();
  rig.stream.Break(Code::kUnavailable);
  rig.AwaitReconnect();
  EXPECT_TRUE(rig.recorder.messages.empty());
  rig.broker.Raw(whole);
  rig.Settle();
  ASSERT_EQ(rig.recorder.messages.size(), 1U);
  EXPECT_EQ(rig.recorder.messages[0], std::string(1000, 'm'));
  EXPECT_THAT(rig.recorder.log, Not(HasSubstr("GAP")));
}

struct Breach {
  const char* name;
  std::string bytes;
  int reason;
};

class BreachTest : public ::testing::TestWithParam<Breach> {};

TEST_P(BreachTest, EndsTheConnectionWithTheReason) {
  Rig rig;
  rig.Settle();
  rig.broker.Raw(GetParam().bytes);
  rig.Settle();
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  EXPECT_EQ(rig.recorder.endings[0].cause, Cause::kProtocol);
  EXPECT_EQ(static_cast<int>(rig.recorder.endings[0].reason), GetParam().reason);
  ASSERT_EQ(rig.broker.Count(14), 1U);
  EXPECT_EQ(rig.broker.seen.back().reason, GetParam().reason);
  rig.AwaitReconnect();
  EXPECT_TRUE(rig.client.connected());
}

INSTANTIATE_TEST_SUITE_P(
    All, BreachTest,
    ::testing::Values(
        Breach{"SecondConnack", Packet(0x20, std::string(3, '\0')), 0x82},
        Breach{"Qos2", Packet(0x34, Text16("t") + U16(1) + '\0'), 0x9B},
        Breach{"Qos3", Packet(0x36, Text16("t") + U16(1) + '\0'), 0x81},
        Breach{"DuplicateOfQos0", Packet(0x38, Text16("t") + '\0'), 0x81},
        Breach{"ClientPacket", Packet(0x82, U16(1)), 0x82},
        Breach{"PubrelOfQos2", Packet(0x62, U16(1)), 0x82},
        Breach{"Flags", Packet(0x41, U16(1)), 0x81},
        Breach{"LengthOfFiveBytes", std::string("\x30\xff\xff\xff\xff\x01"), 0x81},
        Breach{"LengthNotShortest", std::string("\xD0\x80\x00", 3), 0x81},
        Breach{"TooLarge", std::string("\x30\xff\xff\x7f"), 0x95},
        Breach{"LongSuback", Packet(0x90, std::string(600, '\0')), 0x95},
        Breach{"NoTopic", Packet(0x30, std::string(3, '\0')), 0x94},
        Breach{"LongTopic", Packet(0x30, Text16(std::string(257, 't')) + '\0'), 0x90},
        Breach{"WildcardTopic", Packet(0x30, Text16("a/#") + '\0'), 0x90},
        Breach{"TopicBeyondPacket", Packet(0x30, std::string("\x00\x09t\x00", 4)), 0x81},
        Breach{"NoIdentifier", Packet(0x32, Text16("t") + U16(0) + '\0'), 0x82},
        Breach{"PropertiesBeyondPacket", Packet(0x30, Text16("t") + '\x05' + "abc"), 0x81},
        Breach{"PubackShort", Packet(0x40, "\x01"), 0x81},
        Breach{"PubackBadProperties", Packet(0x40, U16(1) + std::string("\x10\x02\x7f\x00", 4)),
               0x81},
        Breach{"SubackEmpty", Packet(0x90, U16(1) + '\0'), 0x81},
        Breach{"PingrespWithBody", Packet(0xD0, "x"), 0x81},
        Breach{"DisconnectBadProperties", Packet(0xE0, std::string("\x8b\x05\x01", 3)), 0x81}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Recovery, EndsWhenSubackDoesNotMatchTheRequest) {
  Rig rig;
  rig.broker.answer_subscribe = false;
  ASSERT_TRUE(rig.client.Subscribe("f/1", kQos1).ok());
  rig.Settle();
  rig.broker.Raw(Packet(0x90, U16(rig.broker.seen[0].packet_id) + std::string("\x00\x01\x01", 3)));
  rig.Settle();
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  EXPECT_EQ(rig.recorder.endings[0].reason, Reason::kProtocolError);
}

TEST(Recovery, EndsQuietlyWhenTheFirstAnswerIsNotConnack) {
  Rig rig;
  rig.broker.answer_connect = false;
  rig.Settle();
  rig.broker.Raw(Packet(0xD0, ""));
  rig.Settle();
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  EXPECT_EQ(rig.recorder.endings[0].cause, Cause::kProtocol);
  EXPECT_EQ(rig.broker.Count(14), 0U);
}

TEST(Recovery, UnderstandsAServerOfTheOlderVersion) {
  Rig rig;
  rig.broker.answer_connect = false;
  rig.Settle();
  rig.broker.Raw(Packet(0x20, std::string("\x00\x01", 2)));
  rig.Settle();
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  EXPECT_EQ(rig.recorder.endings[0].reason, Reason::kUnsupportedVersion);
}

}  // namespace
}  // namespace linnet::mqtt
