// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Our P-256 against mbedTLS's, over random numbers and over those where carries and special cases
// live; and the curve's arithmetic against the group's laws.
#include "crypto/p256.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "crypto/testing/hex.hpp"
#include "crypto/testing/mbedtls_p256.hpp"
#include "crypto/testing/test_entropy.hpp"

namespace linnet::crypto::internal {
namespace {

using testing::Hex;
using Octets32 = std::array<std::byte, 32>;

constexpr int kRandomRounds = 150;
const Octets32 kN = Hex<32>("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
const Octets32 kP = Hex<32>("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");

Octets32 ToOctets(const Number& number) {
  Octets32 out;
  WriteNumber(number, out);
  return out;
}

/// base + delta, of any sign, modulo 2^256.
Octets32 Near(const Octets32& base, int delta) {
  Number number = ReadNumber(base);
  const Number one{1};
  for (; delta < 0; ++delta) {
    SubtractLimbs(number, number, one);
  }
  const Number minus_one{~0U, ~0U, ~0U, ~0U, ~0U, ~0U, ~0U, ~0U};
  for (; delta > 0; --delta) {
    SubtractLimbs(number, number, minus_one);
  }
  return ToOctets(number);
}

/// Around 0, both moduli, their difference and halves, 2^256, and runs of equal bits.
std::vector<Octets32> EdgeNumbers() {
  std::vector<Octets32> numbers;
  for (const Octets32& base : {Octets32{}, kN, kP}) {
    for (int delta = -3; delta <= 3; ++delta) {
      numbers.push_back(Near(base, delta));
    }
  }
  Number difference;
  SubtractLimbs(difference, ReadNumber(kP), ReadNumber(kN));
  numbers.push_back(ToOctets(difference));
  for (std::size_t bit = 1; bit < 256; bit += 15) {
    Number power{};
    power[bit / 32] = 1U << (bit % 32);
    numbers.push_back(ToOctets(power));
    numbers.push_back(Near(ToOctets(power), -1));
  }
  return numbers;
}

class P256Test : public ::testing::Test {
 protected:
  Octets32 Random() {
    Octets32 out;
    for (std::byte& byte : out) {
      byte = static_cast<std::byte>(engine_());
    }
    return out;
  }

  /// Both sign and derive the same; both accept what was signed.
  void Compare(const P256Scalar& scalar, const Digest& digest) {
    const bool is_key = reference_.IsKey(scalar);
    ASSERT_EQ(key_.Load(scalar).ok(), is_key);
    if (!is_key) {
      return;
    }
    P256PublicKey public_key;
    P256Signature signature;
    ASSERT_TRUE(key_.PublicKey(public_key).ok());
    ASSERT_TRUE(key_.Sign(digest, signature).ok());
    EXPECT_EQ(public_key, reference_.PublicKey(scalar));
    EXPECT_EQ(signature, reference_.Sign(scalar, digest));
    CompareVerdict(public_key, digest, signature, true);
  }
  void CompareVerdict(const P256PublicKey& key, const Digest& digest,
                      const P256Signature& signature, std::optional<bool> expected = {}) {
    const bool ours = VerifyP256(key, digest, signature).ok();
    EXPECT_EQ(ours, reference_.Verify(key, digest, signature));
    EXPECT_EQ(ours, expected.value_or(ours));
  }

  std::mt19937 engine_{20};  // NOLINT: repeatable on purpose
  testing::MbedtlsP256 reference_;
  testing::TestEntropy entropy_;
  crypto::Random random_{entropy_};
  PrivateKey key_{random_};
};

P256Signature Join(const Octets32& first, const Octets32& second) {
  P256Signature out;
  CopyBytes(second, MutableBytes(out).subspan(CopyBytes(first, out)));
  return out;
}

TEST_F(P256Test, SignsAndVerifiesRandomNumbersAsMbedtlsDoes) {
  for (int i = 0; i < kRandomRounds; ++i) {
    Compare(Random(), Random());
  }
}

TEST_F(P256Test, SignsAndVerifiesEdgeNumbersAsMbedtlsDoes) {
  for (const Octets32& edge : EdgeNumbers()) {
    Compare(edge, Random());
    Compare(Random(), edge);
    Compare(edge, edge);
  }
}

TEST_F(P256Test, JudgesEdgeSignaturesAsMbedtlsDoes) {
  const P256PublicKey key = reference_.PublicKey(Random());
  const std::vector<Octets32> edges = EdgeNumbers();
  for (const Octets32& edge : edges) {
    CompareVerdict(key, Random(), Join(edge, Random()));
    CompareVerdict(key, Random(), Join(Random(), edge));
    CompareVerdict(key, edge, Join(edge, edge));
    CompareVerdict(Join(edge, Random()), Random(), Join(Random(), Random()), false);
    CompareVerdict(Join(Random(), edge), Random(), Join(Random(), Random()), false);
  }
}

// Given u and v, the signature of the point uG + vQ: r = x, s = r / v, digest = u * s.
TEST_F(P256Test, VerifiesSignaturesMadeForChosenFactors) {
  const P256Scalar secret = Random();
  const P256PublicKey key = reference_.PublicKey(secret);
  Point q;
  ASSERT_TRUE(
      MakePoint(ReadNumber(std::span(key).first<32>()), ReadNumber(std::span(key).last<32>()), q));
  int valid = 0;
  const std::vector<Octets32> edges = EdgeNumbers();
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const Number u = kOrder.Reduce(ReadNumber(edges[i]));
    const Number v = kOrder.Reduce(ReadNumber(edges[(i * 7 + 3) % edges.size()]));
    Number x;
    Number y;
    ToAffine(MultiplyAdd(u, v, q, kOne), x, y);
    const Number r = kOrder.Reduce(x);
    Number s;
    Number digest;
    kOrder.Multiply(s, r, kOrder.Invert(kOrder.ToForm(v)));
    kOrder.Multiply(digest, kOrder.ToForm(u), s);
    const bool possible = IsScalar(r) && IsScalar(s);
    valid += possible ? 1 : 0;
    CompareVerdict(key, ToOctets(digest), Join(ToOctets(r), ToOctets(s)), possible);
  }
  EXPECT_GT(valid, 30);
}

// uG + vQ is the point at infinity when u = -v * d: no signature, whatever r says.
TEST_F(P256Test, RefusesThePointAtInfinity) {
  const P256Scalar secret = Random();
  const P256PublicKey key = reference_.PublicKey(secret);
  const Number d = kOrder.ToForm(ReadNumber(secret));
  for (const Octets32& r : {Near({}, 1), Random(), Near(kN, -1)}) {
    const Octets32 s = Random();
    Number digest;  // u = digest / s, v = r / s: digest = -r * d
    kOrder.Multiply(digest, ReadNumber(r), d);
    kOrder.Subtract(digest, Number{}, digest);
    CompareVerdict(key, ToOctets(digest), Join(r, s), false);
  }
}

// Both signatures of a pair verify, as the standard says; an image is named by its digest, so that
// nothing depends on which one it carries.
TEST_F(P256Test, AcceptsTheOtherSignatureOfThePair) {
  const P256Scalar secret = Random();
  const Digest digest = Random();
  const P256Signature signature = reference_.Sign(secret, digest);
  Number other;
  SubtractLimbs(other, kOrder.value(), ReadNumber(std::span(signature).last<32>()));
  Octets32 r;
  CopyBytes(Bytes(signature).first(32), r);
  CompareVerdict(reference_.PublicKey(secret), digest, Join(r, ToOctets(other)), true);
}

// x + p would be the same number to the field: only the one encoding is a key.
TEST_F(P256Test, RefusesCoordinatesThatAreNotReduced) {
  // The point with x = 5 (its y from y^2 = x^3 - 3x + b) also fits 256 bits as x + p.
  const auto y = Hex<32>("459243B9AA581806FE913BCE99817ADE11CA503C64D9A3C533415C083248FBCC");
  Point point;
  EXPECT_TRUE(MakePoint({5}, ReadNumber(y), point));
  EXPECT_FALSE(MakePoint(ReadNumber(Near(kP, 5)), ReadNumber(y), point));
  EXPECT_FALSE(MakePoint({}, {}, point));
}

TEST_F(P256Test, BlindingChangesNothingInTheResult) {
  const Number k = kOrder.Reduce(ReadNumber(Random()));
  Number x;
  Number y;
  ToAffine(MultiplyAdd(k, {}, kBase, kOne), x, y);
  for (int i = 0; i < 5; ++i) {
    Number other_x;
    Number other_y;
    const Number blinding = kField.ToForm(ReadNumber(Random()));
    ToAffine(MultiplyAdd(k, {}, kBase, blinding), other_x, other_y);
    EXPECT_EQ(x, other_x);
    EXPECT_EQ(y, other_y);
  }
}

TEST_F(P256Test, TheOrderTimesThePointIsInfinity) {
  Number x{1};
  Number y{1};
  ToAffine(MultiplyAdd(kOrder.value(), {}, kBase, kOne), x, y);
  EXPECT_TRUE(IsZero(x) && IsZero(y));
}

TEST(Modulus, InvertsAndReduces) {
  for (const Octets32& edge : EdgeNumbers()) {
    for (const Modulus* modulus : {&kField, &kOrder}) {
      const Number number = modulus->Reduce(ReadNumber(edge));
      EXPECT_TRUE(IsBelow(number, modulus->value()));
      const Number form = modulus->ToForm(number);
      Number product;
      modulus->Multiply(product, form, modulus->Invert(form));
      EXPECT_EQ(modulus->FromForm(product), IsZero(number) ? Number{} : Number{1});
    }
  }
}

}  // namespace
}  // namespace linnet::crypto::internal
