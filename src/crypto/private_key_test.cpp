// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/private_key.hpp"

#include <gtest/gtest.h>

#include "crypto/hmac_drbg.hpp"
#include "crypto/testing/hex.hpp"
#include "crypto/testing/test_entropy.hpp"

namespace linnet::crypto {
namespace {

using testing::Hex;

// RFC 6979, A.2.5: P-256, SHA-256.
const P256Scalar kScalar =
    Hex<32>("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
const P256PublicKey kPublic = Hex<64>(
    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
const P256Signature kSample = Hex<64>(
    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");

class PrivateKeyTest : public ::testing::Test {
 protected:
  testing::TestEntropy entropy_;
  Random random_{entropy_};
  PrivateKey key_{random_};
};

TEST_F(PrivateKeyTest, SignsAsRfc6979Says) {
  ASSERT_TRUE(key_.Load(kScalar).ok());
  P256Signature signature;
  ASSERT_TRUE(key_.Sign(Hash(AsBytes("sample")), signature).ok());
  EXPECT_EQ(signature, kSample);
  ASSERT_TRUE(key_.Sign(Hash(AsBytes("sample")), signature).ok());
  EXPECT_EQ(signature, kSample);
  EXPECT_GT(entropy_.calls(), 0U);  // blinded
}

TEST_F(PrivateKeyTest, DerivesThePublicKey) {
  ASSERT_TRUE(key_.Load(kScalar).ok());
  for (int i = 0; i < 2; ++i) {
    P256PublicKey key;
    ASSERT_TRUE(key_.PublicKey(key).ok());
    EXPECT_EQ(key, kPublic);
  }
}

TEST_F(PrivateKeyTest, DerivesASecretForEachContext) {
  Digest secret{};
  EXPECT_EQ(key_.Derive({}, secret).code(), Code::kFailedPrecondition);
  ASSERT_TRUE(key_.Load(kScalar).ok());
  ASSERT_TRUE(key_.Derive({}, secret).ok());
  EXPECT_EQ(secret, HmacSha256(kScalar, {Digest{}}));
  Digest other{};
  ASSERT_TRUE(key_.Derive({std::byte{1}}, other).ok());
  EXPECT_NE(secret, other);
}

TEST_F(PrivateKeyTest, ANewKeySignsWhatItsPublicKeyVerifies) {
  ASSERT_TRUE(key_.Generate().ok());
  P256Scalar first;
  ASSERT_TRUE(key_.Export(first).ok());
  P256PublicKey key;
  P256Signature signature;
  ASSERT_TRUE(key_.PublicKey(key).ok());
  ASSERT_TRUE(key_.Sign(Hash(AsBytes("x")), signature).ok());
  EXPECT_TRUE(VerifyP256(key, Hash(AsBytes("x")), signature).ok());
  ASSERT_TRUE(key_.Generate().ok());
  P256Scalar second;
  P256PublicKey other;
  ASSERT_TRUE(key_.Export(second).ok());
  ASSERT_TRUE(key_.PublicKey(other).ok());
  EXPECT_NE(first, second);
  EXPECT_NE(key, other);
}

TEST_F(PrivateKeyTest, WithoutAKeyNothingWorks) {
  P256Signature signature;
  P256PublicKey key;
  P256Scalar scalar;
  EXPECT_EQ(key_.Sign(Digest{}, signature), Code::kFailedPrecondition);
  EXPECT_EQ(key_.PublicKey(key), Code::kFailedPrecondition);
  EXPECT_EQ(key_.Export(scalar), Code::kFailedPrecondition);
  ASSERT_TRUE(key_.Load(kScalar).ok());
  ASSERT_TRUE(key_.PublicKey(key).ok());
  key_.Clear();
  EXPECT_EQ(key_.PublicKey(key), Code::kFailedPrecondition);
}

TEST_F(PrivateKeyTest, RefusesNumbersThatAreNoKeyAndForgetsTheOldOne) {
  const auto order = Hex<32>("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
  P256Scalar last = order;
  last[31] ^= std::byte{1};
  for (const P256Scalar& bad : {P256Scalar{}, order, Hex<32>(std::string(64, 'f'))}) {
    ASSERT_TRUE(key_.Load(last).ok());
    EXPECT_EQ(key_.Load(bad), Code::kOutOfRange);
    EXPECT_FALSE(key_.has_key());
  }
}

TEST_F(PrivateKeyTest, NoEntropyNoKeyAndNoUnblindedSignature) {
  entropy_.FailWith(Code::kUnavailable);
  EXPECT_EQ(key_.Generate(), Code::kUnavailable);
  EXPECT_FALSE(key_.has_key());
  ASSERT_TRUE(key_.Load(kScalar).ok());
  P256Signature signature;
  EXPECT_EQ(key_.Sign(Digest{}, signature), Code::kUnavailable);
  P256PublicKey key;
  EXPECT_EQ(key_.PublicKey(key), Code::kUnavailable);
}

}  // namespace
}  // namespace linnet::crypto
