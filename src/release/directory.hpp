// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The store's table of parts. docs/formats/store.md has the bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "hal/flash.hpp"
#include "release/part.hpp"
#include "release/snapshot_log.hpp"

namespace linnet::release {

/// Room for two releases of eight boot images, a golden one and companions.
inline constexpr std::size_t kMaxParts = 32;

struct DirectoryEntry {
  Part part;
  /// Of a partial part: bytes from its start that need not be looked at to find where writing goes
  /// on. Whole pages.
  std::uint32_t progress = 0;
  /// Of a partial part: writing goes on at `progress` exactly, after that page and the next were
  /// erased.
  bool rewinding = false;
};

inline constexpr std::size_t kDirectoryHeaderSize = 8;
inline constexpr std::size_t kDirectoryEntrySize = 56;
inline constexpr std::size_t kMaxDirectorySize =
    kDirectoryHeaderSize + kMaxParts * kDirectoryEntrySize;

void EncodeDirectoryEntry(const DirectoryEntry& entry, MutableBytes out);
/// `bytes` has kDirectoryEntrySize. kMalformed: an unknown kind or state, no content, or an extent
/// that is not made of whole part pages of `geometry`.
Status DecodeDirectoryEntry(Bytes bytes, const hal::FlashGeometry& geometry, DirectoryEntry& out);

/// The table as of one moment, in memory; what reads and what writes the store shares it.
class Directory {
 public:
  /// `region` is all of the store, and outlives this.
  explicit Directory(hal::Flash& region);

  /// Reads the newest table; writes nothing. ok with no entries: a new store, or a table that
  /// cannot be read (the log says which). kInvalidArgument: the region cannot be a store.
  /// Otherwise what the flash returned.
  Status Load();
  /// False: the writer of this table was cut; Commit() before relying on it.
  [[nodiscard]] bool settled() const { return log_.settled(); }

  [[nodiscard]] std::size_t count() const { return count_; }
  /// `index` < count(). kMalformed: see DecodeDirectoryEntry.
  Status At(std::size_t index, DirectoryEntry& out) const;

  /// In memory only, until Commit(). Add() requires count() < kMaxParts; Remove() moves the entries
  /// behind `index` one down.
  void Set(std::size_t index, const DirectoryEntry& entry);
  void Add(const DirectoryEntry& entry);
  void Remove(std::size_t index);
  /// Makes the table in memory the one in flash, all or nothing.
  Status Commit();

  [[nodiscard]] hal::Flash& region() const { return region_; }

 private:
  hal::Flash& region_;
  SnapshotLog log_;
  std::size_t count_ = 0;
  std::array<std::byte, kMaxDirectorySize> table_{};  // as it lies in flash
};

/// Where the parts begin behind the directory, from the region's start.
std::uint32_t FirstPartOffset(const hal::FlashGeometry& geometry);
/// Bytes of flash that `length` bytes of content take: whole pages.
std::uint64_t ExtentSize(const hal::FlashGeometry& geometry, std::uint32_t length);

}  // namespace linnet::release
