// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A small state, written whole each time, in two banks of NOR flash: the newest good copy counts.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "hal/flash.hpp"

namespace linnet::release {

/// Snapshots are appended to one bank until it is full; then the other bank is erased and goes on.
/// A cut leaves either the old or the new snapshot. docs/formats/snapshot-log.md has the bits.
///
/// A snapshot that was being programmed when power failed may read well now and badly later. So
/// each is followed by a seal, programmed after it: a newest snapshot without a seal, or damage
/// behind it, means that its writer was cut, and whoever may write calls Settle() before acting.
///
/// A tail of each bank may be kept for ticks: marks of one program unit each, that count something
/// frequent without writing a snapshot.
class SnapshotLog {
 public:
  struct Area {
    std::uint32_t offset = 0;      ///< Start of the first bank, a page's start.
    std::uint32_t bank_size = 0;   ///< Whole pages; the second bank follows at once.
    std::uint32_t tick_bytes = 0;  ///< At each bank's end; a multiple of 32.
  };
  static constexpr std::uint32_t kMaxSize = 4096;  ///< Of one snapshot.

  SnapshotLog(hal::Flash& flash, const Area& area) : flash_(flash), area_(area) {}

  /// Finds the newest good snapshot; only reads. kNotFound: none was ever written, or none is left
  /// (`damaged()` tells them apart). kInvalidArgument: the area does not suit the flash.
  /// Otherwise what the flash returned.
  Status Mount();

  /// Makes what Mount() found final, once, if its writer was cut. Copies it through `buffer`, at
  /// least size() bytes. kMismatch: it no longer reads well; mount again.
  Status Settle(MutableBytes buffer);

  /// Reads from the newest snapshot. kNotFound: there is none. kOutOfRange.
  Status Read(std::uint32_t offset, MutableBytes out);
  /// Reads all of it, checked anew. kMismatch: it no longer reads well. kTooLarge: `out` is shorter
  /// than size().
  Status ReadAll(MutableBytes out);

  /// Replaces the state. The old one counts until this has returned ok. kTooLarge: no bank could
  /// ever hold it. kDataLoss: the medium failed in both banks.
  Status Append(Bytes snapshot);

  /// Whether Append() of that size would begin a new bank, where ticks start at 0 again.
  [[nodiscard]] bool WouldRoll(std::uint32_t size) const;

  /// Ticks behind the newest snapshot's bank. Valid after Mount().
  [[nodiscard]] std::uint32_t ticks() const { return ticks_; }
  /// Adds one. kResourceExhausted: no room, append a snapshot that rolls. A cut tick counts or not.
  Status Tick();
  /// As Append(), in the other bank in any case.
  Status AppendRolling(Bytes snapshot);

  [[nodiscard]] bool exists() const { return exists_; }
  [[nodiscard]] bool damaged() const { return damaged_; }
  [[nodiscard]] bool settled() const { return settled_; }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t sequence() const { return sequence_; }

 private:
  struct Entry;
  Status ScanBank(std::uint32_t bank);
  Status ReadEntry(std::uint32_t position, std::uint32_t limit, Entry& out);
  Status CheckBody(std::uint32_t position, const Entry& entry);
  Status IsBlank(std::uint32_t offset, std::uint32_t size, bool& blank);
  Status CountTicks();
  Status EraseBank(std::uint32_t bank);
  Status ProgramEntry(std::uint32_t position, Bytes snapshot);
  Status AppendAt(std::uint32_t bank, std::uint32_t position, Bytes snapshot);

  [[nodiscard]] std::uint32_t BankOffset(std::uint32_t bank) const {
    return area_.offset + bank * area_.bank_size;
  }
  [[nodiscard]] std::uint32_t log_size() const { return area_.bank_size - area_.tick_bytes; }

  hal::Flash& flash_;
  Area area_;
  bool exists_ = false;
  bool damaged_ = false;
  bool settled_ = false;
  std::uint32_t bank_ = 0;      // of the newest snapshot
  std::uint32_t position_ = 0;  // of the newest snapshot's header, from the bank's start
  std::uint32_t end_ = 0;       // first place in that bank with nothing but blank behind it
  std::uint32_t size_ = 0;
  std::uint32_t crc_ = 0;
  std::uint32_t sequence_ = 0;
  std::uint32_t ticks_ = 0;
};

}  // namespace linnet::release
