// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The store's table of parts. docs/formats/store.md has the bits.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "hal/flash.hpp"
#include "release/part.hpp"
#include "release/snapshot_log.hpp"

namespace linnet::release {

/// Room for two releases of eight boot images, a golden one and companions.
inline constexpr std::size_t kMaxParts = 32;

struct DirectoryTable {
  std::uint8_t version = 0;
  std::uint8_t count = 0;
  std::array<std::uint8_t, 6> reserved{};
  std::array<Part, kMaxParts> parts{};
};
static_assert(std::has_unique_object_representations_v<DirectoryTable>);
// What lies in flash is little endian, and used as it is.
static_assert(std::endian::native == std::endian::little);

/// kMalformed: an unknown kind or state, no content, or an extent that is not made of whole part
/// pages of `geometry`.
Status CheckPart(const Part& part, const hal::FlashGeometry& geometry);

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
  [[nodiscard]] bool settled() const { return !log_.exists() || log_.settled(); }

  [[nodiscard]] std::size_t count() const { return table_.count; }
  /// `index` < count(). What stands there may make no sense: CheckPart() tells.
  [[nodiscard]] const Part& At(std::size_t index) const;

  /// In memory only, until Commit(). Add() requires count() < kMaxParts; Remove() moves the entries
  /// behind `index` one down.
  void Set(std::size_t index, const Part& part);
  void Add(const Part& part);
  void Remove(std::size_t index);
  /// Makes the table in memory the one in flash, all or nothing.
  Status Commit();

  [[nodiscard]] hal::Flash& region() const { return region_; }

 private:
  hal::Flash& region_;
  SnapshotLog log_;
  DirectoryTable table_;
};

/// Where the parts begin behind the directory, from the region's start.
std::uint32_t FirstPartOffset(const hal::FlashGeometry& geometry);
/// Bytes of flash that `length` bytes of content take: whole pages.
std::uint64_t ExtentSize(const hal::FlashGeometry& geometry, std::uint32_t length);

}  // namespace linnet::release
