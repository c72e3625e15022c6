// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/self_signed.hpp"
#include "base/view.hpp"

#include "base/endian.hpp"
#include "crypto/ecdsa.hpp"
#include "crypto/sha256.hpp"

namespace linnet::tls {

namespace {

// What stands in a form for something else: 0xE0 and one of these for its bytes, 0xE8 and one of
// these for its size and the byte that follows (a length in DER), 0xF0 for the form's end.
enum Field : std::uint8_t {
  kAlgorithm,
  kSerial,
  kCommonName,
  kKey,
  kDnsName,
  kAddress,
  kSignature,
};
using Fields = std::array<Bytes, 7>;
constexpr std::uint8_t kBytesOf = 0xE0;
constexpr std::uint8_t kSizeOf = 0xE8;
constexpr std::uint8_t kEnd = 0xF0;

using namespace std::string_view_literals;
// The rest is DER as it stands (RFC 5280, 4.1).
constexpr auto kEcdsaWithSha256 = "\x30\x0A\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02"sv;
// TBSCertificate without its header: version 3, serial number, algorithm, issuer, validity from
// 2020 to the date that says "no end" (4.1.2.5), subject, key; that it is for these names, for no
// authority, for a TLS server.
constexpr const char* kBodyForm =
    "\xA0\x03\x02\x01\x02"
    "\x02\xE9\x00\xE1"
    "\xE0"
    "\x30\xEA\x0B\x31\xEA\x09\x30\xEA\x07\x06\x03\x55\x04\x03\x0C\xEA\x00\xE2"
    "\x30\x20\x17\x0D"
    "200101000000Z"
    "\x18\x0F"
    "99991231235959Z"
    "\x30\xEA\x0B\x31\xEA\x09\x30\xEA\x07\x06\x03\x55\x04\x03\x0C\xEA\x00\xE2"
    "\xE3"
    "\xA3\xEC\x38\x30\xEC\x36"
    "\x30\xEC\x11\x06\x03\x55\x1D\x11\x04\xEC\x0A\x30\xEC\x08\x82\xEC\x00\xE4\x87\x04\xE5"
    "\x30\x0C\x06\x03\x55\x1D\x13\x01\x01\xFF\x04\x02\x30\x00"
    "\x30\x13\x06\x03\x55\x1D\x25\x04\x0C\x30\x0A\x06\x08\x2B\x06\x01\x05\x05\x07\x03\x01\xF0";
// What follows it: algorithm and signature.
constexpr const char* kTailForm = "\xE0\x03\xEE\x01\x00\xE6\xF0";

/// Writes the form, filled in, and returns its size.
std::size_t Fill(const char* form, const Fields& fields, MutableBytes out) {
  std::size_t size = 0;
  for (;;) {
    const auto byte = static_cast<std::uint8_t>(*form++);
    if (byte == kEnd) {
      return size;
    }
    if (byte < kBytesOf || byte > kEnd) {
      out[size++] = static_cast<std::byte>(byte);
    } else if (byte < kSizeOf) {
      size += CopyBytes(fields[byte - kBytesOf], out.subspan(size));
    } else {
      out[size++] = static_cast<std::byte>(fields[byte - kSizeOf].size() + *form++);
    }
  }
}

constexpr std::size_t kHeaderSize = 4;
constexpr std::size_t kSerialSize = 20;

/// A SEQUENCE of 256 bytes or more.
void PutHeader(std::size_t size, MutableBytes out) {
  StoreBe32(static_cast<std::uint32_t>(0x3082'0000 + size), out);
}

bool Fits(StringView name) {
  return name.size() >= SelfSignedSubject::kMinName && name.size() <= SelfSignedSubject::kMaxName;
}

}  // namespace

Result<Bytes> MakeSelfSigned(crypto::Signer& signer, const SelfSignedSubject& subject,
                             MutableBytes out) {
  if (!Fits(subject.common_name) || !Fits(subject.dns_name)) {
    return Code::kInvalidArgument;
  }
  if (out.size() < kMaxSelfSignedSize) {
    return Code::kTooLarge;
  }
  crypto::P256PublicKey key;
  LINNET_TRY(signer.PublicKey(key));
  const crypto::P256PublicKeyDer encoded_key = crypto::EncodePublicKeyDer(key);
  crypto::Digest serial = crypto::Hash(key);
  // Positive, and no zero in front.
  serial[0] = (serial[0] & std::byte{0x3F}) | std::byte{0x40};
  Fields fields{AsBytes(kEcdsaWithSha256),    Bytes(serial).first(kSerialSize),
                AsBytes(subject.common_name), encoded_key,
                AsBytes(subject.dns_name),    std::as_bytes(std::span(subject.address))};

  const MutableBytes body = out.subspan(kHeaderSize);
  const std::size_t body_size = Fill(kBodyForm, fields, body.subspan(kHeaderSize));
  PutHeader(body_size, body);
  crypto::P256Signature signature;
  LINNET_TRY(signer.Sign(crypto::Hash(body.first(kHeaderSize + body_size)), signature));
  std::array<std::byte, crypto::kMaxSignatureDerSize> encoded;
  fields[kSignature] = Bytes(encoded).first(crypto::EncodeSignatureDer(signature, encoded));
  const std::size_t end = kHeaderSize + body_size;
  const std::size_t whole = end + Fill(kTailForm, fields, body.subspan(end));
  PutHeader(whole, out);
  return Bytes(out).first(kHeaderSize + whole);
}

}  // namespace linnet::tls
