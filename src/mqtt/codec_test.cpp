// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mqtt/codec.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/view.hpp"
#include "mqtt/decoder.hpp"
#include "mqtt/outbox.hpp"

namespace linnet::mqtt {
namespace {

std::string Str(Bytes bytes) {
  return std::string(AsText(bytes));
}

TEST(Codec, WritesConnectOfTheOlderVersion) {
  Config config;
  config.version = Version::kV311;
  config.client_id = "me";
  config.keep_alive = Seconds(300);
  std::array<std::byte, 64> out{};
  EXPECT_EQ(Str(EncodeConnect(config, 16, out).value()),
            std::string("\x10\x0E\x00\x04MQTT\x04\x00\x01\x2C\x00\x02me", 16));
  EXPECT_EQ(EncodeConnect(config, 16, MutableBytes(out).first(17)).code(), Code::kTooLarge);
}

TEST(Codec, WritesLengthsOfAllSizes) {
  for (const auto& [value, bytes] : {std::pair{0U, std::string("\x00", 1)},
                                     {127U, "\x7f"},
                                     {128U, std::string("\x80\x01")},
                                     {16383U, "\xff\x7f"},
                                     {16384U, "\x80\x80\x01"},
                                     {268435455U, "\xff\xff\xff\x7f"}}) {
    std::array<std::byte, 4> out{};
    Writer writer(out);
    writer.Varint(value);
    EXPECT_EQ(Str(MutableBytes(out).first(writer.size())), bytes);
    EXPECT_EQ(VarintSize(value), bytes.size());
  }
}

TEST(Codec, RemembersWhatDidNotFit) {
  std::array<std::byte, 4> out{};
  Writer writer(out);
  writer.U16(1);
  writer.U32(2);
  writer.U8(3);
  EXPECT_EQ(writer.status().code(), Code::kTooLarge);
}

TEST(Codec, ReadsTheLimitsOfConnack) {
  const std::string body(
      "\x01\x00\x15\x21\x00\x05\x24\x00\x25\x00\x27\x00\x00\x10\x00\x13\x00\x1e\x26"
      "\x00\x01k\x00\x00",
      24);
  const ConnAck answer = ParseConnAck(Version::kV5, AsBytes(body)).value();
  EXPECT_TRUE(answer.session_present);
  EXPECT_EQ(answer.limits.receive_maximum, 5);
  EXPECT_EQ(answer.limits.maximum_qos, Qos::kAtMostOnce);
  EXPECT_FALSE(answer.limits.retain_available);
  EXPECT_EQ(answer.limits.maximum_packet_size, 4096U);
  EXPECT_TRUE(answer.has_keep_alive);
  EXPECT_EQ(answer.limits.keep_alive, 30);
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_FALSE(ParseConnAck(Version::kV5, AsBytes(body.substr(0, size))).ok() && size != 2)
        << size;
  }
  EXPECT_FALSE(ParseConnAck(Version::kV5, AsBytes(body + "x")).ok());
}

TEST(Codec, RefusesImpossibleLimits) {
  EXPECT_EQ(ParseConnAck(Version::kV5, AsBytes(std::string("\0\0\x03\x21\0\0", 6))).code(),
            Code::kMalformed);
  EXPECT_EQ(ParseConnAck(Version::kV5, AsBytes(std::string("\0\0\x05\x27\0\0\0\0", 8))).code(),
            Code::kMalformed);
}

TEST(Codec, TranslatesTheOlderReturnCodes) {
  const auto reason = [](char code) {
    return ParseConnAck(Version::kV311, AsBytes(std::string{'\0', code})).value().reason;
  };
  EXPECT_EQ(reason(0), Reason::kSuccess);
  EXPECT_EQ(reason(2), Reason::kClientIdInvalid);
  EXPECT_EQ(reason(3), Reason::kServerUnavailable);
  EXPECT_EQ(reason(5), Reason::kNotAuthorized);
  EXPECT_EQ(reason(7), Reason::kUnspecified);
}

TEST(Codec, AcceptsFiltersWhereWildcardsMayStand) {
  for (const char* filter : {"a", "+", "#", "a/+/b", "+/+", "a/#", "/", "$share/group/a/#"}) {
    EXPECT_TRUE(CheckTopicFilter(filter).ok()) << filter;
  }
  for (const char* filter : {"", "a+", "+a", "a#", "a/#/b", "#/a", "a/b+/c", "$share/group"}) {
    EXPECT_FALSE(CheckTopicFilter(filter).ok()) << filter;
  }
}

TEST(Outbox, KeepsOrderWhenTheMiddleGoes) {
  std::array<std::byte, 256> memory{};
  Outbox outbox(memory);
  for (std::uint16_t id = 1; id <= 3; ++id) {
    const Result<MutableBytes> packet = outbox.Append({.size = id, .packet_id = id});
    ASSERT_TRUE(packet.ok());
    std::ranges::fill(*packet, static_cast<std::byte>(id));
  }
  outbox.Remove(outbox.Find(2));
  EXPECT_EQ(outbox.Find(2), outbox.end());
  EXPECT_EQ(Str(outbox.packet(outbox.Find(3))), "\x03\x03\x03");
  EXPECT_EQ(outbox.Next(outbox.Find(1)), outbox.Find(3));
  EXPECT_EQ(outbox.Append({.size = 250}).code(), Code::kTooLarge);
  EXPECT_EQ(outbox.Append({.size = 200}).code(), Code::kResourceExhausted);
}

TEST(Decoder, IsDeafAfterAnErrorUntilItIsReset) {
  std::array<std::byte, 64> memory{};
  Decoder decoder(Version::kV5, 1000, memory);
  Bytes bad = AsBytes("\xF0");
  EXPECT_FALSE(decoder.Next(bad).ok());
  Bytes good = AsBytes(StringView("\xD0\x00", 2));
  EXPECT_FALSE(decoder.Next(good).ok());
  decoder.Reset();
  EXPECT_EQ(decoder.Next(good).value(), Decoder::Event::kPacket);
  EXPECT_EQ(decoder.type(), PacketType::kPingResp);
}

}  // namespace
}  // namespace linnet::mqtt
