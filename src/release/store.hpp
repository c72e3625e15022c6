// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The release store, read and write: parts by content, written once, resumable, verified whole
// before they count. One writer: the application.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "hal/flash.hpp"
#include "release/boot_control.hpp"
#include "release/directory.hpp"
#include "release/part.hpp"

namespace linnet::release {

/// One part is written at a time, from its first byte to its last:
///
///   Begin(kind, length, tag)      reserves the space, or finds the same download again
///   Write(data from position())   again and again
///   Finish(digest)                reads it back; only then can it be found
///
/// After a reset, Begin() with the same kind, length and tag goes on: position() is then at most
/// two pages before the last byte that was programmed (and before the blank pages, if what was
/// programmed ended in such). No progress is written along with the data; docs/formats/store.md
/// says how the place is found again.
///
/// Calls block for the flash operations that they make: a Write() for at most one page's erase more
/// than what it programs, Finish() for reading and hashing the whole part.
///
/// Every call but the const ones may return what the flash returned. The Store is then unmounted:
/// what counts is in flash, and Mount() and Begin() find it again. All return kFailedPrecondition
/// when it is not mounted.
class Store {
 public:
  /// `region` is all of the store, and outlives this.
  explicit Store(hal::Flash& region) : directory_(region) {}

  /// Reads the directory and repairs what a cut left of it. A directory that cannot be read becomes
  /// an empty one, and an entry that makes no sense is dropped; both are logged as errors, and what
  /// they named must come again. kInvalidArgument: the region cannot be a store.
  Status Mount();

  /// kInvalidArgument: no bytes. kTooLarge: longer than an empty store. kResourceExhausted: no room
  /// or no free entry: erase what is not needed. kFailedPrecondition: another part is being
  /// written. kAlreadyExists: a partial part has that tag and another kind or length.
  Status Begin(PartKind kind, std::uint32_t length, PartTag tag);

  /// Between a successful Begin() and Finish(), Suspend() or Abandon() of that part.
  [[nodiscard]] bool writing() const { return session_.open; }
  /// Where the next Write() continues: bytes of the part that must not come again.
  [[nodiscard]] std::uint32_t position() const { return session_.position; }

  /// Appends. kFailedPrecondition: not writing. kOutOfRange: beyond the length; nothing was taken.
  Status Write(Bytes data);

  /// Reads the part back from flash, and makes it findable when that gives `digest`; a complete
  /// part with that digest, damaged perhaps, is replaced. kFailedPrecondition: not writing, or
  /// bytes are missing. kMismatch: other content. kMalformed: should be an image and is none; after
  /// both it stays partial, Abandon() it.
  Status Finish(const crypto::Digest& digest);

  /// Stops writing for now; Begin() resumes.
  void Suspend() { session_ = {}; }
  /// Drops a partial part. kNotFound: none has this tag.
  Status Abandon(PartTag tag);

  /// By value; its offset is good until the part is erased. kNotFound.
  [[nodiscard]] Result<Part> Find(const crypto::Digest& digest) const;
  [[nodiscard]] Result<Part> FindPartial(PartTag tag) const;
  [[nodiscard]] std::size_t part_count() const { return directory_.count(); }
  /// `index` < part_count(). Good until the next call that is not const.
  [[nodiscard]] const Part& PartAt(std::size_t index) const { return directory_.At(index); }

  /// Unlinks a complete part. Its bytes stay until the space is used again. kNotFound.
  /// kFailedPrecondition: it is kept, see Clean().
  Status Erase(const crypto::Digest& digest, const ReleaseStatus& named);
  /// Unlinks what nothing needs: every partial part except that with the tag `keep`, and every
  /// complete part that is not kept. Kept are the applications that `named` names, `wanted` (a
  /// release that is being fetched; all zero: none), and every part that the manifest of one of
  /// these names. While the application of a release that `named` names is not in the store, or its
  /// manifest cannot be read, what it needs is not known: then all boot images and companions stay.
  /// Looks at no more than kMaxParts entries for each entry of at most five manifests.
  Status Clean(const ReleaseStatus& named, PartTag keep, const crypto::Digest& wanted = {});

  /// The longest part that Begin() would take now, in bytes; 0 when there is no free entry.
  [[nodiscard]] std::uint32_t LargestFree() const;

  [[nodiscard]] hal::Flash& region() const { return directory_.region(); }

 private:
  static constexpr std::size_t kLargestUnit = 32;

  struct Session {
    bool open = false;
    std::size_t index = 0;        // of the entry
    std::uint32_t position = 0;   // bytes taken
    std::uint32_t ready_end = 0;  // the pages before this, from the part's start, are erased
    bool page_blank = true;       // nothing was programmed in the current page
    bool previous_blank = false;  // nor in the one before
    std::size_t tail_size = 0;    // taken, but not yet a whole program unit
    std::array<std::byte, kLargestUnit> tail{};
  };
  struct Gap {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };

  Status RequireMounted() const;
  Status Fail(Status status);
  Status Commit();
  [[nodiscard]] Result<std::size_t> IndexOfPartial(PartTag tag) const;
  [[nodiscard]] Result<std::size_t> IndexOf(const crypto::Digest& digest) const;
  [[nodiscard]] bool IsSoundEntry(std::size_t index) const;
  [[nodiscard]] Gap GapFrom(std::uint32_t offset) const;
  template <typename Visit>
  void ForEachGap(Visit visit) const;
  void RemoveEntry(std::size_t index);

  Status Reserve(PartKind kind, std::uint32_t length, PartTag tag);
  Status Resume(std::size_t index);
  Status FindProgress(Part& part);
  Status IsBlankPage(std::uint32_t offset, bool& blank);
  Status EraseUpTo(const Part& part, std::uint32_t end);

  Status EnterPage(const Part& part);
  Status TakeChunk(const Part& part, Bytes& data);
  Status ProgramAt(const Part& part, std::uint32_t position, Bytes data);
  Status FlushTail(const Part& part);

  using Marks = std::array<bool, kMaxParts>;  // by entry
  bool MarkDigest(const crypto::Digest& digest, Marks& kept) const;
  bool MarkRelease(const crypto::Digest& release, Marks& kept) const;
  [[nodiscard]] Marks FindKept(const ReleaseStatus& named, const crypto::Digest& wanted) const;

  Directory directory_;
  bool mounted_ = false;
  Session session_;
};

}  // namespace linnet::release
