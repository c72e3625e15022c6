// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "package/format.hpp"

#include <algorithm>
#include <bit>

#include "base/assert.hpp"
#include "base/endian.hpp"
#include "base/view.hpp"
#include "package/layout.hpp"

namespace linnet::package {
namespace {

using release::PartKind;

constexpr std::uint8_t kMaxBootImageIndex = 7;
constexpr crypto::Digest kNoDigest{};

crypto::Digest LoadDigest(Bytes from) {
  crypto::Digest digest;
  CopyBytes(from.first(digest.size()), digest);
  return digest;
}

Entry DecodeEntry(Bytes bytes) {
  return {.kind = static_cast<PartKind>(bytes[layout::entry::kKind]),
          .index = std::to_integer<std::uint8_t>(bytes[layout::entry::kIndex]),
          .encoding = static_cast<Encoding>(bytes[layout::entry::kEncoding]),
          .offset = LoadLe32(bytes.subspan(layout::entry::kOffset)),
          .stored_length = LoadLe32(bytes.subspan(layout::entry::kStoredLength)),
          .length = LoadLe32(bytes.subspan(layout::entry::kLength)),
          .version = image::LoadVersion(bytes.subspan(layout::entry::kVersion)),
          .security_counter = LoadLe32(bytes.subspan(layout::entry::kCounter)),
          .digest = LoadDigest(bytes.subspan(layout::entry::kDigest)),
          .stored_digest = LoadDigest(bytes.subspan(layout::entry::kStoredDigest)),
          .base = LoadDigest(bytes.subspan(layout::entry::kBase))};
}

bool IndexFits(const Entry& entry) {
  switch (entry.kind) {
    case PartKind::kApplication:
      return entry.index == 0;
    case PartKind::kBootImage:
      return entry.index >= 1 && entry.index <= kMaxBootImageIndex;
    case PartKind::kCompanion:
      return entry.index >= 1 && entry.security_counter == 0;
  }
  return false;
}

bool EncodingFits(const Entry& entry) {
  switch (entry.encoding) {
    case Encoding::kRaw:
      return entry.stored_length == entry.length && entry.base == kNoDigest &&
             (release::IsImage(entry.kind) || entry.stored_digest == entry.digest);
    case Encoding::kCompressed:
      return entry.base == kNoDigest;
    case Encoding::kDelta:
      return entry.base != kNoDigest;
  }
  return false;
}

/// Rules for one entry by itself. `begin`: the first byte that it may take.
bool IsSound(const Entry& entry, Bytes raw, const Summary& summary, std::uint32_t begin) {
  const bool reserved = raw[layout::entry::kReserved] != std::byte{0} ||
                        LoadLe32(raw.subspan(layout::entry::kReserved2)) != 0;
  const bool placed = entry.offset >= begin && entry.offset % summary.alignment == 0 &&
                      entry.offset <= summary.file_size &&
                      entry.stored_length <= summary.file_size - entry.offset;
  return !reserved && placed && entry.length > 0 && entry.stored_length > 0 &&
         entry.digest != kNoDigest && IndexFits(entry) && EncodingFits(entry);
}

bool IsSamePart(const Entry& a, const Entry& b) {
  return a.version == b.version && a.length == b.length && a.digest == b.digest &&
         a.security_counter == b.security_counter;
}

/// Rules for an entry among those before it; `full` is whether its part has one without a base.
Status CheckAmong(const HeadView& head, std::size_t index, bool& full) {
  const Entry entry = head.At(index);
  const Summary& summary = head.summary();
  if (entry.kind == PartKind::kApplication &&
      (entry.digest != summary.release || entry.version != summary.version)) {
    return Code::kMalformed;
  }
  full = false;
  for (std::size_t i = 0; i < head.count(); ++i) {
    const Entry other = head.At(i);
    if (!SamePart(entry, other)) {
      if (i < index && entry.kind == PartKind::kApplication) {
        return Code::kMalformed;
      }
      continue;
    }
    full = full || other.encoding != Encoding::kDelta;
    const bool twice = i != index && entry.encoding == other.encoding && entry.base == other.base;
    if (twice || !IsSamePart(entry, other)) {
      return Code::kMalformed;
    }
  }
  return OkStatus();
}

/// A text of up to kMaxIdentity bytes that is filled up with zeros. Empty: it is none.
StringView LoadIdentity(Bytes field) {
  const auto end = std::ranges::find(field, std::byte{0});
  const StringView text = AsText(field.first(static_cast<std::size_t>(end - field.begin())));
  const bool zeros =
      std::all_of(end, field.end(), [](std::byte byte) { return byte == std::byte{0}; });
  return zeros && IsIdentity(text) ? text : StringView();
}

Result<Summary> DecodeSummary(Bytes head) {
  const Summary summary{.product = LoadIdentity(head.subspan(layout::head::kProduct, kMaxIdentity)),
                        .board = LoadIdentity(head.subspan(layout::head::kBoard, kMaxIdentity)),
                        .version = image::LoadVersion(head.subspan(layout::head::kVersion)),
                        .release = LoadDigest(head.subspan(layout::head::kRelease)),
                        .alignment = LoadLe32(head.subspan(layout::head::kAlignment)),
                        .file_size = LoadLe32(head.subspan(layout::head::kFileSize))};
  const bool sound = !summary.product.empty() && !summary.board.empty() &&
                     summary.release != kNoDigest && std::has_single_bit(summary.alignment) &&
                     summary.alignment <= kMaxAlignment && summary.file_size >= head.size();
  return sound ? Result<Summary>(summary) : Code::kMalformed;
}

}  // namespace

StringView ToString(Encoding encoding) {
  switch (encoding) {
    case Encoding::kRaw:
      return "raw";
    case Encoding::kCompressed:
      return "compressed";
    case Encoding::kDelta:
      return "delta";
  }
  return "unknown";
}

bool IsIdentity(StringView text) {
  return !text.empty() && text.size() <= kMaxIdentity && std::ranges::all_of(text, [](char c) {
    const char lower = static_cast<char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

bool IsPackage(Bytes first) {
  return first.size() >= layout::kMagic.size() &&
         Equal(first.first(layout::kMagic.size()), layout::kMagic);
}

Result<std::size_t> HeadSize(Bytes first) {
  if (first.size() < kHeadSizePrefix || !IsPackage(first)) {
    return Code::kMalformed;
  }
  if (LoadLe16(first.subspan(layout::head::kFormat)) != kFormatVersion) {
    return Code::kUnsupported;
  }
  const std::size_t count = LoadLe16(first.subspan(layout::head::kCount));
  if (count > kMaxEntries) {
    return Code::kTooLarge;
  }
  const std::size_t size = kFixedSize + count * kEntrySize + sizeof(crypto::Digest);
  const bool sound = count > 0 && LoadLe16(first.subspan(layout::head::kHeadSize)) == size &&
                     LoadLe16(first.subspan(layout::head::kReserved)) == 0;
  return sound ? Result<std::size_t>(size) : Code::kMalformed;
}

Entry HeadView::At(std::size_t index) const {
  LINNET_ASSERT(index < count());
  return DecodeEntry(entries_.subspan(index * kEntrySize, kEntrySize));
}

Result<HeadView> HeadView::Parse(Bytes prefix) {
  if (prefix.size() < kHeadSizePrefix) {
    return Code::kPending;
  }
  LINNET_TRY_ASSIGN(const std::size_t size, HeadSize(prefix));
  if (prefix.size() < size) {
    return Code::kPending;
  }
  const Bytes head = prefix.first(size);
  const Bytes covered = head.first(size - sizeof(crypto::Digest));
  if (crypto::Hash(covered) != LoadDigest(head.subspan(covered.size()))) {
    return Code::kDataLoss;
  }
  HeadView view;
  LINNET_TRY_ASSIGN(view.summary_, DecodeSummary(head));
  view.entries_ = covered.subspan(kFixedSize);
  auto begin = static_cast<std::uint32_t>(size);
  for (std::size_t i = 0; i < view.count(); ++i) {
    const Entry entry = view.At(i);
    if (!IsSound(entry, view.entries_.subspan(i * kEntrySize, kEntrySize), view.summary_, begin)) {
      return Code::kMalformed;
    }
    begin = entry.offset + entry.stored_length;
  }
  for (std::size_t i = 0; i < view.count(); ++i) {
    bool full = false;
    LINNET_TRY(CheckAmong(view, i, full));
    if (!full) {
      return Code::kMalformed;
    }
  }
  return begin == view.summary_.file_size ? Result<HeadView>(view) : Code::kMalformed;
}

}  // namespace linnet::package
