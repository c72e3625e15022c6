// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/sntp.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace linnet::twin {
namespace {

// 2024-01-01 00:00:00.5 UTC.
const auto kNow = std::chrono::system_clock::time_point(std::chrono::milliseconds(1704067200500));

std::vector<std::uint8_t> Request(std::uint8_t first) {
  std::vector<std::uint8_t> request(kSntpPacket, 0);
  request[0] = first;
  request[2] = 6;
  for (std::uint8_t i = 0; i < 8; ++i) {
    request[40U + i] = static_cast<std::uint8_t>(0xA0 + i);
  }
  return request;
}

std::vector<std::uint8_t> At(const std::array<std::uint8_t, kSntpPacket>& packet,
                             std::size_t offset) {
  return {packet.begin() + static_cast<std::ptrdiff_t>(offset),
          packet.begin() + static_cast<std::ptrdiff_t>(offset) + 8};
}

TEST(SntpTest, ReplyCarriesTheTimeAndTheClientsStamp) {
  const auto reply = SntpReply(Request(0x23), kNow);
  ASSERT_TRUE(reply);
  EXPECT_EQ((*reply)[0], 0x24);  // No warning, version 4, server.
  EXPECT_EQ((*reply)[1], 1);
  EXPECT_EQ((*reply)[2], 6);
  EXPECT_EQ(At(*reply, 24),
            std::vector<std::uint8_t>({0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7}));
  // 1704067200 + 2208988800 = 0xE93C7F00; half a second is 0x80000000.
  const std::vector<std::uint8_t> time = {0xE9, 0x3C, 0x7F, 0x00, 0x80, 0, 0, 0};
  EXPECT_EQ(At(*reply, 32), time);
  EXPECT_EQ(At(*reply, 40), time);
}

TEST(SntpTest, VersionIsTheClients) {
  EXPECT_EQ((*SntpReply(Request(0x1B), kNow))[0], 0x1C);
}

TEST(SntpTest, OnlyClientsAreAnswered) {
  EXPECT_FALSE(SntpReply(Request(0x24), kNow));  // A server.
  EXPECT_FALSE(SntpReply(Request(0x03), kNow));  // Version 0.
  EXPECT_FALSE(SntpReply(Request(0x3B), kNow));  // Version 7.
  EXPECT_FALSE(SntpReply(std::vector<std::uint8_t>(47, 0x23), kNow));
}

}  // namespace
}  // namespace linnet::twin
