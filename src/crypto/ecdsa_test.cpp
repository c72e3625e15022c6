// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/ecdsa.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/view.hpp"
#include "crypto/testing/hex.hpp"

namespace linnet::crypto {
namespace {

using testing::Hex;

// RFC 6979, A.2.5: P-256, SHA-256.
const P256PublicKey kKey = Hex<64>(
    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
const P256Signature kSample = Hex<64>(
    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
const P256Signature kTest = Hex<64>(
    "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
    "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083");
constexpr StringView kOrder = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";

Digest SampleDigest() {
  return Hash(AsBytes("sample"));
}

P256Signature With(P256Signature signature, std::size_t offset, Bytes part) {
  CopyBytes(part, MutableBytes(signature).subspan(offset));
  return signature;
}

TEST(VerifyP256, KnownAnswers) {
  EXPECT_TRUE(VerifyP256(kKey, SampleDigest(), kSample).ok());
  EXPECT_TRUE(VerifyP256(kKey, Hash(AsBytes("test")), kTest).ok());
  EXPECT_EQ(VerifyP256(kKey, Hash(AsBytes("test")), kSample), Code::kUnauthenticated);
}

TEST(VerifyP256, RefusesEveryFlippedBit) {
  for (std::size_t bit = 0; bit < 512; bit += 13) {
    P256Signature signature = kSample;
    signature[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    EXPECT_EQ(VerifyP256(kKey, SampleDigest(), signature), Code::kUnauthenticated) << bit;
    P256PublicKey key = kKey;
    key[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    EXPECT_EQ(VerifyP256(key, SampleDigest(), kSample), Code::kUnauthenticated) << bit;
    Digest digest = SampleDigest();
    digest[bit / 16] ^= static_cast<std::byte>(1U << (bit % 8));
    EXPECT_EQ(VerifyP256(kKey, digest, kSample), Code::kUnauthenticated) << bit;
  }
}

TEST(VerifyP256, RefusesNumbersOutsideOfTheGroup) {
  const auto order = Hex<32>(kOrder);
  const std::array<std::byte, 32> zero{};
  for (const std::size_t offset : {0U, 32U}) {
    EXPECT_EQ(VerifyP256(kKey, SampleDigest(), With(kSample, offset, order)),
              Code::kUnauthenticated);
    EXPECT_EQ(VerifyP256(kKey, SampleDigest(), With(kSample, offset, zero)),
              Code::kUnauthenticated);
  }
  EXPECT_EQ(VerifyP256(kKey, SampleDigest(), P256Signature{}), Code::kUnauthenticated);
  EXPECT_EQ(VerifyP256(P256PublicKey{}, SampleDigest(), kSample), Code::kUnauthenticated);
}

TEST(SignatureDer, RoundTrips) {
  std::array<std::byte, kMaxSignatureDerSize> der;
  P256Signature small{};
  small[31] = std::byte{1};
  small[63] = std::byte{0x80};
  for (const P256Signature& signature : {kSample, kTest, small, P256Signature{}}) {
    const std::size_t size = EncodeSignatureDer(signature, der);
    P256Signature back;
    ASSERT_TRUE(DecodeSignatureDer(Bytes(der).first(size), back).ok());
    EXPECT_EQ(back, signature);
  }
}

TEST(SignatureDer, KnownBytes) {
  std::array<std::byte, kMaxSignatureDerSize> der;
  P256Signature small{};
  small[31] = std::byte{0x7F};
  small[63] = std::byte{0x80};
  const std::size_t size = EncodeSignatureDer(small, der);
  EXPECT_TRUE(Equal(Bytes(der).first(size), Hex<9>("300702017F02020080")));
}

template <std::size_t kSize>
Code Decode(StringView hex) {
  P256Signature out;
  return DecodeSignatureDer(Hex<kSize>(hex), out).code();
}

TEST(SignatureDer, RefusesWhatIsNotTheOneEncoding) {
  EXPECT_EQ(Decode<8>("3006020101020102"), Code::kOk);
  EXPECT_EQ(Decode<9>("300602010102010200"), Code::kMalformed);  // behind the sequence
  EXPECT_EQ(Decode<9>("300702010102010200"), Code::kMalformed);  // inside of it
  EXPECT_EQ(Decode<9>("308106020101020102"), Code::kMalformed);  // long form of a length
  EXPECT_EQ(Decode<9>("300702020001020102"), Code::kMalformed);  // surplus zero
  EXPECT_EQ(Decode<8>("3006020181020102"), Code::kMalformed);    // negative
  EXPECT_EQ(Decode<7>("30050200020102"), Code::kMalformed);      // no digits
  EXPECT_EQ(Decode<8>("3006030101020102"), Code::kMalformed);    // not an INTEGER
  EXPECT_EQ(Decode<8>("3106020101020102"), Code::kMalformed);    // not a SEQUENCE
  EXPECT_EQ(Decode<5>("3003020101"), Code::kMalformed);          // one number
  EXPECT_EQ(Decode<8>("3006020101020202"), Code::kMalformed);    // beyond the end
  EXPECT_EQ(Decode<2>("3000"), Code::kMalformed);
  EXPECT_EQ(Decode<1>("30"), Code::kMalformed);
}

TEST(SignatureDer, RefusesEveryTruncationAndEveryLongerNumber) {
  std::array<std::byte, kMaxSignatureDerSize> der;
  const std::size_t size = EncodeSignatureDer(kSample, der);
  P256Signature out;
  for (std::size_t cut = 0; cut < size; ++cut) {
    EXPECT_FALSE(DecodeSignatureDer(Bytes(der).first(cut), out).ok()) << cut;
  }
  // 33 bytes of value: positive, shortest form, too large.
  std::vector<std::byte> longer(2 + 35 + 3, std::byte{1});
  longer[0] = std::byte{0x30};
  longer[1] = std::byte{38};
  longer[2] = longer[37] = std::byte{2};
  longer[3] = std::byte{33};
  EXPECT_EQ(DecodeSignatureDer(longer, out), Code::kMalformed);
}

TEST(PublicKeyDer, RoundTripsAndRefusesOthers) {
  P256PublicKeyDer der = EncodePublicKeyDer(kKey);
  P256PublicKey back;
  ASSERT_TRUE(DecodePublicKeyDer(der, back).ok());
  EXPECT_EQ(back, kKey);
  EXPECT_EQ(DecodePublicKeyDer(Bytes(der).first(90), back), Code::kMalformed);
  for (std::size_t i = 0; i < 27; ++i) {
    der[i] ^= std::byte{1};
    EXPECT_EQ(DecodePublicKeyDer(der, back), Code::kMalformed) << i;
    der[i] ^= std::byte{1};
  }
}

// The hash that imgtool gives for the test key of tests/vectors/imgtool/ecdsa-a.pub.der.
TEST(KeyHash, KnownAnswer) {
  const P256PublicKey key = Hex<64>(
      "6499cc848f45d63449aea79aade2dc0857c892f08fd0d4270e6d9b5598d1cf74"
      "64609b71c991706a6b6b6a24c71a5d7360dcef05ab77a8df44495851a3f2dc05");
  EXPECT_EQ(KeyHash(key),
            Hex<32>("c5f3f04a553e5cc2864448be7921b3c93f3b260bb37c54cd0b09b3654ea0d797"));
}

}  // namespace
}  // namespace linnet::crypto
