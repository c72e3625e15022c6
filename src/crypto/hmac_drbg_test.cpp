// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/hmac_drbg.hpp"

#include <gtest/gtest.h>

#include "crypto/testing/hex.hpp"

namespace linnet::crypto {
namespace {

using testing::Hex;

// RFC 4231, test case 2, its key filled up with the zeros that HMAC would add.
TEST(HmacSha256, KnownAnswerInAnyParts) {
  Digest key{};
  CopyBytes(AsBytes("Jefe"), key);
  const auto expected = Hex<32>("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HmacSha256(key, {AsBytes("what do ya want for nothing?")}), expected);
  EXPECT_EQ(HmacSha256(key, {AsBytes("what do ya "), {}, AsBytes("want for nothing?")}), expected);
}

// Computed with an independent implementation of SP 800-90A.
TEST(HmacDrbg, KnownAnswers) {
  HmacDrbg generator;
  generator.Seed(AsBytes("seed"));
  std::array<std::byte, 5> few;
  std::array<std::byte, 40> many;
  std::array<std::byte, 32> block;
  generator.Generate(few);
  EXPECT_EQ(few, Hex<5>("945418b833"));
  generator.Generate(many);
  EXPECT_EQ(
      many,
      Hex<40>("fd5edd1dad14189f7d90a4f9be1be0a0f1e7b5c24d8d06cd74ad2fc03cd81749b14c50fbaa201b15"));
  generator.Mix(AsBytes("more"));
  generator.Generate(block);
  EXPECT_EQ(block, Hex<32>("a2eb6b69220091af0d79341bd173fd50b50c4bf1eae47f1d6fa02da186663905"));
  generator.Seed(AsBytes("seed"));
  generator.Generate(few);
  EXPECT_EQ(few, Hex<5>("945418b833"));
}

}  // namespace
}  // namespace linnet::crypto
