// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "vault/sealer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/private_key.hpp"
#include "crypto/testing/hex.hpp"
#include "crypto/testing/test_entropy.hpp"

namespace linnet::vault {
namespace {

using crypto::testing::Hex;

constexpr std::string_view kPurpose = "wifi.networks";
constexpr std::string_view kContent = "the key of a network, longer than a block";
// By Python's hmac, as docs/formats/sealed.md has it, with the key of RFC 6979 and the nonce 0 to
// 15.
constexpr auto kSealed = Hex<77>(
    "01000000000102030405060708090A0B0C0D0E0F44DBCFDBC7A6C7C38EE2D6B7"
    "74CB4F86B6B5EC0BC768B4955C6D13DDC497B6332EEA9568B02DB11674A0BC72"
    "3E17F58F1C028255FB7C22DD6D");

class SealerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(
        key_.Load(Hex<32>("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"))
            .ok());
  }
  Result<std::string> Open(Bytes sealed, std::string_view purpose = kPurpose) {
    std::vector<std::byte> out(600);
    LINNET_TRY_ASSIGN(const Bytes content, sealer_.Open(purpose, sealed, out));
    return std::string(AsText(content));
  }

  crypto::testing::TestEntropy entropy_;
  crypto::Random random_{entropy_};
  crypto::PrivateKey key_{random_};
  Sealer sealer_{key_, random_};
};

TEST_F(SealerTest, TheFormatIsStable) {
  const auto content = Open(kSealed);
  ASSERT_TRUE(content.ok());
  EXPECT_EQ(*content, kContent);
}

TEST_F(SealerTest, WhatIsSealedOpensAgain) {
  for (const std::size_t size : {0U, 1U, 31U, 32U, 33U, 430U}) {
    const std::string content(size, 'x');
    std::vector<std::byte> first(size + kSealOverhead);
    std::vector<std::byte> second(size + kSealOverhead);
    ASSERT_TRUE(sealer_.Seal(kPurpose, AsBytes(content), first).ok());
    ASSERT_TRUE(sealer_.Seal(kPurpose, AsBytes(content), second).ok());
    EXPECT_NE(first, second) << "the nonce is another one";
    EXPECT_EQ(Open(first).value_or("no"), content);
    EXPECT_EQ(Open(second).value_or("no"), content);
  }
}

TEST_F(SealerTest, EveryFlippedBitAndEveryCutIsFound) {
  for (std::size_t bit = 0; bit < kSealed.size() * 8; ++bit) {
    auto damaged = kSealed;
    damaged[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    EXPECT_EQ(Open(damaged).code(), bit < 32 ? Code::kUnsupported : Code::kDataLoss) << bit;
  }
  for (std::size_t size = 0; size < kSealed.size(); ++size) {
    EXPECT_EQ(Open(Bytes(kSealed).first(size)).code(), Code::kDataLoss) << size;
  }
}

TEST_F(SealerTest, AnotherPurposeAnotherDeviceAndNoKeyOpenNothing) {
  EXPECT_EQ(Open(kSealed, "wifi.network").code(), Code::kDataLoss);
  ASSERT_TRUE(key_.Generate().ok());
  EXPECT_EQ(Open(kSealed).code(), Code::kDataLoss);
  key_.Clear();
  EXPECT_EQ(Open(kSealed).code(), Code::kFailedPrecondition);
  std::vector<std::byte> out(100);
  EXPECT_EQ(sealer_.Seal(kPurpose, AsBytes(kContent), out).code(), Code::kFailedPrecondition);
}

TEST_F(SealerTest, NothingComesOutOfWhatIsNotGenuine) {
  auto damaged = kSealed;
  damaged.back() ^= std::byte{1};
  std::vector<std::byte> out(100, std::byte{0xEE});
  EXPECT_EQ(sealer_.Open(kPurpose, damaged, out).code(), Code::kDataLoss);
  EXPECT_EQ(out, std::vector<std::byte>(100, std::byte{0xEE}));
}

TEST_F(SealerTest, BuffersThatAreTooSmallAndMissingEntropyAreSaid) {
  std::vector<std::byte> out(kContent.size() + kSealOverhead - 1);
  EXPECT_EQ(sealer_.Seal(kPurpose, AsBytes(kContent), out).code(), Code::kTooLarge);
  EXPECT_EQ(sealer_.Seal(kPurpose, AsBytes(kContent), MutableBytes(out).first(3)).code(),
            Code::kTooLarge);
  EXPECT_EQ(sealer_.Open(kPurpose, kSealed, MutableBytes(out).first(kContent.size() - 1)).code(),
            Code::kTooLarge);
  entropy_.FailWith(Code::kUnavailable);
  std::vector<std::byte> enough(kContent.size() + kSealOverhead);
  EXPECT_EQ(sealer_.Seal(kPurpose, AsBytes(kContent), enough).code(), Code::kUnavailable);
}

}  // namespace
}  // namespace linnet::vault
