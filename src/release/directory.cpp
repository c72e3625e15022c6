// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/directory.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace linnet::release {
namespace {

constexpr const char* kTag = "store";
constexpr std::uint8_t kVersion = 1;
constexpr std::uint32_t kSmallestBank = 4096;  // room for two full tables

std::uint32_t BankSize(const hal::FlashGeometry& geometry) {
  const std::uint32_t page = std::max(geometry.page_size, std::uint32_t{1});
  return (kSmallestBank + page - 1) / page * page;
}

/// Bytes of the table that are used, and lie in flash, with that many entries.
constexpr std::size_t UsedSize(std::size_t count) {
  return offsetof(DirectoryTable, parts) + count * sizeof(Part);
}

}  // namespace

std::uint32_t FirstPartOffset(const hal::FlashGeometry& geometry) {
  return 2 * BankSize(geometry);
}

std::uint64_t ExtentSize(const hal::FlashGeometry& geometry, std::uint32_t length) {
  const std::uint32_t page = geometry.page_size;
  return std::uint64_t{length / page + (length % page == 0 ? 0 : 1)} * page;
}

Status CheckPart(const Part& part, const hal::FlashGeometry& geometry) {
  const bool known = part.kind >= PartKind::kApplication && part.kind <= PartKind::kCompanion &&
                     part.state >= PartState::kPartial && part.state <= PartState::kComplete;
  const bool placed = part.offset % geometry.page_size == 0 &&
                      part.offset >= FirstPartOffset(geometry) && part.offset < geometry.size;
  const bool sound = known && placed && part.length != 0 &&
                     ExtentSize(geometry, part.length) <= geometry.size - part.offset &&
                     part.progress % geometry.page_size == 0 && part.progress < part.length;
  return sound ? OkStatus() : Status(Code::kMalformed);
}

Directory::Directory(hal::Flash& region)
    : region_(region), log_(region, {0, BankSize(region.geometry())}) {}

Status Directory::Load() {
  const Status loaded = log_.Load(std::as_writable_bytes(std::span(&table_, 1)));
  const bool good = loaded.ok() && table_.version == kVersion && table_.count <= kMaxParts &&
                    log_.size() == UsedSize(table_.count);
  if (good) {
    return loaded;
  }
  table_.count = 0;
  const bool none = loaded == Code::kNotFound && !log_.damaged();
  if (!none) {
    log::Error(kTag, "the directory cannot be read ({}): starting with an empty one", loaded);
  }
  const bool unusable = loaded.ok() || loaded == Code::kNotFound || loaded == Code::kTooLarge;
  return unusable ? OkStatus() : loaded;
}

const Part& Directory::At(std::size_t index) const {
  LINNET_ASSERT(index < table_.count);
  return table_.parts[index];
}

void Directory::Set(std::size_t index, const Part& part) {
  LINNET_ASSERT(index < table_.count);
  table_.parts[index] = part;
}

void Directory::Add(const Part& part) {
  LINNET_ASSERT(table_.count < kMaxParts);
  table_.parts[table_.count] = part;
  ++table_.count;
}

void Directory::Remove(std::size_t index) {
  LINNET_ASSERT(index < table_.count);
  std::copy(table_.parts.begin() + index + 1, table_.parts.begin() + table_.count,
            table_.parts.begin() + index);
  --table_.count;
}

Status Directory::Commit() {
  table_.version = kVersion;
  return log_.Append(std::as_bytes(std::span(&table_, 1)).first(UsedSize(table_.count)));
}

}  // namespace linnet::release
