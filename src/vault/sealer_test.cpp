// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "vault/sealer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/view.hpp"
#include "crypto/private_key.hpp"
#include "crypto/testing/hex.hpp"
#include "crypto/testing/test_entropy.hpp"

namespace linnet::vault {
namespace {

using crypto::testing::Hex;

constexpr StringView kPurpose = "wifi.networks";
constexpr StringView kContent = "the key of a network, longer than a block";
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
  Result<std::string> Open(Bytes sealed, StringView purpose = kPurpose) {
    std::vector<std::byte> bytes(sealed.begin(), sealed.end());
    LINNET_TRY(sealer_.Open(purpose, bytes));
    return std::string(AsText(Bytes(bytes).subspan(kSealOverhead)));
  }
  /// With room before it for the seal.
  static std::vector<std::byte> Unsealed(StringView content) {
    std::vector<std::byte> bytes(kSealOverhead + content.size());
    CopyBytes(AsBytes(content), MutableBytes(bytes).subspan(kSealOverhead));
    return bytes;
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
    std::vector<std::byte> first = Unsealed(content);
    std::vector<std::byte> second = Unsealed(content);
    ASSERT_TRUE(sealer_.Seal(kPurpose, first).ok());
    ASSERT_TRUE(sealer_.Seal(kPurpose, second).ok());
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
  std::vector<std::byte> unsealed = Unsealed(kContent);
  EXPECT_EQ(sealer_.Seal(kPurpose, unsealed), Code::kFailedPrecondition);
}

TEST_F(SealerTest, NothingComesOutOfWhatIsNotGenuine) {
  auto damaged = kSealed;
  damaged.back() ^= std::byte{1};
  const auto before = damaged;
  EXPECT_EQ(sealer_.Open(kPurpose, damaged), Code::kDataLoss);
  EXPECT_EQ(damaged, before);
}

TEST_F(SealerTest, MissingRoomAndMissingEntropyAreSaid) {
  std::vector<std::byte> unsealed = Unsealed(kContent);
  EXPECT_EQ(sealer_.Seal(kPurpose, MutableBytes(unsealed).first(kSealOverhead - 1)),
            Code::kTooLarge);
  entropy_.FailWith(Code::kUnavailable);
  EXPECT_EQ(sealer_.Seal(kPurpose, unsealed), Code::kUnavailable);
  EXPECT_EQ(AsText(Bytes(unsealed).subspan(kSealOverhead)), kContent);
}

}  // namespace
}  // namespace linnet::vault
