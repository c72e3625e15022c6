// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A part of a release: some bytes in the store, known by their digest.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/view.hpp"
#include "crypto/sha256.hpp"

namespace linnet::release {

/// The values stand in flash: never reuse one.
enum class PartKind : std::uint8_t {
  kApplication = 1,  ///< A whole MCUboot image file; the release is named by its digest.
  kBootImage = 2,    ///< A whole MCUboot image file of another execution area.
  kCompanion = 3,    ///< Anything else: Wi-Fi firmware, certificates, a model.
};

/// "application", "boot image", "companion".
StringView ToString(PartKind kind);

/// MCUboot images are known by their image digest (`image::Info::digest`), everything else by the
/// SHA-256 of all its bytes.
constexpr bool IsImage(PartKind kind) {
  return kind != PartKind::kCompanion;
}

enum class PartState : std::uint8_t {
  kPartial = 1,   ///< Space is reserved; some bytes may be there. Has no digest yet.
  kComplete = 2,  ///< All bytes are there and were read back against the digest.
};

/// The caller's name for one download: the same tag finds the same half-written part again, after
/// any reset. For instance the first 8 bytes of a hash over job, location and version.
using PartTag = std::uint64_t;

/// As it lies in the store's directory, too: docs/formats/store.md.
struct Part {
  std::uint32_t offset = 0;  ///< Of the first byte, in the store's region; the start of a page.
  std::uint32_t length = 0;  ///< Bytes of content.
  /// Of a partial part: bytes from its start that need not be looked at to find where writing goes
  /// on. Whole pages.
  std::uint32_t progress = 0;
  PartKind kind{};  ///< All zero is no part.
  PartState state{};
  /// Of a partial part, 1: writing goes on at `progress` exactly, once that page was erased.
  /// Otherwise 0.
  std::uint8_t rewinding = 0;
  std::uint8_t reserved = 0;
  PartTag tag = 0;
  crypto::Digest digest{};  ///< Only of a complete part.
};
static_assert(std::has_unique_object_representations_v<Part> && sizeof(Part) == 56);

}  // namespace linnet::release
