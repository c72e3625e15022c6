// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The client against a server: what goes right, and what the limits of both sides do.
#include "mqtt/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mqtt/testing/rig.hpp"

namespace linnet::mqtt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Rig;
using testing::Seen;

constexpr Qos kQos0 = Qos::kAtMostOnce;
constexpr Qos kQos1 = Qos::kAtLeastOnce;

Config V311() {
  Config config;
  config.version = Version::kV311;
  return config;
}

TEST(Client, SaysInConnectWhatItWasConfiguredFor) {
  const Will will{.topic = "t/will", .payload = AsBytes("gone"), .qos = kQos1, .retain = true};
  Config config;
  config.will = will;
  config.keep_alive = Seconds(77);
  config.session_expiry_s = 1234;
  Rig rig(config);
  rig.Settle();
  ASSERT_EQ(rig.broker.connects.size(), 1U);
  const testing::SeenConnect& connect = rig.broker.connects[0];
  EXPECT_EQ(connect.client_id, "thing-1");
  EXPECT_FALSE(connect.clean);
  EXPECT_EQ(connect.keep_alive, 77);
  EXPECT_EQ(connect.session_expiry, 1234U);
  EXPECT_EQ(connect.receive_maximum, 16);
  EXPECT_EQ(connect.maximum_packet_size, 149504U);
  ASSERT_TRUE(connect.will.has_value());
  EXPECT_EQ(connect.will->topic, "t/will");
  EXPECT_EQ(connect.will->payload, "gone");
  EXPECT_EQ(connect.will->flags, (1 << 2 | 1 << 3 | 1 << 5) >> 3);
  EXPECT_THAT(rig.stream.hosts, ElementsAre("iot.example"));
  EXPECT_TRUE(rig.client.connected());
}

TEST(Client, SendsNothingBeforeConnack) {
  Rig rig;
  rig.broker.answer_connect = false;
  ASSERT_TRUE(rig.client.Subscribe("a/b", kQos1).ok());
  ASSERT_TRUE(rig.client.Publish("a/c", AsBytes("x"), kQos1).ok());
  rig.Advance(Seconds(19));
  EXPECT_TRUE(rig.broker.seen.empty());
  EXPECT_EQ(rig.broker.connects.size(), 1U);
  rig.Advance(Seconds(2));
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  EXPECT_EQ(rig.recorder.endings[0].cause, Cause::kTimeout);
}

TEST(Client, ConnectsAnewAtOnceWhenTheNetworkIsAnotherOne) {
  Rig rig;
  rig.client.Reconnect();
  rig.Settle();
  EXPECT_EQ(rig.broker.connects.size(), 1U) << "nothing was open";
  rig.client.Reconnect();
  rig.Settle();
  EXPECT_EQ(rig.broker.connects.size(), 2U);
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  EXPECT_EQ(rig.recorder.endings[0].cause, Cause::kStopped);
  EXPECT_TRUE(rig.client.connected());
  EXPECT_EQ(rig.client.statistics().failures, 0U);
}

TEST(Client, SubscribesInPacketsOfEightAndChecksEachAnswer) {
  Rig rig;
  const std::array<std::string, 10> filters = {"f/0", "f/1", "f/2", "f/3", "f/4",
                                               "f/5", "f/6", "f/7", "f/8", "f/9"};
  for (const std::string& filter : filters) {
    ASSERT_TRUE(rig.client.Subscribe(filter, kQos1).ok());
  }
  rig.broker.subscribe_reasons["f/3"] = 0x87;
  rig.Settle();
  ASSERT_EQ(rig.broker.seen.size(), 2U);
  EXPECT_EQ(rig.broker.seen[0].filters.size(), 8U);
  EXPECT_EQ(rig.broker.seen[1].filters.size(), 2U);
  EXPECT_THAT(rig.recorder.log, HasSubstr("subscribed f/2 1\nsubscribed f/3 135\n"));
  EXPECT_THAT(rig.recorder.log, HasSubstr("subscribed f/9 1\nready\n"));
  EXPECT_EQ(rig.recorder.ready, 1);
  EXPECT_TRUE(rig.client.ready());
}

TEST(Client, RefusesAFullSubscriptionTableAndBadFilters) {
  Rig rig;
  const std::array<std::string, 13> filters = {"0", "1", "2", "3",  "4",  "5", "6",
                                               "7", "8", "9", "10", "11", "12"};
  for (std::size_t i = 0; i < 12; ++i) {
    ASSERT_TRUE(rig.client.Subscribe(filters[i], kQos0).ok());
  }
  EXPECT_EQ(rig.client.Subscribe(filters[12], kQos0).code(), Code::kResourceExhausted);
  EXPECT_TRUE(rig.client.Subscribe(filters[3], kQos0).ok());
  EXPECT_EQ(rig.client.Subscribe("a/#/b", kQos0).code(), Code::kInvalidArgument);
}

