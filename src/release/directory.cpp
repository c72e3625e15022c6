// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/directory.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/endian.hpp"
#include "base/log.hpp"

namespace linnet::release {
namespace {

constexpr std::string_view kTag = "store";
constexpr std::byte kVersion{1};
constexpr std::uint32_t kSmallestBank = 4096;  // room for two full tables
constexpr std::byte kRewindingFlag{1};

/// Where everything stands in an entry.
constexpr std::size_t kOffsetAt = 0;
constexpr std::size_t kLengthAt = 4;
constexpr std::size_t kProgressAt = 8;
constexpr std::size_t kKindAt = 12;
constexpr std::size_t kStateAt = 13;
constexpr std::size_t kFlagsAt = 14;
constexpr std::size_t kTagAt = 16;
constexpr std::size_t kDigestAt = 24;
static_assert(kDigestAt + sizeof(crypto::Digest) == kDirectoryEntrySize);

std::uint32_t BankSize(const hal::FlashGeometry& geometry) {
  const std::uint32_t page = std::max(geometry.page_size, std::uint32_t{1});
  return (kSmallestBank + page - 1) / page * page;
}

constexpr std::size_t EntryAt(std::size_t index) {
  return kDirectoryHeaderSize + index * kDirectoryEntrySize;
}

bool IsSound(const DirectoryEntry& entry, const hal::FlashGeometry& geometry) {
  const Part& part = entry.part;
  const bool known = part.kind >= PartKind::kApplication && part.kind <= PartKind::kCompanion &&
                     part.state >= PartState::kPartial && part.state <= PartState::kComplete;
  const bool placed = part.offset % geometry.page_size == 0 &&
                      part.offset >= FirstPartOffset(geometry) && part.offset < geometry.size;
  return known && placed && part.length != 0 &&
         ExtentSize(geometry, part.length) <= geometry.size - part.offset &&
         entry.progress % geometry.page_size == 0 && entry.progress < part.length;
}

}  // namespace

std::uint32_t FirstPartOffset(const hal::FlashGeometry& geometry) {
  return 2 * BankSize(geometry);
}

std::uint64_t ExtentSize(const hal::FlashGeometry& geometry, std::uint32_t length) {
  const std::uint32_t page = geometry.page_size;
  return std::uint64_t{length / page + (length % page == 0 ? 0 : 1)} * page;
}

void EncodeDirectoryEntry(const DirectoryEntry& entry, MutableBytes out) {
  std::fill(out.begin(), out.end(), std::byte{0});
  StoreLe32(entry.part.offset, out.subspan(kOffsetAt));
  StoreLe32(entry.part.length, out.subspan(kLengthAt));
  StoreLe32(entry.progress, out.subspan(kProgressAt));
  out[kKindAt] = static_cast<std::byte>(entry.part.kind);
  out[kStateAt] = static_cast<std::byte>(entry.part.state);
  out[kFlagsAt] = entry.rewinding ? kRewindingFlag : std::byte{0};
  StoreLe64(entry.part.tag, out.subspan(kTagAt));
  CopyBytes(entry.part.digest, out.subspan(kDigestAt));
}

Status DecodeDirectoryEntry(Bytes bytes, const hal::FlashGeometry& geometry, DirectoryEntry& out) {
  out.part.offset = LoadLe32(bytes.subspan(kOffsetAt));
  out.part.length = LoadLe32(bytes.subspan(kLengthAt));
  out.progress = LoadLe32(bytes.subspan(kProgressAt));
  out.part.kind = static_cast<PartKind>(bytes[kKindAt]);
  out.part.state = static_cast<PartState>(bytes[kStateAt]);
  out.rewinding = (bytes[kFlagsAt] & kRewindingFlag) != std::byte{0};
  out.part.tag = LoadLe64(bytes.subspan(kTagAt));
  CopyBytes(bytes.subspan(kDigestAt, out.part.digest.size()), out.part.digest);
  return IsSound(out, geometry) ? OkStatus() : Status(Code::kMalformed);
}

Directory::Directory(hal::Flash& region)
    : region_(region), log_(region, {0, BankSize(region.geometry())}) {}

Status Directory::Load() {
  count_ = 0;
  const Status loaded = log_.Load(table_);
  if (loaded == Code::kNotFound) {
    if (log_.damaged()) {
      log::Error(kTag, "the directory cannot be read: starting with an empty one");
    }
    return OkStatus();
  }
  LINNET_TRY(loaded);
  const std::size_t count = std::to_integer<std::size_t>(table_[1]);
  if (log_.size() < kDirectoryHeaderSize || table_[0] != kVersion || count > kMaxParts ||
      log_.size() != EntryAt(count)) {
    log::Error(kTag, "the directory is of another format: starting with an empty one");
    return OkStatus();
  }
  count_ = count;
  return OkStatus();
}

Status Directory::At(std::size_t index, DirectoryEntry& out) const {
  LINNET_ASSERT(index < count_);
  return DecodeDirectoryEntry(Bytes(table_).subspan(EntryAt(index), kDirectoryEntrySize),
                              region_.geometry(), out);
}

void Directory::Set(std::size_t index, const DirectoryEntry& entry) {
  LINNET_ASSERT(index < count_);
  EncodeDirectoryEntry(entry, MutableBytes(table_).subspan(EntryAt(index), kDirectoryEntrySize));
}

void Directory::Add(const DirectoryEntry& entry) {
  LINNET_ASSERT(count_ < kMaxParts);
  ++count_;
  Set(count_ - 1, entry);
}

void Directory::Remove(std::size_t index) {
  LINNET_ASSERT(index < count_);
  std::copy(table_.begin() + EntryAt(index + 1), table_.begin() + EntryAt(count_),
            table_.begin() + EntryAt(index));
  --count_;
}

Status Directory::Commit() {
  std::fill_n(table_.begin(), kDirectoryHeaderSize, std::byte{0});
  table_[0] = kVersion;
  table_[1] = static_cast<std::byte>(count_);
  return log_.Append(Bytes(table_).first(EntryAt(count_)));
}

}  // namespace linnet::release
