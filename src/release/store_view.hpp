// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The release store, read only: what boot and the vault use. Never writes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.hpp"
#include "crypto/sha256.hpp"
#include "hal/flash.hpp"
#include "image/source.hpp"
#include "release/directory.hpp"
#include "release/part.hpp"
#include "release/snapshot_log.hpp"

namespace linnet::release {

class StoreView {
 public:
  /// `region` is all of the store, and outlives this.
  explicit StoreView(hal::Flash& region);

  /// Finds the directory as it is now. Called again to see what the application has written since.
  /// ok with no parts: an empty store, or a directory that cannot be read (the log says which).
  /// Otherwise what the flash returned.
  Status Mount();

  /// Entries of the directory, whatever their state.
  [[nodiscard]] std::size_t part_count() const { return count_; }
  /// kMalformed: that entry is damaged; the others may be good.
  Result<Part> PartAt(std::size_t index);

  /// The first complete part with that digest from entry `index` on; sets `index` behind it. There
  /// may be several, of which a damaged one: ask again until one verifies. kNotFound: no further
  /// one.
  Result<Part> Find(const crypto::Digest& digest, std::size_t& index);

  [[nodiscard]] hal::Flash& region() { return region_; }

 private:
  hal::Flash& region_;
  SnapshotLog log_;
  std::size_t count_ = 0;
};

/// A stretch of flash as an image: a part in the store, or an execution area.
class FlashSource : public image::Source {
 public:
  FlashSource(hal::Flash& flash, std::uint32_t offset, std::uint32_t size)
      : flash_(flash), offset_(offset), size_(size) {}
  FlashSource(hal::Flash& store, const Part& part) : FlashSource(store, part.offset, part.length) {}
  /// All of it.
  explicit FlashSource(hal::Flash& flash) : FlashSource(flash, 0, flash.geometry().size) {}

  Status Read(std::uint32_t offset, MutableBytes out) override;
  [[nodiscard]] std::uint32_t size() const override { return size_; }

 private:
  hal::Flash& flash_;
  std::uint32_t offset_;
  std::uint32_t size_;
};

}  // namespace linnet::release