TEST(Client, PublishesBothQualitiesAndRetained) {
  Rig rig;
  rig.Settle();
  EXPECT_EQ(rig.client.Publish("t/0", AsBytes("zero"), kQos0).value(), 0);
  const auto id = rig.client.Publish("t/1", AsBytes("one"), kQos1, true);
  ASSERT_TRUE(id.ok());
  rig.Settle();
  EXPECT_EQ(rig.broker.Transcript(),
            "3/0 id=0 t/0=zero r0\n"
            "3/3 id=1 t/1=one r0\n");
  EXPECT_THAT(rig.recorder.log, HasSubstr("published 1 0\n"));
}

TEST(Client, ReportsWhatTheServerRefusesToTake) {
  Rig rig;
  rig.broker.publish_reason = 0x87;
  rig.Settle();
  ASSERT_TRUE(rig.client.Publish("t/1", AsBytes("one"), kQos1).ok());
  rig.Settle();
  EXPECT_THAT(rig.recorder.log, HasSubstr("published 1 135\n"));
  EXPECT_TRUE(rig.client.connected());
}

TEST(Client, AcknowledgesWhatItReceivesAfterDelivery) {
  Rig rig;
  rig.Settle();
  rig.broker.Publish("in/0", "hello", 0);
  const int id = rig.broker.Publish("in/1", "", 1);
  rig.Settle();
  EXPECT_THAT(rig.recorder.log, HasSubstr("message in/0=hello\nmessage in/1=\n"));
  ASSERT_EQ(rig.broker.seen.size(), 1U);
  EXPECT_EQ(rig.broker.seen[0].type, 4);
  EXPECT_EQ(rig.broker.seen[0].packet_id, id);
}

TEST(Client, PassesALargeMessageThroughASmallBuffer) {
  Rig rig;
  rig.Settle();
  constexpr std::size_t kSize = std::size_t{128} * 1024;
  std::string payload;
  while (payload.size() < kSize) {
    payload += "piece " + std::to_string(payload.size()) + ";";
  }
  payload.resize(kSize);
  rig.broker.Publish("in/large", payload, 1, std::string(5, '\x01') + std::string(300, '\x01'));
  rig.Settle();
  ASSERT_EQ(rig.recorder.messages.size(), 1U);
  EXPECT_EQ(rig.recorder.messages[0], payload);
  EXPECT_LE(rig.recorder.largest_part, 256U);
  EXPECT_EQ(rig.broker.Count(4), 1U);
}

TEST(Client, HasABoundedQueueAndDeliversItWhenTheConnectionComes) {
  Rig rig({}, false);
  EXPECT_EQ(rig.client.Publish("t", AsBytes("x"), kQos0).code(), Code::kUnavailable);
  const std::string payload(200, 'p');
  std::size_t queued = 0;
  while (rig.client.Publish("t", AsBytes(payload), kQos1).ok()) {
    ++queued;
  }
  EXPECT_GE(queued, 7U);
  EXPECT_EQ(rig.client.Publish("t", AsBytes(payload), kQos1).code(), Code::kResourceExhausted);
  EXPECT_EQ(rig.client.Publish("t", AsBytes(std::string(3000, 'p')), kQos1).code(),
            Code::kTooLarge);
  rig.client.Start();
  rig.Settle();
  EXPECT_EQ(rig.broker.Count(3), queued);
  EXPECT_TRUE(rig.client.Publish("t", AsBytes(payload), kQos1).ok());
}

TEST(Client, SubscribesEvenWhenTheQueueIsFull) {
  Rig rig({}, false);
  while (rig.client.Publish("t", AsBytes(std::string(200, 'p')), kQos1).ok()) {
  }
  while (rig.client.Publish("t", {}, kQos1).ok()) {
  }
  ASSERT_TRUE(rig.client.Subscribe("a/long/filter/that/needs/some/room", kQos1).ok());
  rig.client.Start();
  rig.Settle();
  EXPECT_EQ(rig.broker.Count(8), 1U);
  EXPECT_TRUE(rig.client.ready());
}

TEST(Client, KeepsTheServersReceiveMaximum) {
  Rig rig;
  rig.broker.connack_properties = std::string("\x21\x00\x02", 3);
  rig.broker.answer_publish = false;
  rig.Settle();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(rig.client.Publish("t", AsBytes(std::to_string(i)), kQos1).ok());
  }
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("passes"), kQos0).ok());
  rig.Settle();
  EXPECT_EQ(rig.broker.Transcript(),
            "3/2 id=1 t=0 r0\n"
            "3/2 id=2 t=1 r0\n"
            "3/0 id=0 t=passes r0\n");
  rig.broker.answer_publish = true;
  rig.broker.Acknowledge(Seen{.type = 3, .packet_id = 2});
  rig.Settle();
  EXPECT_EQ(rig.broker.Count(3), 6U);
  EXPECT_EQ(rig.broker.most_in_flight, 2U);
}

