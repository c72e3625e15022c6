// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The release manifest: a signed entry of the application image that names every other part of the
// release. docs/formats/manifest.md has the bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "image/header.hpp"
#include "image/source.hpp"

namespace linnet::image {

/// Two releases of this size fit the store's directory.
inline constexpr std::size_t kMaxManifestEntries = 15;
inline constexpr std::size_t kManifestEntrySize = 48;
inline constexpr std::uint8_t kMaxBootImageIndex = 7;

/// The values stand in images, and are those of release::PartKind: never reuse one.
enum class ManifestKind : std::uint8_t {
  kBootImage = 2,  ///< Installed by boot into the execution area `index` (1 to 7).
  kCompanion = 3,  ///< Loaded by the application; `index` is a CompanionId.
};

/// What a companion is for. 0x80 and above are the product's own.
namespace companion {
inline constexpr std::uint8_t kWifiFirmware = 1;
inline constexpr std::uint8_t kCertificates = 2;
inline constexpr std::uint8_t kModel = 3;
inline constexpr std::uint8_t kFirstOfProduct = 0x80;
}  // namespace companion

struct ManifestEntry {
  ManifestKind kind{};
  std::uint8_t index = 0;
  /// Of a boot image: its header's. Of a companion: what its kind says; Wi-Fi firmware has the
  /// container's version word in `build`, and zeros before it.
  Version version{};
  std::uint32_t length = 0;  ///< Of the whole part, in bytes. 0: not stated (foreign manifest).
  /// Of a boot image: its image digest. Of a companion: SHA-256 of all its bytes.
  crypto::Digest digest{};
};

struct Manifest {
  std::uint8_t count = 0;
  std::array<ManifestEntry, kMaxManifestEntries> entries{};

  [[nodiscard]] Span<const ManifestEntry> view() const { return std::span(entries).first(count); }
  /// nullptr: it names no such part.
  [[nodiscard]] const ManifestEntry* Find(ManifestKind kind, std::uint8_t index) const;
};

/// Bytes of the entry's value in `out`, which has at least `manifest.count` * kManifestEntrySize.
Bytes EncodeManifest(const Manifest& manifest, MutableBytes out);

/// One entry of kManifestEntrySize bytes, for who reads them one by one. As DecodeManifest(), but
/// sees no other entry.
Status DecodeManifestEntry(Bytes bytes, ManifestEntry& out);

/// Of the value of one entry. kMalformed: a size, an index or a reserved byte that cannot be, or a
/// part named twice. kUnsupported: a kind that this version does not know. kTooLarge: too many.
Status DecodeManifest(Bytes value, Manifest& out);

/// What a verified application image names. No manifest: ok, with nothing in it. Understands the
/// digest list of the nRF Connect SDK (TLV 0x76) where there is no manifest of ours. As
/// DecodeManifest(), or what the source returned; kMalformed also when there are two.
Status ReadManifest(Source& source, const Header& header, Manifest& out);

}  // namespace linnet::image
