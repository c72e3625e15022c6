// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The two TLV areas behind an image's body, read in one direction and never beyond their ends.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "crypto/sha256.hpp"
#include "image/header.hpp"
#include "image/source.hpp"
#include "image/verdict.hpp"

namespace linnet::image {

inline constexpr std::uint16_t kProtectedTlvMagic = 0x6908;
inline constexpr std::uint16_t kUnprotectedTlvMagic = 0x6907;
/// {u16 magic, u16 size with these bytes} of an area; {u16 type, u16 length} of an entry.
inline constexpr std::uint32_t kTlvInfoSize = 4;
inline constexpr std::uint32_t kTlvEntrySize = 4;

namespace tlv {
inline constexpr std::uint16_t kKeyHash = 0x01;
inline constexpr std::uint16_t kPublicKey = 0x02;
inline constexpr std::uint16_t kSha256 = 0x10;
inline constexpr std::uint16_t kSha384 = 0x11;
inline constexpr std::uint16_t kSha512 = 0x12;
inline constexpr std::uint16_t kRsa2048 = 0x20;
inline constexpr std::uint16_t kEcdsaDead = 0x21;
inline constexpr std::uint16_t kEcdsa = 0x22;
inline constexpr std::uint16_t kRsa3072 = 0x23;
inline constexpr std::uint16_t kEd25519 = 0x24;
inline constexpr std::uint16_t kSignaturePure = 0x25;
inline constexpr std::uint16_t kEncryptionFirst = 0x30;
inline constexpr std::uint16_t kEncryptionLast = 0x34;
inline constexpr std::uint16_t kDependency = 0x40;
inline constexpr std::uint16_t kSecurityCounter = 0x50;
inline constexpr std::uint16_t kBootRecord = 0x60;
inline constexpr std::uint16_t kVendorId = 0x74;
inline constexpr std::uint16_t kClassId = 0x75;
/// The nRF Connect SDK's list of the other images' digests.
inline constexpr std::uint16_t kDigestList = 0x76;
/// Linnet's release manifest: docs/formats/manifest.md.
inline constexpr std::uint16_t kManifest = 0x4CA0;
/// The firmware that the program's Wi-Fi driver needs: src/radio/requirement.hpp.
inline constexpr std::uint16_t kRadioRequirement = 0x4CA1;
/// A type whose low byte is from 0xA0 to 0xFE belongs to the vendor.
}  // namespace tlv

/// Reads a source from front to back, each byte once, and hashes what it passes over: what was
/// judged and what was hashed are then the same bytes, even if the medium changes its mind.
class Cursor {
 public:
  explicit Cursor(Source& source, std::uint32_t offset = 0) : source_(source), offset_(offset) {}

  /// Everything from here on goes into `hash`, read through `scratch` (at least 1 byte; larger is
  /// faster) where nobody asks for it. `hash` == nullptr ends that. Neither is owned.
  void HashInto(crypto::Sha256* hash, MutableBytes scratch) {
    hash_ = hash;
    scratch_ = scratch;
  }

  Verdict Read(MutableBytes out);
  Verdict SkipTo(std::uint32_t offset);
  [[nodiscard]] std::uint32_t offset() const { return offset_; }

 private:
  Source& source_;
  std::uint32_t offset_;
  crypto::Sha256* hash_ = nullptr;
  MutableBytes scratch_;
};

struct TlvEntry {
  std::uint16_t type = 0;
  std::uint16_t length = 0;
  std::uint32_t offset = 0;  ///< Of the value, from the image's first byte.
};

/// One area:
///   TlvArea area(cursor);
///   verdict = area.Open(kProtectedTlvMagic);
///   while (verdict.ok() && !area.at_end()) { verdict = area.Next(entry); ... area.ReadValue(...) }
class TlvArea {
 public:
  explicit TlvArea(Cursor& cursor) : cursor_(cursor) {}

  /// The cursor stands at the area's first byte. kBadTlvMagic, kTlvSizeMismatch.
  Verdict Open(std::uint16_t magic);
  [[nodiscard]] bool at_end() const { return next_ == end_; }
  /// Steps over what is left of the current value, to the next entry. kTlvOverrun.
  Verdict Next(TlvEntry& entry);
  /// Reads all of the current value; `out` has exactly its length. kTlvBadLength if it has not.
  Verdict ReadValue(MutableBytes out);
  /// Steps over what is left, so that the cursor stands at end().
  Verdict Finish();

  /// Size that the area states, and the image's offset behind it. Valid after Open().
  [[nodiscard]] std::uint32_t size() const { return end_ - begin_; }
  [[nodiscard]] std::uint32_t end() const { return end_; }

 private:
  Cursor& cursor_;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t next_ = 0;  ///< Where the next entry begins.
};

/// Finds protected entries of one type after another, for readers of a release's parts:
///   TlvEntry entry;  // offset 0: from the first
///   while (FindProtected(source, header, type, entry).ok()) { ... }
/// kNotFound: no further one. kMalformed, or what the source returned: the area cannot be read.
/// The image must have been verified.
Status FindProtected(Source& source, const Header& header, std::uint16_t type, TlvEntry& entry);

}  // namespace linnet::image
