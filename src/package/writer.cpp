// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "package/writer.hpp"

#include <algorithm>
#include <limits>

#include "base/endian.hpp"
#include "base/view.hpp"
#include "package/layout.hpp"

namespace linnet::package {
namespace {

void EncodeEntry(const Entry& entry, MutableBytes out) {
  out[layout::entry::kKind] = static_cast<std::byte>(entry.kind);
  out[layout::entry::kIndex] = static_cast<std::byte>(entry.index);
  out[layout::entry::kEncoding] = static_cast<std::byte>(entry.encoding);
  StoreLe32(entry.offset, out.subspan(layout::entry::kOffset));
  StoreLe32(entry.stored_length, out.subspan(layout::entry::kStoredLength));
  StoreLe32(entry.length, out.subspan(layout::entry::kLength));
  image::StoreVersion(entry.version, out.subspan(layout::entry::kVersion));
  StoreLe32(entry.security_counter, out.subspan(layout::entry::kCounter));
  CopyBytes(entry.digest, out.subspan(layout::entry::kDigest));
  CopyBytes(entry.stored_digest, out.subspan(layout::entry::kStoredDigest));
  CopyBytes(entry.base, out.subspan(layout::entry::kBase));
}

void EncodeSummary(const Summary& summary, std::size_t entries, MutableBytes out) {
  CopyBytes(layout::kMagic, out);
  StoreLe16(kFormatVersion, out.subspan(layout::head::kFormat));
  StoreLe16(static_cast<std::uint16_t>(HeadSizeFor(entries)), out.subspan(layout::head::kHeadSize));
  StoreLe16(static_cast<std::uint16_t>(entries), out.subspan(layout::head::kCount));
  StoreLe32(summary.file_size, out.subspan(layout::head::kFileSize));
  StoreLe32(summary.alignment, out.subspan(layout::head::kAlignment));
  image::StoreVersion(summary.version, out.subspan(layout::head::kVersion));
  CopyBytes(summary.release, out.subspan(layout::head::kRelease));
  CopyBytes(AsBytes(summary.product), out.subspan(layout::head::kProduct, kMaxIdentity));
  CopyBytes(AsBytes(summary.board), out.subspan(layout::head::kBoard, kMaxIdentity));
}

}  // namespace

Status PlaceEntries(Summary& summary, Span<Entry> entries) {
  if (entries.size() > kMaxEntries) {
    return Code::kTooLarge;
  }
  const std::uint64_t alignment = summary.alignment;
  std::uint64_t end = HeadSizeFor(entries.size());
  for (Entry& entry : entries) {
    const std::uint64_t begin = (end + alignment - 1) / alignment * alignment;
    end = begin + entry.stored_length;
    if (end > std::numeric_limits<std::uint32_t>::max()) {
      return Code::kTooLarge;
    }
    entry.offset = static_cast<std::uint32_t>(begin);
  }
  summary.file_size = static_cast<std::uint32_t>(end);
  return OkStatus();
}

Result<Bytes> WriteHead(const Summary& summary, Span<const Entry> entries, MutableBytes out) {
  const std::size_t size = HeadSizeFor(entries.size());
  if (entries.size() > kMaxEntries || out.size() < size) {
    return Code::kTooLarge;
  }
  if (!IsIdentity(summary.product) || !IsIdentity(summary.board)) {
    return Code::kMalformed;
  }
  const MutableBytes head = out.first(size);
  std::ranges::fill(head, std::byte{0});
  EncodeSummary(summary, entries.size(), head);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EncodeEntry(entries[i], head.subspan(kFixedSize + i * kEntrySize, kEntrySize));
  }
  const MutableBytes covered = head.first(size - sizeof(crypto::Digest));
  CopyBytes(crypto::Hash(covered), head.subspan(covered.size()));
  LINNET_TRY(HeadView::Parse(head).status());
  return Bytes(head);
}

}  // namespace linnet::package
