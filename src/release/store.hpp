// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The release store, read and write: parts by content, written once, resumable, verified whole
// before they count. One writer: the application.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/result.hpp"
#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "hal/flash.hpp"
#include "release/boot_control.hpp"
#include "release/directory.hpp"
#include "release/part.hpp"
#include "release/snapshot_log.hpp"
#include "release/store_view.hpp"

namespace linnet::release {

/// One part is written at a time, from its first byte to its last:
///
///   Begin(kind, length, tag)      reserves the space, or finds the same download again
///   Write(data from position())   again and again, at most a few pages each
///   Finish(digest)                reads it back; only then can it be found
///
/// After a reset, Begin() with the same kind, length and tag goes on: position() is then at most
/// two pages before the last byte that Write() took, for every cut since. That costs no write
/// beyond the data's own; docs/formats/store.md says how the place is found again.
///
/// Calls block for the flash operations that they make: a Write() for at most one erase more than
/// the pages that it fills, Finish() for reading and hashing the whole part.
class Store {
 public:
  /// `region` is all of the store, and outlives this.
  explicit Store(hal::Flash& region);

  /// Reads the directory and repairs what a cut left of it. A directory beyond repair becomes an
  /// empty one and is logged as an error; what it named must come again. Otherwise what the flash
  /// returned, or kInvalidArgument: the region is too small or its pages do not suit.
  Status Mount();

  /// kInvalidArgument: no bytes. kTooLarge: longer than the empty store. kResourceExhausted: no
  /// room, or no free entry: erase what is not needed. kFailedPrecondition: another part is being
  /// written (Suspend() or Abandon() it). kAlreadyExists: a partial part has that tag and another
  /// kind or length; Abandon(tag) first.
  Status Begin(PartKind kind, std::uint32_t length, PartTag tag);

  /// Between a successful Begin() and Finish(), Suspend() or Abandon().
  [[nodiscard]] bool writing() const { return session_.open; }
  /// Where the next Write() continues: bytes of the part that must not come again.
  [[nodiscard]] std::uint32_t position() const { return session_.position; }

  /// Appends. kFailedPrecondition: not writing. kOutOfRange: beyond the length; nothing was taken.
  /// Otherwise the flash failed: Suspend(), and Begin() again finds what is good.
  Status Write(Bytes data);

  /// Reads the part back from flash, and makes it findable when that gives `digest`.
  /// kFailedPrecondition: not writing, or bytes are missing. kMismatch: other content. kMalformed:
  /// should be an image and is none. After both it stays partial: Abandon() it. When a complete
  /// part with that digest is there already, the new one is dropped: ok.
  Status Finish(const crypto::Digest& digest);

  /// Stops writing for now; Begin() resumes.
  void Suspend() { session_ = {}; }
  /// Drops a partial part. kNotFound: none has this tag.
  Status Abandon(PartTag tag);

  /// kNotFound. Parts are returned by value; an offset is good until the part is erased.
  Result<Part> Find(const crypto::Digest& digest) const;
  Result<Part> FindPartial(PartTag tag) const;
  [[nodiscard]] std::size_t part_count() const { return count_; }
  /// `index` < part_count().
  [[nodiscard]] Part PartAt(std::size_t index) const;

  /// Unlinks a complete part. Its bytes are erased when the space is used again.
  /// kFailedPrecondition: `named` still names it. kNotFound.
  Status Erase(const crypto::Digest& digest, const ReleaseStatus& named);
  /// Unlinks every complete image that `named` does not name, and every partial part but `keep`'s.
  Status Clean(const ReleaseStatus& named, PartTag keep);

  /// The longest part that Begin() would take now, in bytes.
  [[nodiscard]] std::uint32_t LargestFree() const;
  [[nodiscard]] hal::Flash& region() { return region_; }

 private:
  struct Session {
    bool open = false;
    std::size_t index = 0;
    std::uint32_t position = 0;
    std::uint32_t page_end = 0;   // position from which the next page must be made ready
    bool blank_run = false;       // the page before this one was left as it was erased
    std::uint32_t tail_size = 0;  // bytes that do not fill a program unit yet
    std::array<std::byte, 32> tail{};
  };

  [[nodiscard]] DirectoryEntry EntryAt(std::size_t index) const;
  void SetEntry(std::size_t index, const DirectoryEntry& entry);
  void RemoveEntry(std::size_t index);
  Status Load();
  Status Commit();
  Status DropDamagedEntries();
  [[nodiscard]] bool Overlaps(std::uint32_t offset, std::uint64_t size, std::size_t except) const;
  Result<std::uint32_t> Allocate(std::uint32_t length) const;
  [[nodiscard]] std::uint32_t EndOfGap(std::uint32_t offset) const;
  Status Reserve(PartKind kind, std::uint32_t length, PartTag tag);
  Status Resume(std::size_t index);
  Result<std::uint32_t> FindPosition(const DirectoryEntry& entry);
  Status EnterPage();
  Status ProgramData(std::uint32_t offset, Bytes data);
  Status FlushTail();
  Status CheckContent(const Part& part, const crypto::Digest& digest);

  hal::Flash& region_;
  SnapshotLog log_;
  std::size_t count_ = 0;
  std::array<std::byte, kMaxDirectorySize> directory_{};
  Session session_;
};

}  // namespace linnet::release
