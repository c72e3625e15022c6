// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/private_key.hpp"

#include <mbedtls/platform_util.h>

#include "crypto/hmac_drbg.hpp"
#include "crypto/mbedtls_glue.hpp"

namespace linnet::crypto {
namespace {

using internal::FromMbedtls;
using internal::Number;
using internal::P256;
using internal::Point;

// A random number is refused with a probability of 2^-32; more than a few in a row are a fault.
constexpr int kAttempts = 4;

// 0, or an error also when the number is zero or not below the group order.
int ReadScalar(P256& group, const P256Scalar& scalar, Number& out) {
  LINNET_TRY_MBEDTLS(group.Load());
  LINNET_TRY_MBEDTLS(out.Read(scalar));
  return mbedtls_ecp_check_privkey(group.get(), out.get());
}

int DerivePublicKey(const P256Scalar& scalar, Random& blinding, P256PublicKey& out) {
  P256 group;
  Point point;
  Number d;
  LINNET_TRY_MBEDTLS(ReadScalar(group, scalar, d));
  LINNET_TRY_MBEDTLS(
      mbedtls_ecp_mul(group.get(), point.get(), d.get(), &group->G, Random::Callback, &blinding));
  return point.Write(out);
}

// The secret number of a signature (RFC 6979, 3.2): one of the candidates that key and digest alone
// determine.
class SecretNumbers {
 public:
  SecretNumbers() = default;
  ~SecretNumbers() { mbedtls_platform_zeroize(seed_.data(), seed_.size()); }
  SecretNumbers(const SecretNumbers&) = delete;
  SecretNumbers& operator=(const SecretNumbers&) = delete;

  int Begin(const P256Scalar& scalar, const Number& reduced_digest) {
    CopyBytes(scalar, seed_);
    LINNET_TRY_MBEDTLS(reduced_digest.Write(MutableBytes(seed_).last(sizeof(Digest))));
    generator_.Seed(seed_);
    return 0;
  }
  int Next(Number& out) {
    const MutableBytes candidate = MutableBytes(seed_).first(sizeof(P256Scalar));
    generator_.Generate(candidate);
    return out.Read(candidate);
  }

 private:
  std::array<std::byte, sizeof(P256Scalar) + sizeof(Digest)> seed_;
  HmacDrbg generator_;
};

// One try (FIPS 186-4, 6.4): r = x(kG), s = (e + rd) / k. Both factors of the last division carry
// the random factor t, so that the time it takes tells nothing about k or d.
int SignWith(P256& group, Number& k, Number& d, Number& e, Random& blinding, Number& r, Number& s) {
  mbedtls_mpi* order = &group->N;
  Point point;
  Number t;
  LINNET_TRY_MBEDTLS(
      mbedtls_ecp_mul(group.get(), point.get(), k.get(), &group->G, Random::Callback, &blinding));
  LINNET_TRY_MBEDTLS(mbedtls_mpi_mod_mpi(r.get(), &point->X, order));
  LINNET_TRY_MBEDTLS(mbedtls_mpi_random(t.get(), 1, order, Random::Callback, &blinding));
  LINNET_TRY_MBEDTLS(mbedtls_mpi_mul_mpi(s.get(), r.get(), d.get()));
  LINNET_TRY_MBEDTLS(mbedtls_mpi_add_mpi(s.get(), s.get(), e.get()));
  LINNET_TRY_MBEDTLS(mbedtls_mpi_mul_mpi(s.get(), s.get(), t.get()));
  LINNET_TRY_MBEDTLS(mbedtls_mpi_mul_mpi(k.get(), k.get(), t.get()));
  LINNET_TRY_MBEDTLS(mbedtls_mpi_mod_mpi(k.get(), k.get(), order));
  LINNET_TRY_MBEDTLS(mbedtls_mpi_inv_mod(t.get(), k.get(), order));
  LINNET_TRY_MBEDTLS(mbedtls_mpi_mul_mpi(s.get(), s.get(), t.get()));
  return mbedtls_mpi_mod_mpi(s.get(), s.get(), order);
}

int SignDigest(const P256Scalar& scalar, const Digest& digest, Random& blinding,
               P256Signature& out) {
  P256 group;
  Number d;
  Number e;
  Number k;
  Number r;
  Number s;
  SecretNumbers numbers;
  LINNET_TRY_MBEDTLS(ReadScalar(group, scalar, d));
  LINNET_TRY_MBEDTLS(e.Read(digest));
  LINNET_TRY_MBEDTLS(mbedtls_mpi_mod_mpi(e.get(), e.get(), &group->N));
  LINNET_TRY_MBEDTLS(numbers.Begin(scalar, e));
  for (int i = 0; i < kAttempts; ++i) {
    LINNET_TRY_MBEDTLS(numbers.Next(k));
    if (mbedtls_ecp_check_privkey(group.get(), k.get()) != 0) {
      continue;
    }
    LINNET_TRY_MBEDTLS(SignWith(group, k, d, e, blinding, r, s));
    if (mbedtls_mpi_cmp_int(r.get(), 0) != 0 && mbedtls_mpi_cmp_int(s.get(), 0) != 0) {
      LINNET_TRY_MBEDTLS(r.Write(MutableBytes(out).first(out.size() / 2)));
      return s.Write(MutableBytes(out).last(out.size() / 2));
    }
  }
  return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
}

}  // namespace

PrivateKey::~PrivateKey() {
  Clear();
}

void PrivateKey::Clear() {
  mbedtls_platform_zeroize(scalar_.data(), scalar_.size());
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
  mbedtls_platform_zeroize(candidate.data(), candidate.size());
  return status == Code::kOutOfRange ? Status(Code::kUnavailable) : status;
}

Status PrivateKey::Load(const P256Scalar& scalar) {
  Clear();
  P256 group;
  Number number;
  const int error = ReadScalar(group, scalar, number);
  if (error == MBEDTLS_ERR_ECP_INVALID_KEY) {
    return Code::kOutOfRange;
  }
  LINNET_TRY(FromMbedtls(error));
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
  return FromMbedtls(SignDigest(scalar_, digest, blinding_, out));
}

Status PrivateKey::PublicKey(P256PublicKey& out) {
  if (!has_key_) {
    return Code::kFailedPrecondition;
  }
  if (!has_public_key_) {
    LINNET_TRY(FromMbedtls(DerivePublicKey(scalar_, blinding_, public_key_)));
    has_public_key_ = true;
  }
  out = public_key_;
  return OkStatus();
}

}  // namespace linnet::crypto
