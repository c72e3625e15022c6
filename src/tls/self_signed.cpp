// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/self_signed.hpp"

#include "crypto/ecdsa.hpp"
#include "crypto/sha256.hpp"

namespace linnet::tls {

namespace {

enum Tag : std::uint8_t {
  kInteger = 0x02,
  kBitString = 0x03,
  kOctetString = 0x04,
  kUtf8String = 0x0C,
  kSequence = 0x30,
  kSet = 0x31,
  kDnsName = 0x82,
  kIpAddress = 0x87,
  kExtensions = 0xA3,
};

using namespace std::string_view_literals;
// Object identifiers, whole.
constexpr auto kEcdsaWithSha256 = "\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02"sv;
constexpr auto kCommonName = "\x06\x03\x55\x04\x03"sv;
constexpr auto kSubjectAltName = "\x06\x03\x55\x1D\x11"sv;
// Whole values.
constexpr auto kVersion3 = "\xA0\x03\x02\x01\x02"sv;
// From 2020 to the date that says "no end" (RFC 5280, 4.1.2.5).
constexpr auto kAlwaysValid =
    "\x30\x20"
    "\x17\x0D"
    "200101000000Z"
    "\x18\x0F"
    "99991231235959Z"sv;
constexpr auto kNoAuthority = "\x30\x0C\x06\x03\x55\x1D\x13\x01\x01\xFF\x04\x02\x30\x00"sv;
constexpr auto kServerUsage =
    "\x30\x13\x06\x03\x55\x1D\x25\x04\x0C\x30\x0A\x06\x08\x2B\x06\x01\x05\x05\x07\x03\x01"sv;

/// Writes DER from the end to the front: what is in a value is there before its length is asked
/// for.
class BackWriter {
 public:
  explicit BackWriter(MutableBytes out) : out_(out), at_(out.size()) {}

  void Put(Bytes bytes) {
    if (bytes.size() > at_) {
      failed_ = true;
      return;
    }
    at_ -= bytes.size();
    CopyBytes(bytes, out_.subspan(at_));
  }
  void Put(std::string_view bytes) { Put(AsBytes(bytes)); }
  void Put(std::uint8_t byte) { Put(std::as_bytes(std::span(&byte, 1))); }
  /// Tag and length for all that was written since mark() was `end`.
  void Wrap(std::uint8_t tag, std::size_t end) {
    const std::size_t size = end - at_;
    Put(static_cast<std::uint8_t>(size));
    if (size > 0xFF) {
      Put(static_cast<std::uint8_t>(size >> 8));
    }
    if (size > 0x7F) {
      Put(static_cast<std::uint8_t>(size > 0xFF ? 0x82 : 0x81));
    }
    Put(tag);
  }
  void Value(std::uint8_t tag, Bytes value) {
    const std::size_t end = mark();
    Put(value);
    Wrap(tag, end);
  }
  [[nodiscard]] std::size_t mark() const { return at_; }
  [[nodiscard]] Bytes written() const { return out_.subspan(at_); }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  MutableBytes out_;
  std::size_t at_;
  bool failed_ = false;
};

void PutName(BackWriter& out, std::string_view common_name) {
  const std::size_t end = out.mark();
  out.Value(kUtf8String, AsBytes(common_name));
  out.Put(kCommonName);
  out.Wrap(kSequence, end);
  out.Wrap(kSet, end);
  out.Wrap(kSequence, end);
}

void PutExtensions(BackWriter& out, const SelfSignedSubject& subject) {
  const std::size_t end = out.mark();
  out.Put(kServerUsage);
  out.Put(kNoAuthority);
  const std::size_t names = out.mark();
  out.Value(kIpAddress, std::as_bytes(std::span(subject.address)));
  out.Value(kDnsName, AsBytes(subject.dns_name));
  out.Wrap(kSequence, names);
  out.Wrap(kOctetString, names);
  out.Put(kSubjectAltName);
  out.Wrap(kSequence, names);
  out.Wrap(kSequence, end);
  out.Wrap(kExtensions, end);
}

void PutAlgorithm(BackWriter& out) {
  out.Value(kSequence, AsBytes(kEcdsaWithSha256));
}

void PutBody(BackWriter& out, const SelfSignedSubject& subject, const crypto::P256PublicKey& key) {
  const std::size_t end = out.mark();
  PutExtensions(out, subject);
  out.Put(crypto::EncodePublicKeyDer(key));
  PutName(out, subject.common_name);
  out.Put(kAlwaysValid);
  PutName(out, subject.common_name);
  PutAlgorithm(out);
  crypto::Digest serial = crypto::Hash(key);
  // Positive, and no zero in front.
  serial[0] = (serial[0] & std::byte{0x3F}) | std::byte{0x40};
  constexpr std::size_t kSerialSize = 8;
  out.Value(kInteger, Bytes(serial).first(kSerialSize));
  out.Put(kVersion3);
  out.Wrap(kSequence, end);
}

bool Fits(std::string_view name) {
  return !name.empty() && name.size() <= SelfSignedSubject::kMaxName;
}

}  // namespace

Result<Bytes> MakeSelfSigned(crypto::Signer& signer, const SelfSignedSubject& subject,
                             MutableBytes out) {
  if (!Fits(subject.common_name) || !Fits(subject.dns_name)) {
    return Code::kInvalidArgument;
  }
  crypto::P256PublicKey key{};
  LINNET_TRY(signer.PublicKey(key));
  BackWriter body(out);
  PutBody(body, subject, key);
  crypto::P256Signature signature{};
  LINNET_TRY(signer.Sign(crypto::Hash(body.written()), signature));
  std::array<std::byte, crypto::kMaxSignatureDerSize> encoded{};
  LINNET_TRY_ASSIGN(const std::size_t size, crypto::EncodeSignatureDer(signature, encoded));
  // Once more, with the signature behind it.
  BackWriter whole(out);
  whole.Put(Bytes(encoded).first(size));
  whole.Put(std::uint8_t{0});
  whole.Wrap(kBitString, out.size());
  PutAlgorithm(whole);
  PutBody(whole, subject, key);
  whole.Wrap(kSequence, out.size());
  return whole.failed() ? Result<Bytes>(Code::kTooLarge) : whole.written();
}

}  // namespace linnet::tls
