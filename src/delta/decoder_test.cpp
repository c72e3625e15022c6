// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "delta/decoder.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tools/delta/encode.hpp"

namespace linnet::delta {
namespace {

using Data = std::vector<std::byte>;

/// Takes the target and checks that it comes without gaps.
class Collector final : public TargetSink {
 public:
  explicit Collector(std::uint32_t position = 0) : position_(position) {}
  Status OnTarget(std::uint32_t offset, Bytes data) override {
    EXPECT_EQ(offset, position_ + bytes.size());
    if (bytes.size() >= fail_at) {
      return Code::kResourceExhausted;
    }
    bytes.insert(bytes.end(), data.begin(), data.end());
    return OkStatus();
  }
  Data bytes;
  std::size_t fail_at = static_cast<std::size_t>(-1);

 private:
  std::uint32_t position_;
};

/// Half code-like repetition, half noise.
Data MakeData(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Data data(size);
  for (std::size_t i = 0; i < size; ++i) {
    data[i] = static_cast<std::byte>(i >= 64 && random() % 4 != 0
                                         ? std::to_integer<unsigned>(data[i - 64 + random() % 2])
                                         : random());
  }
  return data;
}

/// As a linker would: something inserted, something removed, addresses that moved.
Data Change(const Data& data) {
  Data changed = data;
  const auto middle = static_cast<std::ptrdiff_t>(data.size() / 3);
  const Data fresh = MakeData(100, 99);
  changed.insert(changed.begin() + middle, fresh.begin(), fresh.end());
  changed.erase(changed.begin() + 2 * middle, changed.begin() + 2 * middle + 37);
  for (std::size_t i = 50; i < changed.size(); i += 400) {
    changed[i] = static_cast<std::byte>(std::to_integer<unsigned>(changed[i]) + 100);
  }
  return changed;
}

struct Decoded {
  Status status;
  bool complete = false;
  Data bytes;
  std::uint32_t fetched = 0;
};

/// Feeds only what the decoder asks for, in pieces.
Decoded Decode(Bytes stream, image::Source* base, std::uint32_t target, std::uint32_t position = 0,
               std::size_t piece = 1000) {
  Collector collector(position);
  Decoder decoder(base, collector);
  decoder.Begin(target, position);
  Decoded decoded;
  while (decoded.status.ok() && !decoder.complete() && decoder.next() < stream.size()) {
    const Bytes part = stream.subspan(decoder.next());
    const Bytes fed = part.first(std::min(piece, part.size()));
    decoded.fetched += static_cast<std::uint32_t>(fed.size());
    decoded.status = decoder.Feed(decoder.next(), fed);
  }
  decoded.complete = decoder.complete();
  decoded.bytes = collector.bytes;
  return decoded;
}

Decoded Decode(Bytes stream, Bytes base, std::uint32_t target, std::uint32_t position = 0,
               std::size_t piece = 1000) {
  image::MemorySource source(base);
  return Decode(stream, base.empty() ? nullptr : &source, target, position, piece);
}

std::uint32_t Size(const Data& data) {
  return static_cast<std::uint32_t>(data.size());
}

TEST(Delta, GivesTheTarget) {
  const Data base = MakeData(50'000, 1);
  const Data target = Change(base);
  for (std::uint8_t bits = kMinBlockBits; bits <= kMaxBlockBits; ++bits) {
    const Data stream = Encode(base, target, bits);
    EXPECT_LT(stream.size(), target.size() / 8);
    const Decoded decoded = Decode(stream, base, Size(target));
    EXPECT_TRUE(decoded.status.ok() && decoded.complete);
    EXPECT_EQ(decoded.bytes, target);
  }
}

TEST(Delta, CompressedStreamsNeedNoBase) {
  const Data target = MakeData(30'000, 2);
  const Data stream = Encode({}, target);
  EXPECT_LT(stream.size(), target.size());
  EXPECT_EQ(Decode(stream, {}, Size(target)).bytes, target);
}

TEST(Delta, AnyTwoFiles) {
  const Data noise = [] {
    std::mt19937 random(5);
    Data data(9'000);
    std::ranges::generate(data, [&] { return static_cast<std::byte>(random()); });
    return data;
  }();
  const std::vector<Data> files = {noise,
                                   MakeData(1, 3),
                                   MakeData(1023, 4),
                                   MakeData(1024, 5),
                                   MakeData(1025, 6),
                                   MakeData(8192, 7),
                                   MakeData(16'385, 8),
                                   Data(20'000),
                                   Data(1, std::byte{7})};
  for (const Data& target : files) {
    EXPECT_EQ(Decode(Encode({}, target), {}, Size(target)).bytes, target);
    for (const Data& base : files) {
      for (const std::uint8_t bits : {kMinBlockBits, kMaxBlockBits}) {
        const Decoded decoded = Decode(Encode(base, target, bits), base, Size(target));
        EXPECT_EQ(decoded.bytes, target) << base.size() << " " << target.size();
        EXPECT_TRUE(decoded.complete);
      }
    }
  }
}

TEST(Delta, PiecesMakeNoDifference) {
  const Data base = MakeData(20'000, 1);
  const Data target = Change(base);
  const Data stream = Encode(base, target, 11);
  for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 19UL, 64UL, 65UL, 511UL, 100'000UL}) {
    EXPECT_EQ(Decode(stream, base, Size(target), 0, piece).bytes, target) << piece;
  }
}

TEST(Delta, GoesOnAtEveryBlockAndAnywhereBetween) {
  const Data base = MakeData(20'000, 1);
  const Data target = Change(base);
  for (const Bytes from : {Bytes(base), Bytes()}) {
    const Data stream = Encode(from, target, 11);
    for (std::uint32_t position = 0; position <= target.size();
         position += position % 2048 == 0           ? 1
                     : 2047 - position % 2048 > 500 ? 500
                                                    : 1) {
      const Decoded decoded = Decode(stream, from, Size(target), position, 100);
      ASSERT_TRUE(decoded.complete) << position;
      EXPECT_EQ(decoded.bytes, Data(target.begin() + position, target.end())) << position;
    }
  }
}

TEST(Delta, GoingOnFetchesOnlyTheTableAndTheRest) {
  const Data target = MakeData(40'000, 1);
  const Data stream = Encode({}, target, 11);
  const std::uint32_t whole = Decode(stream, {}, Size(target), 0, 1).fetched;
  EXPECT_EQ(whole, stream.size());
  const std::uint32_t rest = Decode(stream, {}, Size(target), 10 * 2048, 1).fetched;
  EXPECT_LT(rest, 60U + stream.size() * 6 / 10);
  EXPECT_EQ(Decode(stream, {}, Size(target), Size(target)).fetched, 0U);
}

TEST(Delta, BytesFromTheStartArePassedOver) {
  const Data target = MakeData(10'000, 1);
  const Data stream = Encode({}, target, 11);
  Collector collector(5'000);
  Decoder decoder(nullptr, collector);
  decoder.Begin(Size(target), 5'000);
  EXPECT_TRUE(decoder.Feed(0, stream).ok());
  EXPECT_TRUE(decoder.complete());
  EXPECT_EQ(decoder.stream_length(), stream.size());
  EXPECT_EQ(collector.bytes, Data(target.begin() + 5'000, target.end()));
  decoder.Begin(Size(target), 0);
  EXPECT_EQ(decoder.Feed(1, stream), Code::kOutOfRange);
}

TEST(Delta, AWrongBaseOrTargetIsNoticed) {
  const Data base = MakeData(20'000, 1);
  const Data target = Change(base);
  const Data stream = Encode(base, target);
  EXPECT_EQ(Decode(stream, {}, Size(target)).status, Code::kMismatch) << "no base";
  EXPECT_EQ(Decode(stream, Bytes(base).first(19'999), Size(target)).status, Code::kMismatch);
  EXPECT_EQ(Decode(stream, base, Size(target) + 1).status, Code::kMismatch);
  const Decoded decoded = Decode(stream, MakeData(20'000, 2), Size(target));
  EXPECT_TRUE(decoded.complete);
  EXPECT_NE(decoded.bytes, target) << "only a digest can tell";
}

TEST(Delta, ACutStreamIsNeverComplete) {
  const Data base = MakeData(5'000, 1);
  const Data target = Change(base);
  const Data stream = Encode(base, target, 11);
  for (std::size_t size = 0; size < stream.size(); ++size) {
    EXPECT_FALSE(Decode(Bytes(stream).first(size), base, Size(target)).complete) << size;
  }
}

TEST(Delta, ADamagedStreamNeverGivesTheTargetNorMoreThanIt) {
  const Data base = MakeData(5'000, 1);
  const Data target = Change(base);
  for (const Bytes from : {Bytes(base), Bytes()}) {
    Data stream = Encode(from, target, 11);
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit<stream.size() * 8; bit += stream.size()> 1'000 ? 7 : 1) {
      stream[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
      const Decoded decoded = Decode(stream, from, Size(target));
      EXPECT_LE(decoded.bytes.size(), target.size());
      // The table is of no use to who begins at the start, beyond its sum.
      const bool table = bit / 8 >= kHeadSize && bit / 8 < kHeadSize + 3 * kTableEntrySize;
      EXPECT_TRUE(!decoded.complete || decoded.bytes != target || table) << bit;
      refused += decoded.complete ? 0 : 1;
      stream[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    }
    EXPECT_GT(refused, 100U);
  }
}

TEST(Delta, TheSinksFailureEndsIt) {
  const Data target = MakeData(5'000, 1);
  const Data stream = Encode({}, target, 11);
  Collector collector;
  collector.fail_at = 3'000;
  Decoder decoder(nullptr, collector);
  decoder.Begin(Size(target), 0);
  EXPECT_EQ(decoder.Feed(0, stream), Code::kResourceExhausted);
  EXPECT_EQ(decoder.Feed(decoder.next(), stream), Code::kResourceExhausted);
}

TEST(Stream, HeadsAreBounded) {
  const Head good{.target_length = 100};
  EXPECT_TRUE(DecodeHead(EncodeHead(good)).ok());
  auto bytes = EncodeHead(good);
  bytes[4] = std::byte{2};
  EXPECT_EQ(DecodeHead(bytes).code(), Code::kUnsupported);
  const std::vector<std::pair<std::size_t, int>> changes = {{0, 0},   {5, 9},  {5, 14}, {6, 2},
                                                            {6, 10},  {6, 27}, {6, 18}, {6, 135},
                                                            {6, 255}, {7, 1},  {8, 0}};
  for (const auto& [at, value] : changes) {
    bytes = EncodeHead(good);
    bytes.at(at) = static_cast<std::byte>(value);
    EXPECT_EQ(DecodeHead(bytes).code(), Code::kMalformed) << at << " " << value;
  }
}

}  // namespace
}  // namespace linnet::delta
