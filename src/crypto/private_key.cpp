// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/private_key.hpp"

#include "crypto/hmac_drbg.hpp"
#include "crypto/p256.hpp"
#include "crypto/wipe.hpp"

namespace linnet::crypto {
namespace {

using internal::IsScalar;
using internal::kField;
using internal::kNumberSize;
using internal::kOrder;
using internal::Number;
using internal::ReadNumber;
using internal::WriteNumber;

// A random number is refused with a probability of 2^-32; more than a few in a row are a fault.
constexpr int kAttempts = 4;

// Everything that would give the key away; wiped at its end.
struct Secrets {
  Secrets() = default;
  ~Secrets() { Wipe(std::as_writable_bytes(std::span(this, 1))); }
  Secrets(const Secrets&) = delete;
  Secrets& operator=(const Secrets&) = delete;

  Number d;         ///< the key
  Number k;         ///< a signature's secret number
  Number blinding;  ///< of the curve's arithmetic, then of the group order's
  internal::Point point;
  std::array<std::byte, 2 * kNumberSize> bytes;
};

Status DrawBlinding(Random& random, Secrets& secrets) {
  const auto drawn = std::span(secrets.bytes).first<kNumberSize>();
  LINNET_TRY(random.Fill(drawn));
  secrets.blinding = ReadNumber(drawn);
  return OkStatus();
}

// x and y of k * G. The blinding is as good as never 0; if it were, x and y would be.
Status MultiplyBase(Random& random, Secrets& secrets, Number& x, Number& y) {
  LINNET_TRY(DrawBlinding(random, secrets));
  secrets.blinding = kField.ToForm(secrets.blinding);
  secrets.point = internal::MultiplyAdd(secrets.k, Number{}, internal::kBase, secrets.blinding);
  internal::ToAffine(secrets.point, x, y);
  return OkStatus();
}

// One try (FIPS 186-4, 6.4): r = x(kG), s = (e + rd) / k. Both factors of the division carry the
// blinding, so that the inversion works with a number that tells nothing about k.
Status SignWith(Random& random, Secrets& secrets, const Number& e, Number& r, Number& s) {
  LINNET_TRY(MultiplyBase(random, secrets, r, s));
  r = kOrder.Reduce(r);
  LINNET_TRY(DrawBlinding(random, secrets));
  const Number blinding = kOrder.ToForm(secrets.blinding);
  secrets.k = kOrder.ToForm(secrets.k);
  kOrder.Multiply(secrets.k, secrets.k, blinding);
  kOrder.Multiply(s, r, kOrder.ToForm(secrets.d));
  kOrder.Add(s, s, e);
  kOrder.Multiply(s, s, blinding);
  kOrder.Multiply(s, s, kOrder.Invert(secrets.k));
  return OkStatus();
}

// The secret numbers of a signature are those that key and digest alone determine (RFC 6979, 3.2).
Status SignDigest(const P256Scalar& scalar, const Digest& digest, Random& random,
                  P256Signature& out) {
  Secrets secrets;
  HmacDrbg numbers;
  const Number e = kOrder.Reduce(ReadNumber(digest));
  secrets.d = ReadNumber(scalar);
  CopyBytes(scalar, secrets.bytes);
  WriteNumber(e, std::span(secrets.bytes).last<kNumberSize>());
  numbers.Seed(secrets.bytes);
  for (int i = 0; i < kAttempts; ++i) {
    const auto candidate = std::span(secrets.bytes).first<kNumberSize>();
    numbers.Generate(candidate);
    secrets.k = ReadNumber(candidate);
    if (!IsScalar(secrets.k)) {
      continue;
    }
    Number r;
    Number s;
    LINNET_TRY(SignWith(random, secrets, e, r, s));
    if (!internal::IsZero(r) && !internal::IsZero(s)) {
      WriteNumber(r, std::span(out).first<kNumberSize>());
      WriteNumber(s, std::span(out).last<kNumberSize>());
      return OkStatus();
    }
  }
  return Code::kInternal;
}

Status DerivePublicKey(const P256Scalar& scalar, Random& random, P256PublicKey& out) {
  Secrets secrets;
  Number x;
  Number y;
  secrets.k = ReadNumber(scalar);
  LINNET_TRY(MultiplyBase(random, secrets, x, y));
  WriteNumber(x, std::span(out).first<kNumberSize>());
  WriteNumber(y, std::span(out).last<kNumberSize>());
  return OkStatus();
}

}  // namespace

PrivateKey::~PrivateKey() {
  Clear();
}

void PrivateKey::Clear() {
  Wipe(scalar_);
  has_key_ = false;
  has_public_key_ = false;
}

Status PrivateKey::Generate() {
  Clear();
  P256Scalar candidate;
  Status status = Code::kOutOfRange;
  for (int i = 0; i < kAttempts && status == Code::kOutOfRange; ++i) {
    status = blinding_.Fill(candidate);
    if (status.ok()) {
      status = Load(candidate);
    }
  }
  Wipe(candidate);
  return status == Code::kOutOfRange ? Status(Code::kUnavailable) : status;
}

Status PrivateKey::Load(const P256Scalar& scalar) {
  Clear();
  if (!IsScalar(ReadNumber(scalar))) {
    return Code::kOutOfRange;
  }
  scalar_ = scalar;
  has_key_ = true;
  return OkStatus();
}

Status PrivateKey::Export(P256Scalar& out) const {
  if (!has_key_) {
    return Code::kFailedPrecondition;
  }
  out = scalar_;
  return OkStatus();
}

Status PrivateKey::Sign(const Digest& digest, P256Signature& out) {
  if (!has_key_) {
    return Code::kFailedPrecondition;
  }
  return SignDigest(scalar_, digest, blinding_, out);
}

Status PrivateKey::PublicKey(P256PublicKey& out) {
  if (!has_key_) {
    return Code::kFailedPrecondition;
  }
  if (!has_public_key_) {
    LINNET_TRY(DerivePublicKey(scalar_, blinding_, public_key_));
    has_public_key_ = true;
  }
  out = public_key_;
  return OkStatus();
}

// HMAC with the scalar as its key. Signatures never use it so: RFC 6979 has it in the message.
Status PrivateKey::Derive(const Digest& context, Digest& out) {
  if (!has_key_) {
    return Code::kFailedPrecondition;
  }
  out = HmacSha256(scalar_, {context});
  return OkStatus();
}

}  // namespace linnet::crypto
