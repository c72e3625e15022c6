// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/ecdsa.hpp"

#include <algorithm>

#include "crypto/p256.hpp"

namespace linnet::crypto {
namespace {

using internal::IsScalar;
using internal::kNumberSize;
using internal::kOrder;
using internal::Number;
using internal::ReadNumber;

constexpr std::byte kSequence{0x30};
constexpr std::byte kInteger{0x02};
constexpr std::byte kTopBit{0x80};

// Everything of a P-256 SubjectPublicKeyInfo before x: the algorithm, the curve, "uncompressed".
constexpr std::array<std::uint8_t, 27> kKeyPrefix = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06,
    0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};

// Takes one INTEGER from the front of `der`. Lengths here are below 128, so their short form is the
// only shortest one.
Status TakeInteger(Bytes& der, MutableBytes out) {
  if (der.size() < 3 || der[0] != kInteger) {
    return Code::kMalformed;
  }
  const auto length = std::to_integer<std::size_t>(der[1]);
  if (length == 0 || length > kNumberSize + 1 || length > der.size() - 2) {
    return Code::kMalformed;
  }
  Bytes value = der.subspan(2, length);
  der = der.subspan(2 + length);
  if ((value[0] & kTopBit) != std::byte{0}) {
    return Code::kMalformed;  // negative
  }
  if (value[0] == std::byte{0} && length > 1) {
    value = value.subspan(1);
    if ((value[0] & kTopBit) == std::byte{0}) {
      return Code::kMalformed;  // a zero too many
    }
  }
  if (value.size() > kNumberSize) {
    return Code::kMalformed;
  }
  std::ranges::fill(out, std::byte{0});
  CopyBytes(value, out.last(value.size()));
  return OkStatus();
}

// Writes one INTEGER to the front of `out` (at least 35 bytes) and returns its length.
std::size_t PutInteger(Bytes number, MutableBytes out) {
  while (number.size() > 1 && number[0] == std::byte{0}) {
    number = number.subspan(1);
  }
  const std::size_t sign = (number[0] & kTopBit) != std::byte{0} ? 1 : 0;
  out[0] = kInteger;
  out[1] = static_cast<std::byte>(number.size() + sign);
  out[2] = std::byte{0};
  CopyBytes(number, out.subspan(2 + sign));
  return 2 + sign + number.size();
}

}  // namespace

// FIPS 186-4, 6.4. At infinity x comes out as 0, which r is not.
Status VerifyP256(const P256PublicKey& key, const Digest& digest, const P256Signature& signature) {
  const Number r = ReadNumber(std::span(signature).first<kNumberSize>());
  const Number s = ReadNumber(std::span(signature).last<kNumberSize>());
  internal::Point point;
  if (!IsScalar(r) || !IsScalar(s) ||
      !internal::MakePoint(ReadNumber(std::span(key).first<kNumberSize>()),
                           ReadNumber(std::span(key).last<kNumberSize>()), point)) {
    return Code::kUnauthenticated;
  }
  const Number inverse = kOrder.Invert(kOrder.ToForm(s));
  Number u;
  Number v;
  kOrder.Multiply(u, ReadNumber(digest), inverse);
  kOrder.Multiply(v, r, inverse);
  Number x;
  Number y;
  internal::ToAffine(internal::MultiplyAdd(u, v, point, internal::kOne), x, y);
  return kOrder.Reduce(x) == r ? OkStatus() : Code::kUnauthenticated;
}

Status DecodeSignatureDer(Bytes der, P256Signature& out) {
  if (der.size() < 2 || der.size() > kMaxSignatureDerSize || der[0] != kSequence ||
      std::to_integer<std::size_t>(der[1]) != der.size() - 2) {
    return Code::kMalformed;
  }
  der = der.subspan(2);
  LINNET_TRY(TakeInteger(der, MutableBytes(out).first(kNumberSize)));
  LINNET_TRY(TakeInteger(der, MutableBytes(out).last(kNumberSize)));
  return der.empty() ? OkStatus() : Code::kMalformed;
}

std::size_t EncodeSignatureDer(const P256Signature& signature,
                               std::span<std::byte, kMaxSignatureDerSize> out) {
  std::size_t size = 2;
  size += PutInteger(Bytes(signature).first(kNumberSize), out.subspan(size));
  size += PutInteger(Bytes(signature).last(kNumberSize), out.subspan(size));
  out[0] = kSequence;
  out[1] = static_cast<std::byte>(size - 2);
  return size;
}

P256PublicKeyDer EncodePublicKeyDer(const P256PublicKey& key) {
  P256PublicKeyDer der;
  CopyBytes(std::as_bytes(std::span(kKeyPrefix)), der);
  CopyBytes(key, MutableBytes(der).subspan(kKeyPrefix.size()));
  return der;
}

Status DecodePublicKeyDer(Bytes der, P256PublicKey& out) {
  const Bytes prefix = std::as_bytes(std::span(kKeyPrefix));
  if (der.size() != prefix.size() + out.size() || !Equal(der.first(prefix.size()), prefix)) {
    return Code::kMalformed;
  }
  CopyBytes(der.subspan(prefix.size()), out);
  return OkStatus();
}

Digest KeyHash(const P256PublicKey& key) {
  return Hash(EncodePublicKeyDer(key));
}

}  // namespace linnet::crypto
