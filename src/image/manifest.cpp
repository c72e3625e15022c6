// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/manifest.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/endian.hpp"
#include "image/tlv.hpp"

namespace linnet::image {
namespace {

constexpr std::size_t kVersionOffset = 4;
constexpr std::size_t kLengthOffset = 12;
constexpr std::size_t kDigestOffset = 16;

/// The digest list: u32 format, u32 number of images, then the digests of the images that do not
/// carry the list, in the order of their indexes.
constexpr std::size_t kDigestListHead = 8;
constexpr std::uint32_t kDigestListFormat = 1;

void EncodeEntry(const ManifestEntry& entry, MutableBytes out) {
  std::ranges::fill(out, std::byte{0});
  out[0] = static_cast<std::byte>(entry.kind);
  out[1] = static_cast<std::byte>(entry.index);
  StoreVersion(entry.version, out.subspan(kVersionOffset));
  StoreLe32(entry.length, out.subspan(kLengthOffset));
  CopyBytes(entry.digest, out.subspan(kDigestOffset));
}

Status DecodeDigestList(Bytes value, Manifest& out) {
  out.count = 0;
  if (value.size() < kDigestListHead) {
    return Code::kMalformed;
  }
  if (LoadLe32(value) != kDigestListFormat) {
    return Code::kUnsupported;
  }
  const std::uint32_t images = LoadLe32(value.subspan(4));
  const Bytes digests = value.subspan(kDigestListHead);
  if (images == 0 || images > kMaxBootImageIndex + 1U ||
      digests.size() != (images - 1) * sizeof(crypto::Digest)) {
    return Code::kMalformed;
  }
  for (std::uint8_t i = 1; i < images; ++i) {
    ManifestEntry& entry = out.entries[out.count++];
    entry = {.kind = ManifestKind::kBootImage, .index = i};
    CopyBytes(digests.subspan((i - 1) * sizeof(crypto::Digest), sizeof(crypto::Digest)),
              entry.digest);
  }
  return OkStatus();
}

/// The value of the only entry of that type, in the front of `buffer`. kNotFound, kTooLarge,
/// kMalformed (there are two), or what the source returned.
Result<Bytes> ReadOnly(Source& source, const Header& header, std::uint16_t type,
                       MutableBytes buffer) {
  TlvEntry entry;
  LINNET_TRY(FindProtected(source, header, type, entry));
  if (entry.length > buffer.size()) {
    return Code::kTooLarge;
  }
  const MutableBytes value = buffer.first(entry.length);
  LINNET_TRY(source.Read(entry.offset, value));
  const Status second = FindProtected(source, header, type, entry);
  if (second != Code::kNotFound) {
    return second.ok() ? Status(Code::kMalformed) : second;
  }
  return Bytes(value);
}

}  // namespace

const ManifestEntry* Manifest::Find(ManifestKind kind, std::uint8_t index) const {
  const auto all = view();
  const auto found = std::ranges::find_if(
      all, [&](const ManifestEntry& entry) { return entry.kind == kind && entry.index == index; });
  return found != all.end() ? &*found : nullptr;
}

Bytes EncodeManifest(const Manifest& manifest, MutableBytes out) {
  LINNET_ASSERT(out.size() >= manifest.count * kManifestEntrySize);
  for (std::size_t i = 0; i < manifest.count; ++i) {
    EncodeEntry(manifest.entries[i], out.subspan(i * kManifestEntrySize, kManifestEntrySize));
  }
  return out.first(manifest.count * kManifestEntrySize);
}

Status DecodeManifestEntry(Bytes bytes, ManifestEntry& out) {
  out.kind = static_cast<ManifestKind>(bytes[0]);
  out.index = std::to_integer<std::uint8_t>(bytes[1]);
  out.version = LoadVersion(bytes.subspan(kVersionOffset));
  out.length = LoadLe32(bytes.subspan(kLengthOffset));
  CopyBytes(bytes.subspan(kDigestOffset, out.digest.size()), out.digest);
  if (out.kind != ManifestKind::kBootImage && out.kind != ManifestKind::kCompanion) {
    return Code::kUnsupported;
  }
  const bool application =
      out.kind == ManifestKind::kBootImage && (out.index == 0 || out.index > kMaxBootImageIndex);
  const bool reserved = LoadLe16(bytes.subspan(2)) != 0;
  return application || reserved || out.length == 0 ? Status(Code::kMalformed) : OkStatus();
}

Status DecodeManifest(Bytes value, Manifest& out) {
  out.count = 0;
  if (value.size() % kManifestEntrySize != 0) {
    return Code::kMalformed;
  }
  if (value.size() / kManifestEntrySize > kMaxManifestEntries) {
    return Code::kTooLarge;
  }
  for (; !value.empty(); value = value.subspan(kManifestEntrySize)) {
    ManifestEntry& entry = out.entries[out.count];
    LINNET_TRY(DecodeManifestEntry(value.first(kManifestEntrySize), entry));
    if (out.Find(entry.kind, entry.index) != nullptr) {
      return Code::kMalformed;
    }
    ++out.count;
  }
  return OkStatus();
}

Status ReadManifest(Source& source, const Header& header, Manifest& out) {
  out.count = 0;
  std::array<std::byte, kMaxManifestEntries * kManifestEntrySize> buffer;
  const Result<Bytes> ours = ReadOnly(source, header, tlv::kManifest, buffer);
  if (ours.ok()) {
    return DecodeManifest(*ours, out);
  }
  if (ours.status() != Code::kNotFound) {
    return ours.status();
  }
  const Result<Bytes> list = ReadOnly(source, header, tlv::kDigestList, buffer);
  if (list.ok()) {
    return DecodeDigestList(*list, out);
  }
  return list.status() == Code::kNotFound ? OkStatus() : list.status();
}

}  // namespace linnet::image
