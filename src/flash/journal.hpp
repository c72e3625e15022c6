// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A power-safe store of small values by number, as a log in two banks of flash pages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "flash/journal_bank.hpp"
#include "hal/flash.hpp"

namespace linnet::flash {

/// The format is docs/formats/journal.md. No heap, no buffer of its own; needs about 200 bytes of
/// stack. Reading scans the log: time grows with the bank's size, not with the number of writes.
///
/// Power may fail in any flash operation of any call, also repeatedly and in Mount itself: the key
/// being written then has its old or its new value, decided for good by the next Mount that returns
/// ok, and all other keys are untouched.
///
/// Wear: appending erases nothing. When a bank (half of the pages) is full, the live values move to
/// the other bank, which costs one erase of each page there. Writing a value that is there already
/// writes nothing.
class Journal {
 public:
  /// `flash` outlives the journal and belongs to it alone: two pages or more; an odd last page
  /// stays unused.
  explicit Journal(hal::Flash& flash);

  /// Finds the newest values, settles what a power loss left open, and formats a flash that holds
  /// no journal. Call once before anything else, and again after a call failed with a flash error.
  /// kInvalidArgument: unusable geometry; otherwise what the flash returned.
  Status Mount();

  /// All calls below: kFailedPrecondition when not mounted, and the flash's own errors. After such
  /// an error in Write, Erase or Keep the journal is no longer mounted.

  /// The size of `key`'s value, copied to the front of `out`. kNotFound. kTooLarge: `out` is
  /// shorter than the value; nothing useful is in it.
  Result<std::size_t> Read(std::uint16_t key, MutableBytes out);

  /// Sets `key`. kTooLarge: over max_value_size(). kResourceExhausted: does not fit beside the
  /// other keys; nothing has changed.
  Status Write(std::uint16_t key, Bytes value);

  /// Removes `key`; ok when it is not there. Always possible, also when the journal is full.
  Status Erase(std::uint16_t key);

  /// Removes every key for which `keep` is false, all at once: power loss leaves all or none of
  /// them removed. Moves to the other bank.
  Status Keep(bool (*keep)(std::uint16_t key));

  /// The smallest key that is set and not below `first`. kNotFound: none.
  Result<std::uint16_t> NextKey(std::uint32_t first);

  /// The largest value that an empty journal can hold; at most 65,535 bytes.
  [[nodiscard]] std::size_t max_value_size() const;

 private:
  struct Change;

  [[nodiscard]] JournalBank& active() { return banks_[active_]; }
  Status Check() const;
  Status Choose();
  Status Settle();
  Status Rebuild(const Change& change);
  Status MeasureLive(const Change& change, std::uint32_t& size);
  Status CopyLive(JournalBank& to, const Change& change);
  Status CopyNewest(JournalBank& to, JournalBank::Record record);
  Status Put(JournalBank::Type type, std::uint16_t key, Bytes value);
  Status Finish(Status status);

  const hal::FlashGeometry& geometry_;
  std::array<JournalBank, 2> banks_;
  std::uint32_t active_ = 0;
  bool mounted_ = false;
};

}  // namespace linnet::flash