TEST(Client, HonoursMaximumPacketSizeQosAndRetain) {
  Rig rig({}, false);
  const std::string payload(600, 'p');
  ASSERT_TRUE(rig.client.Publish("t", AsBytes(payload), kQos1).ok());
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("x"), kQos1, true).ok());
  rig.broker.connack_properties = std::string("\x27\x00\x00\x02\x00\x25\x00", 7);
  rig.client.Start();
  rig.Settle();
  EXPECT_TRUE(rig.broker.seen.empty());
  EXPECT_THAT(rig.recorder.log, HasSubstr("published 1 149\npublished 2 154\n"));
  EXPECT_EQ(rig.client.Publish("t", AsBytes(payload), kQos1).code(), Code::kTooLarge);
  EXPECT_EQ(rig.client.Publish("t", AsBytes("x"), kQos0, true).code(), Code::kUnsupported);
  EXPECT_TRUE(rig.client.Publish("t", AsBytes("x"), kQos1).ok());
}

TEST(Client, HonoursAServerWithoutQos1) {
  Rig rig({}, false);
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("x"), kQos1).ok());
  rig.broker.connack_properties = std::string("\x24\x00", 2);
  rig.client.Start();
  rig.Settle();
  EXPECT_TRUE(rig.broker.seen.empty());
  EXPECT_THAT(rig.recorder.log, HasSubstr("published 1 155\n"));
  EXPECT_EQ(rig.client.Publish("t", AsBytes("x"), kQos1).code(), Code::kUnsupported);
  EXPECT_TRUE(rig.client.Publish("t", AsBytes("x"), kQos0).ok());
}

TEST(Client, EndsAConnectionThatExceedsItsReceiveMaximum) {
  Rig rig;
  rig.Settle();
  rig.stream.blocked = true;
  for (int i = 0; i < 17; ++i) {
    rig.broker.Publish("in", "x", 1);
  }
  rig.Advance(Seconds(2));
  ASSERT_EQ(rig.recorder.endings.size(), 1U);
  EXPECT_EQ(rig.recorder.endings[0].cause, Cause::kProtocol);
  EXPECT_EQ(rig.recorder.endings[0].reason, Reason::kReceiveMaximumExceeded);
  EXPECT_EQ(rig.recorder.messages.size(), 16U);
}

TEST(Client, HoldsBackAServerThatKnowsNoReceiveMaximum) {
  Rig rig(V311());
  rig.Settle();
  rig.stream.blocked = true;
  for (int i = 0; i < 40; ++i) {
    rig.broker.Publish("in", std::to_string(i), 1);
  }
  rig.Advance(Seconds(2));
  EXPECT_EQ(rig.recorder.messages.size(), 16U);
  rig.stream.blocked = false;
  rig.Settle();
  EXPECT_EQ(rig.recorder.messages.size(), 40U);
  EXPECT_EQ(rig.broker.Count(4), 40U);
  EXPECT_TRUE(rig.recorder.endings.empty());
}

TEST(Client, SpeaksTheOlderVersion) {
  Rig rig(V311());
  ASSERT_TRUE(rig.client.Subscribe("in/+", kQos1).ok());
  rig.Settle();
  ASSERT_TRUE(rig.client.Publish("t", AsBytes("x"), kQos1).ok());
  rig.broker.Publish("in/a", "y", 1);
  rig.Settle();
  EXPECT_EQ(rig.recorder.log,
            "connected new\nsubscribed in/+ 1\nready\nmessage in/a=y\npublished 2 0\n");
  rig.client.Stop();
  rig.Settle();
  EXPECT_EQ(rig.broker.Count(14), 1U);
  EXPECT_EQ(rig.client.state(), Client::State::kStopped);
}

TEST(Client, TakesLeaveAndComesBackWhenAsked) {
  Rig rig;
  rig.Settle();
  rig.client.Stop();
  rig.Settle();
  EXPECT_EQ(rig.broker.Transcript(), "14/0 id=0 = r0\n");
  EXPECT_EQ(rig.client.state(), Client::State::kStopped);
  EXPECT_THAT(rig.recorder.log, HasSubstr("disconnected stopped 0\n"));
  rig.Advance(Seconds(1000));
  EXPECT_EQ(rig.stream.opens, 1);
  rig.client.Start();
  rig.Settle();
  EXPECT_TRUE(rig.client.connected());
}

TEST(Client, StopsEvenWhenTheStreamTakesNothing) {
  Rig rig;
  rig.Settle();
  rig.stream.blocked = true;
  rig.client.Stop();
  rig.Advance(Seconds(2));
  EXPECT_EQ(rig.client.state(), Client::State::kStopped);
}

TEST(Client, RefusesBadTopics) {
  Rig rig;
  rig.Settle();
  for (const std::string& topic :
       {std::string(), std::string("a/+"), std::string("a/#"), std::string("a\0b", 3),
        std::string(257, 'a'), std::string("1/2/3/4/5/6/7/8/9")}) {
    EXPECT_EQ(rig.client.Publish(topic, {}, kQos1).code(), Code::kInvalidArgument) << topic;
  }
  EXPECT_TRUE(rig.client.Publish("1/2/3/4/5/6/7/8", {}, kQos1).ok());
  EXPECT_TRUE(rig.client.Publish("$aws/rules/rule/1/2/3/4/5/6/7/8", {}, kQos1).ok());
}

}  // namespace
}  // namespace linnet::mqtt
