// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/private_key.hpp"

#include <mbedtls/ecdsa.h>
#include <mbedtls/platform_util.h>

#include "crypto/mbedtls_glue.hpp"

namespace linnet::crypto {
namespace {

using internal::FromMbedtls;
using internal::Number;
using internal::Octets;

// A random scalar is refused with a probability of 2^-32; more than a few in a row are a fault.
constexpr int kGenerateAttempts = 4;

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
  for (int i = 0; i < kGenerateAttempts && status == Code::kOutOfRange; ++i) {
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
  internal::P256 group;
  Number number;
  int error = group.Load();
  if (error == 0) {
    error = number.Read(scalar);
  }
  LINNET_TRY(FromMbedtls(error));
  if (mbedtls_ecp_check_privkey(group.get(), number.get()) != 0) {
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
  internal::P256 group;
  Number scalar;
  Number r;
  Number s;
  int error = group.Load();
  if (error == 0) {
    error = scalar.Read(scalar_);
  }
  if (error == 0) {
    error =
        mbedtls_ecdsa_sign_det_ext(group.get(), r.get(), s.get(), scalar.get(), Octets(digest),
                                   digest.size(), MBEDTLS_MD_SHA256, Random::Callback, &blinding_);
  }
  if (error == 0) {
    error = r.Write(MutableBytes(out).first(out.size() / 2));
  }
  if (error == 0) {
    error = s.Write(MutableBytes(out).last(out.size() / 2));
  }
  return FromMbedtls(error);
}

Status PrivateKey::PublicKey(P256PublicKey& out) {
  if (!has_key_) {
    return Code::kFailedPrecondition;
  }
  if (!has_public_key_) {
    internal::P256 group;
    internal::Point point;
    Number scalar;
    int error = group.Load();
    if (error == 0) {
      error = scalar.Read(scalar_);
    }
    if (error == 0) {
      error = mbedtls_ecp_mul(group.get(), point.get(), scalar.get(), &group->G, Random::Callback,
                              &blinding_);
    }
    if (error == 0) {
      error = point.Write(public_key_);
    }
    LINNET_TRY(FromMbedtls(error));
    has_public_key_ = true;
  }
  out = public_key_;
  return OkStatus();
}

}  // namespace linnet::crypto
