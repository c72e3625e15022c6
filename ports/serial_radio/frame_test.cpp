// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/serial_radio/frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace linnet::serial_radio {
namespace {

std::vector<std::byte> Line(const Message& message) {
  std::array<std::byte, kMaxLineSize> out;
  const Result<Bytes> line = Encode(message, out);
  return line.ok() ? std::vector<std::byte>(line->begin(), line->end()) : std::vector<std::byte>();
}

Result<Message> Feed(Receiver& receiver, Bytes bytes) {
  Result<Message> last = Code::kPending;
  for (const std::byte byte : bytes) {
    last = receiver.Take(byte);
  }
  return last;
}

std::vector<std::byte> Payload(std::size_t size, int seed) {
  std::vector<std::byte> payload(size);
  for (std::size_t i = 0; i < size; ++i) {
    payload[i] = seed == 0 ? std::byte{0} : static_cast<std::byte>(i * seed);
  }
  return payload;
}

TEST(RadioLine, EveryPayloadComesBack) {
  for (const int seed : {0, 1, 3, 255}) {
    for (std::size_t size = 0; size <= kMaxPayload; size += size < 600 ? 1 : 57) {
      const std::vector<std::byte> payload = Payload(size, seed);
      const std::vector<std::byte> line = Line({0x20, 7, payload});
      ASSERT_FALSE(line.empty());
      ASSERT_LE(line.size(), LineSize(size));
      ASSERT_EQ(std::count(line.begin(), line.end(), std::byte{0}), 1) << size;
      std::array<std::byte, kMaxLineSize> buffer;
      Receiver receiver(buffer);
      const Result<Message> message = Feed(receiver, line);
      ASSERT_TRUE(message.ok()) << size;
      EXPECT_EQ(message->type, 0x20);
      EXPECT_EQ(message->number, 7);
      ASSERT_TRUE(Equal(message->payload, payload)) << size;
    }
  }
}

TEST(RadioLine, TheBytesAreThese) {
  const std::array payload = {std::byte{0x11}, std::byte{0}, std::byte{0x22}};
  EXPECT_EQ(Line({0x03, 0x01, payload}),
            (std::vector{std::byte{4}, std::byte{3}, std::byte{1}, std::byte{0x11}, std::byte{6},
                         std::byte{0x22}, std::byte{0x0b}, std::byte{0x62}, std::byte{0xba},
                         std::byte{0xf1}, std::byte{0}}));
}

TEST(RadioLine, PiecesAreOneMessage) {
  std::array<std::byte, 64> out;
  Encoder encoder(out);
  encoder.Begin(1, 2);
  encoder.Add(AsBytes("net"));
  encoder.Add(AsBytes("work"));
  const Result<Bytes> line = encoder.Finish();
  ASSERT_TRUE(line.ok());
  EXPECT_TRUE(Equal(*line, Line({1, 2, AsBytes("network")})));
}

TEST(RadioLine, WhatDoesNotFitIsRefused) {
  std::array<std::byte, kMaxLineSize + 10> out;
  EXPECT_EQ(Encode({1, 1, Payload(kMaxPayload + 1, 1)}, out).code(), Code::kTooLarge);
  for (std::size_t size = 0; size < LineSize(4); ++size) {
    EXPECT_EQ(Encode({1, 1, Payload(4, 0)}, MutableBytes(out).first(size)).code(), Code::kTooLarge);
  }
}

TEST(RadioLine, AnyChangedBitIsFound) {
  const std::vector<std::byte> line = Line({0x12, 9, Payload(20, 3)});
  for (std::size_t bit = 0; bit < line.size() * 8; ++bit) {
    std::vector<std::byte> damaged = line;
    damaged[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    std::array<std::byte, 64> buffer;
    Receiver receiver(buffer);
    for (const std::byte byte : damaged) {
      EXPECT_FALSE(receiver.Take(byte).ok()) << bit;
    }
  }
}

TEST(RadioLine, IsInStepAgainAfterTheNextZero) {
  const std::vector<std::byte> good = Line({5, 6, Payload(40, 1)});
  for (std::size_t lost = 1; lost < good.size(); ++lost) {
    std::array<std::byte, 64> buffer;
    Receiver receiver(buffer);
    EXPECT_FALSE(Feed(receiver, Bytes(good).subspan(lost)).ok());
    EXPECT_TRUE(Feed(receiver, good).ok()) << lost;
  }
}

TEST(RadioLine, ALongerOneThanTheBufferIsDropped) {
  std::array<std::byte, 32> buffer;
  Receiver receiver(buffer);
  EXPECT_EQ(Feed(receiver, Line({1, 1, Payload(40, 1)})).code(), Code::kTooLarge);
  EXPECT_TRUE(Feed(receiver, Line({1, 1, Payload(8, 1)})).ok());
}

TEST(RadioLine, ZerosBetweenMessagesAreNothing) {
  std::array<std::byte, 32> buffer;
  Receiver receiver(buffer);
  EXPECT_EQ(receiver.Take(std::byte{0}).code(), Code::kPending);
  EXPECT_TRUE(Feed(receiver, Line({1, 1, {}})).ok());
  EXPECT_EQ(receiver.Take(std::byte{0}).code(), Code::kPending);
}

}  // namespace
}  // namespace linnet::serial_radio
