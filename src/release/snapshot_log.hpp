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
/// two seals follow each one, programmed after it, one after the other. The first shows that the
/// snapshot is whole; the second that the first is, so that nobody will ever see neither. A newest
/// snapshot without its second seal, or anything but an older one where a newer one would stand,
/// means that a writer was cut: `settled()` is then false, and whoever may write calls
/// AppendRolling() with what Load() gave, before acting on it.
///
/// Bytes of an interrupted programming may also read as erased. So only a bank that this object has
/// erased itself is appended to: the first Append() after each Mount() begins the other bank.
class SnapshotLog {
 public:
  struct Area {
    std::uint32_t offset = 0;     ///< Of the first bank: a page's start.
    std::uint32_t bank_size = 0;  ///< Whole pages; the second bank follows at once.
  };
  /// Everything begins at a multiple of this, whatever the program unit is.
  static constexpr std::uint32_t kGranule = 32;

  SnapshotLog(hal::Flash& flash, const Area& area) : flash_(flash), area_(area) {}

  /// Finds the newest good snapshot; only reads. kNotFound: none was ever written, or none can be
  /// read (`damaged()` tells them apart). kInvalidArgument: the area does not suit the flash.
  /// Otherwise what the flash returned.
  Status Mount();

  /// Mount(), and all of the newest snapshot, of which the copy in `out` was checked. kTooLarge:
  /// `out` is shorter than size(). Otherwise as Mount().
  Status Load(MutableBytes out);

  /// Replaces the state; requires that Mount() or Load() has run. The old state counts until this
  /// has returned ok. kTooLarge: no bank can hold it. Otherwise the flash failed in both banks.
  Status Append(Bytes snapshot);
  /// As Append(), always in a bank that is erased first: never the one with the newest snapshot
  /// that is known to be whole.
  Status AppendRolling(Bytes snapshot);

  [[nodiscard]] bool exists() const { return newest_.sequence != 0; }
  [[nodiscard]] bool damaged() const { return damaged_; }
  [[nodiscard]] bool settled() const { return settled_; }
  [[nodiscard]] std::uint32_t size() const { return newest_.size; }
  [[nodiscard]] std::uint32_t sequence() const { return newest_.sequence; }

 private:
  struct Entry {
    std::uint32_t bank = 0;
    std::uint32_t position = 0;  // of its header, from the bank's start
    std::uint32_t size = 0;
    std::uint32_t sequence = 0;  // 0: no entry
    std::uint32_t crc = 0;
  };
  struct Bank {
    bool begins_well = false;  // a snapshot stands first
    bool used = false;
    std::uint32_t end = 0;  // behind it everything is blank
  };

  Status Scan();
  Status ScanBank(std::uint32_t bank, Bank& out);
  Status ParseEntry(std::uint32_t bank, std::uint32_t position, Entry& out);
  Status NoteEntry(const Entry& entry);
  [[nodiscard]] Entry NewEntry(std::uint32_t bank, std::uint32_t position, std::uint32_t sequence,
                               Bytes snapshot) const;
  Status ReadOrLose(std::uint32_t offset, MutableBytes out, bool& lost) const;
  Status IsBlank(std::uint32_t offset, std::uint32_t size, bool& blank) const;
  Status EraseBank(std::uint32_t bank);
  Status WriteEntry(const Entry& entry, Bytes snapshot);
  Status ProgramBody(const Entry& entry, Bytes snapshot);
  Status ProgramSeals(std::uint32_t offset);

  [[nodiscard]] Status CheckArea() const;
  [[nodiscard]] std::uint32_t BankOffset(std::uint32_t bank) const;

  hal::Flash& flash_;
  Area area_;
  Entry newest_;
  Entry whole_;       // the newest one with a seal; newest_ or older
  Entry distrusted_;  // read well once and badly later: Scan() passes over it
  bool damaged_ = false;
  bool settled_ = false;
  bool fresh_ = false;     // the newest snapshot's bank was erased since Mount()
  std::uint32_t end_ = 0;  // of the newest snapshot's bank: where the next one goes
};

}  // namespace linnet::release
