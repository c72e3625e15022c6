// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "crypto/testing/hex.hpp"
#include "crypto/testing/test_entropy.hpp"

namespace linnet::crypto {
namespace {

using testing::TestEntropy;

TEST(Random, EachCallIsDifferentAndEachSeedToo) {
  TestEntropy entropy_a(1);
  TestEntropy entropy_b(2);
  Random a(entropy_a);
  Random b(entropy_b);
  std::set<std::array<std::byte, 16>> seen;
  for (int i = 0; i < 100; ++i) {
    std::array<std::byte, 16> bytes;
    ASSERT_TRUE(a.Fill(bytes).ok());
    EXPECT_TRUE(seen.insert(bytes).second);
    ASSERT_TRUE(b.Fill(bytes).ok());
    EXPECT_TRUE(seen.insert(bytes).second);
  }
}

TEST(Random, FillsMoreThanOneRequestHolds) {
  TestEntropy entropy;
  Random random(entropy);
  std::vector<std::byte> bytes(5000);
  ASSERT_TRUE(random.Fill(bytes).ok());
  for (std::size_t at = 0; at + 16 <= bytes.size(); at += 16) {
    EXPECT_FALSE(Equal(Bytes(bytes).subspan(at, 16), std::vector<std::byte>(16))) << at;
  }
  EXPECT_TRUE(random.Fill({}).ok());
}

TEST(Random, WithoutASeedItStopsAndRecovers) {
  TestEntropy entropy;
  entropy.FailWith(Code::kDataLoss);
  Random random(entropy);
  std::array<std::byte, 16> bytes;
  bytes.fill(std::byte{0x77});
  EXPECT_EQ(random.Fill(bytes), Code::kUnavailable);
  EXPECT_EQ(bytes, (std::array<std::byte, 16>{}));
  EXPECT_NE(Random::Callback(&random, reinterpret_cast<unsigned char*>(bytes.data()), 16), 0);
  entropy.FailWith(Code::kOk);
  EXPECT_TRUE(random.Fill(bytes).ok());
  EXPECT_EQ(Random::Callback(&random, reinterpret_cast<unsigned char*>(bytes.data()), 16), 0);
}

TEST(Random, SeedsAgainAfterManyCalls) {
  TestEntropy entropy;
  Random random(entropy);
  std::array<std::byte, 1> byte;
  ASSERT_TRUE(random.Fill(byte).ok());
  const std::uint32_t at_first = entropy.calls();
  for (int i = 0; i < 10001; ++i) {
    ASSERT_TRUE(random.Fill(byte).ok());
  }
  EXPECT_GT(entropy.calls(), at_first);
}

// HMAC_DRBG over a fixed seed, checked with an independent implementation of SP 800-90A.
class FixedEntropy final : public EntropySource {
 public:
  Status Fill(MutableBytes out) override {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::byte>(next_++);
    }
    return OkStatus();
  }

 private:
  std::uint8_t next_ = 0;
};

TEST(Random, KnownAnswer) {
  FixedEntropy entropy;
  Random random(entropy);
  std::array<std::byte, 32> bytes;
  ASSERT_TRUE(random.Fill(bytes).ok());
  EXPECT_EQ(bytes,
            testing::Hex<32>("0ffb80875a3e9022a4941a3fa1b0d3611df14e1cf651a73ce9229b9f3ad56887"));
}

}  // namespace
}  // namespace linnet::crypto
