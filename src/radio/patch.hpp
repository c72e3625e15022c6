// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The nRF70 patch container: a header, then four images for the chip's memories.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "hal/radio.hpp"
#include "image/source.hpp"
#include "image/version.hpp"

namespace linnet::radio {

inline constexpr std::uint32_t kPatchSignature = 0xDEAD1EAF;
inline constexpr std::size_t kPatchHeaderSize = 52;
inline constexpr std::size_t kImageHeaderSize = 8;
/// The vendor reserves this much flash for a container; a longer one is refused.
inline constexpr std::uint32_t kMaxPatchSize = 0x20000;

namespace feature {
inline constexpr std::uint32_t kSystem = 1;
inline constexpr std::uint32_t kRadioTest = 2;
inline constexpr std::uint32_t kScanOnly = 4;
inline constexpr std::uint32_t kSystemWithRaw = 8;
inline constexpr std::uint32_t kOffloadedRawTx = 16;
}  // namespace feature

/// In the container: u32 signature, u32 number of images, u32 version, u32 features, u32 length,
/// 32 bytes of SHA-256. Little endian, packed. `length` and `digest` are over all bytes behind.
using PatchHeader = hal::RadioPatch;

/// In the container: u32 type, u32 length, then the data.
struct PatchImage {
  hal::RadioImage type{};
  std::uint32_t offset = 0;  ///< Of the data, from the container's first byte.
  std::uint32_t length = 0;  ///< At least 1.
};

struct Patch {
  PatchHeader header{};
  /// In the order of the file; each type once.
  std::array<PatchImage, hal::kRadioImageCount> images{};

  /// Bytes of the whole container.
  [[nodiscard]] std::uint32_t size() const {
    return static_cast<std::uint32_t>(kPatchHeaderSize) + header.length;
  }
  [[nodiscard]] const PatchImage& Find(hal::RadioImage type) const;
};

/// As the container has it.
std::array<std::byte, kImageHeaderSize> EncodeImageHeader(const PatchImage& image);

/// Whether these bytes begin like a container. Needs 4 of them.
bool IsPatch(Bytes first);

/// Of at least kPatchHeaderSize bytes. kMalformed: too short, another signature, not four images.
/// kTooLarge: longer than kMaxPatchSize or too short to hold four images.
Result<PatchHeader> DecodePatchHeader(Bytes bytes);

/// Header and the four image headers; reads no data, so nothing of it is trusted yet. The source
/// may be longer than the container. As DecodePatchHeader(), and: kMalformed, an unknown or a
/// second image of a type, lengths that do not add up. kOutOfRange: the source ends before the
/// container does. Else: what the source returned.
Result<Patch> ReadPatch(image::Source& source);

/// Reads all of it once. As ReadPatch(); kDataLoss: the content has not the header's digest.
/// `scratch`: at least 1 byte, larger is faster.
Result<Patch> VerifyPatch(image::Source& source, MutableBytes scratch);

struct ImageContent {
  hal::RadioImage type{};
  Bytes data{};  ///< Not owned.
};

/// A container of these images, in this order; returns its bytes in the front of `out`. For host
/// tools and tests. kTooLarge: does not fit `out`, or is longer than kMaxPatchSize.
Result<Bytes> WritePatch(hal::RadioFirmware firmware,
                         const std::array<ImageContent, hal::kRadioImageCount>& images,
                         MutableBytes out);

/// ok, or kMismatch (another version; all four bytes count), kUnsupported (a feature is missing).
Status CheckFirmware(hal::RadioFirmware required, hal::RadioFirmware offered);

/// Longest: "255.255.255.255".
using FirmwareVersionText = FixedString<15>;
/// A container's version word, as "1.2.14.8".
FirmwareVersionText FirmwareText(std::uint32_t version);
/// kMalformed: not four numbers from 0 to 255 with points between them.
Result<std::uint32_t> ParseFirmwareVersion(StringView text);

/// The version that a manifest has for a companion with this firmware.
constexpr image::Version ManifestVersion(std::uint32_t version) {
  return {.build = version};
}

}  // namespace linnet::radio
