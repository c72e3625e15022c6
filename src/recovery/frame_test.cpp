// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "recovery/frame.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace linnet::recovery {
namespace {

std::vector<std::byte> Frames(Bytes packet) {
  FrameWriter writer(packet);
  std::array<std::byte, kMaxFrameSize> frame;
  std::vector<std::byte> all;
  for (Bytes next = writer.Next(frame); !next.empty(); next = writer.Next(frame)) {
    EXPECT_LE(next.size(), kMaxFrameSize);
    all.insert(all.end(), next.begin(), next.end());
  }
  return all;
}

/// The packets that were found, one behind the other.
std::vector<std::byte> Read(Bytes line, std::size_t buffer_size = 2048) {
  std::vector<std::byte> buffer(buffer_size);
  FrameReader reader(buffer);
  std::vector<std::byte> found;
  for (const std::byte byte : line) {
    if (reader.Feed(byte)) {
      found.insert(found.end(), reader.packet().begin(), reader.packet().end());
    }
  }
  return found;
}

std::vector<std::byte> Sample(std::size_t size) {
  std::vector<std::byte> packet(size);
  for (std::size_t i = 0; i < size; ++i) {
    packet[i] = static_cast<std::byte>(i * 37 + 11);
  }
  return packet;
}

// The check value of the CRC catalogue.
TEST(Crc16, KnownAnswer) {
  EXPECT_EQ(Crc16(AsBytes("123456789")), 0x31C3);
  EXPECT_EQ(Crc16({}), 0);
}

// An echo request {"d": "hi"}; the line was made by an independent base64 and CRC.
TEST(Frames, KnownLine) {
  const std::vector<std::byte> packet = {
      std::byte{2},    std::byte{0},    std::byte{0},   std::byte{6},    std::byte{0},
      std::byte{0},    std::byte{1},    std::byte{0},   std::byte{0xA1}, std::byte{0x61},
      std::byte{0x64}, std::byte{0x62}, std::byte{'h'}, std::byte{'i'}};
  const std::vector<std::byte> line = Frames(packet);
  EXPECT_EQ(AsText(line),
            "\x06\x09"
            "ABACAAAGAAABAKFhZGJoaU7E\n");
  EXPECT_EQ(Read(line), packet);
}

TEST(Frames, RoundTripAtEveryLength) {
  for (std::size_t size = 0; size < 400; ++size) {
    const std::vector<std::byte> packet = Sample(size);
    const std::vector<std::byte> line = Frames(packet);
    EXPECT_EQ(Read(line), packet) << size;
    EXPECT_EQ(std::count(line.begin(), line.end(), std::byte{'\n'}), (size + 4 + 92) / 93) << size;
  }
}

TEST(Frames, OtherTextAroundThemIsPassedOver) {
  const std::vector<std::byte> packet = Sample(200);
  std::vector<std::byte> line = Frames(packet);
  const std::string noise = "info boot: hello\r\n\x06 no\n\x04\x14 stray\n";
  std::vector<std::byte> all(AsBytes(noise).begin(), AsBytes(noise).end());
  all.insert(all.end(), line.begin(), line.end());
  EXPECT_EQ(Read(all), packet);
  // Also between the frames of one packet.
  const auto end = std::find(line.begin(), line.end(), std::byte{'\n'}) + 1;
  line.insert(end, AsBytes("text\r\n").begin(), AsBytes("text\r\n").end());
  EXPECT_EQ(Read(line), packet);
}

TEST(Frames, DamageDropsThePacketAndNotTheNext) {
  const std::vector<std::byte> packet = Sample(150);
  const std::vector<std::byte> good = Frames(packet);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::vector<std::byte> line = good;
    line[i] ^= std::byte{1};
    line.push_back(std::byte{'\n'});
    EXPECT_TRUE(Read(line).empty()) << i;
    line.insert(line.end(), good.begin(), good.end());
    EXPECT_EQ(Read(line), packet) << i;
  }
}

TEST(Frames, EveryTruncationIsDropped) {
  const std::vector<std::byte> packet = Sample(152);  // ends without padding
  const std::vector<std::byte> good = Frames(packet);
  for (std::size_t size = 0; size + 1 < good.size(); ++size) {
    std::vector<std::byte> line(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    line.push_back(std::byte{'\n'});
    EXPECT_TRUE(Read(line).empty()) << size;
    line.insert(line.end(), good.begin(), good.end());
    EXPECT_EQ(Read(line), packet) << size;
  }
}

TEST(Frames, WhatDoesNotFitIsDropped) {
  const std::vector<std::byte> packet = Sample(100);
  EXPECT_EQ(Read(Frames(packet), 104), packet);
  EXPECT_TRUE(Read(Frames(packet), 103).empty());
}

}  // namespace
}  // namespace linnet::recovery
