// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "radio/patch.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/endian.hpp"

namespace linnet::radio {
namespace {

constexpr std::size_t kCountOffset = 4;
constexpr std::size_t kVersionOffset = 8;
constexpr std::size_t kFeaturesOffset = 12;
constexpr std::size_t kLengthOffset = 16;
constexpr std::size_t kDigestOffset = 20;
constexpr std::uint32_t kMinLength = hal::kRadioImageCount * (kImageHeaderSize + 1);

Status ReadImageHeader(image::Source& source, std::uint32_t end, std::uint32_t& at,
                       PatchImage& out) {
  std::array<std::byte, kImageHeaderSize> bytes;
  if (end - at < bytes.size()) {
    return Code::kMalformed;
  }
  LINNET_TRY(source.Read(at, bytes));
  const std::uint32_t type = LoadLe32(bytes);
  const std::uint32_t length = LoadLe32(Bytes(bytes).subspan(4));
  at += bytes.size();
  if (type >= hal::kRadioImageCount || length == 0 || length > end - at) {
    return Code::kMalformed;
  }
  out = {static_cast<hal::RadioImage>(type), at, length};
  at += length;
  return OkStatus();
}

void StoreHeader(hal::RadioFirmware firmware, Bytes content, MutableBytes out) {
  StoreLe32(kPatchSignature, out);
  StoreLe32(hal::kRadioImageCount, out.subspan(kCountOffset));
  StoreLe32(firmware.version, out.subspan(kVersionOffset));
  StoreLe32(firmware.features, out.subspan(kFeaturesOffset));
  StoreLe32(static_cast<std::uint32_t>(content.size()), out.subspan(kLengthOffset));
  CopyBytes(crypto::Hash(content), out.subspan(kDigestOffset));
}

}  // namespace

const PatchImage& Patch::Find(hal::RadioImage type) const {
  const auto* const found = std::ranges::find(images, type, &PatchImage::type);
  LINNET_ASSERT(found != images.end());
  return *found;
}

std::array<std::byte, kImageHeaderSize> EncodeImageHeader(const PatchImage& image) {
  std::array<std::byte, kImageHeaderSize> bytes;
  StoreLe32(static_cast<std::uint32_t>(image.type), bytes);
  StoreLe32(image.length, MutableBytes(bytes).subspan(4));
  return bytes;
}

bool IsPatch(Bytes first) {
  return first.size() >= sizeof(std::uint32_t) && LoadLe32(first) == kPatchSignature;
}

Result<PatchHeader> DecodePatchHeader(Bytes bytes) {
  if (bytes.size() < kPatchHeaderSize || !IsPatch(bytes) ||
      LoadLe32(bytes.subspan(kCountOffset)) != hal::kRadioImageCount) {
    return Code::kMalformed;
  }
  PatchHeader header{.firmware = {.version = LoadLe32(bytes.subspan(kVersionOffset)),
                                  .features = LoadLe32(bytes.subspan(kFeaturesOffset))},
                     .length = LoadLe32(bytes.subspan(kLengthOffset))};
  CopyBytes(bytes.subspan(kDigestOffset, header.digest.size()), header.digest);
  if (header.length < kMinLength || header.length > kMaxPatchSize - kPatchHeaderSize) {
    return Code::kTooLarge;
  }
  return header;
}

Result<Patch> ReadPatch(image::Source& source) {
  std::array<std::byte, kPatchHeaderSize> bytes;
  LINNET_TRY(source.Read(0, bytes));
  Patch patch;
  LINNET_TRY_ASSIGN(patch.header, DecodePatchHeader(bytes));
  if (patch.size() > source.size()) {
    return Code::kOutOfRange;
  }
  std::uint32_t at = kPatchHeaderSize;
  std::uint32_t seen = 0;
  for (PatchImage& image : patch.images) {
    LINNET_TRY(ReadImageHeader(source, patch.size(), at, image));
    const std::uint32_t bit = 1U << static_cast<unsigned>(image.type);
    if ((seen & bit) != 0) {
      return Code::kMalformed;
    }
    seen |= bit;
  }
  return at == patch.size() ? Result<Patch>(patch) : Code::kMalformed;
}

Result<Patch> VerifyPatch(image::Source& source, MutableBytes scratch) {
  LINNET_ASSERT(!scratch.empty());
  LINNET_TRY_ASSIGN(const Patch patch, ReadPatch(source));
  crypto::Sha256 hash;
  for (std::uint32_t at = kPatchHeaderSize; at < patch.size();) {
    const MutableBytes piece =
        scratch.first(std::min<std::size_t>(scratch.size(), patch.size() - at));
    LINNET_TRY(source.Read(at, piece));
    hash.Update(piece);
    at += static_cast<std::uint32_t>(piece.size());
  }
  return hash.Finish() == patch.header.digest ? Result<Patch>(patch) : Code::kDataLoss;
}

Result<Bytes> WritePatch(hal::RadioFirmware firmware,
                         const std::array<ImageContent, hal::kRadioImageCount>& images,
                         MutableBytes out) {
  std::size_t size = kPatchHeaderSize;
  for (const ImageContent& image : images) {
    size += kImageHeaderSize + std::min<std::size_t>(image.data.size(), kMaxPatchSize);
  }
  if (size > out.size() || size > kMaxPatchSize) {
    return Code::kTooLarge;
  }
  MutableBytes rest = out.subspan(kPatchHeaderSize);
  for (const ImageContent& image : images) {
    CopyBytes(EncodeImageHeader({image.type, 0, static_cast<std::uint32_t>(image.data.size())}),
              rest);
    CopyBytes(image.data, rest.subspan(kImageHeaderSize));
    rest = rest.subspan(kImageHeaderSize + image.data.size());
  }
  StoreHeader(firmware, out.first(size).subspan(kPatchHeaderSize), out);
  return Bytes(out.first(size));
}

Status CheckFirmware(hal::RadioFirmware required, hal::RadioFirmware offered) {
  if (required.version != offered.version) {
    return Code::kMismatch;
  }
  const bool all = (offered.features & required.features) == required.features;
  return all ? OkStatus() : Code::kUnsupported;
}

}  // namespace linnet::radio
