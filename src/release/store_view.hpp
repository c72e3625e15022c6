// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The release store, read only: what boot and the vault use. Never writes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "hal/flash.hpp"
#include "hal/watchdog.hpp"
#include "image/source.hpp"
#include "release/directory.hpp"
#include "release/part.hpp"

namespace linnet::release {

/// A stretch of flash as an image: a part in the store, or an execution area. Nothing is owned.
class FlashSource final : public image::Source {
 public:
  /// Each read feeds `watchdog`, unless that is nullptr: an image may take seconds to read.
  FlashSource(hal::Flash& flash, std::uint32_t offset, std::uint32_t size,
              hal::Watchdog* watchdog = nullptr)
      : flash_(flash), offset_(offset), size_(size), watchdog_(watchdog) {}
  /// All of `flash`.
  explicit FlashSource(hal::Flash& flash, hal::Watchdog* watchdog = nullptr)
      : FlashSource(flash, 0, flash.geometry().size, watchdog) {}

  Status Read(std::uint32_t offset, MutableBytes out) override;
  [[nodiscard]] std::uint32_t size() const override { return size_; }

 private:
  hal::Flash& flash_;
  std::uint32_t offset_;
  std::uint32_t size_;
  hal::Watchdog* watchdog_;
};

class StoreView {
 public:
  /// `region` is all of the store; it and `watchdog` (may be nullptr) outlive this.
  explicit StoreView(hal::Flash& region, hal::Watchdog* watchdog = nullptr)
      : directory_(region), watchdog_(watchdog) {}

  /// Reads the directory as it is now, also again later. ok with no parts: an empty store, or a
  /// directory that cannot be read (the log says which). Otherwise what the flash returned.
  Status Mount();
  /// Mount(), unless that was done well before.
  Status EnsureMounted() { return mounted_ ? OkStatus() : Mount(); }

  /// Parts are good until the next Mount().
  [[nodiscard]] std::size_t part_count() const { return directory_.count(); }
  /// `index` < part_count(). nullptr: that entry is damaged; the others may be good.
  [[nodiscard]] const Part* PartAt(std::size_t index) const;

  /// The first complete part with that digest from entry `index` on, which is then set behind it;
  /// nullptr: no further one. There may be several, a damaged one among them: ask again until one
  /// verifies.
  [[nodiscard]] const Part* FindNext(const crypto::Digest& digest, std::size_t& index) const;

  /// The part's content. Complete only says that it once was verified: verify what you use.
  [[nodiscard]] FlashSource Open(const Part& part) const {
    return {directory_.region(), part.offset, part.length, watchdog_};
  }

 private:
  Directory directory_;
  hal::Watchdog* watchdog_;
  bool mounted_ = false;
};

/// Whether `source` has the content that `part` claims: by its image digest, or the SHA-256 of all
/// bytes. kMismatch: it has not. kMalformed: should be an image and is none. Otherwise what the
/// source returned. `scratch` (at least 1 byte) carries the content to the hash.
Status CheckContent(image::Source& source, const Part& part, const crypto::Digest& digest,
                    MutableBytes scratch);

}  // namespace linnet::release
