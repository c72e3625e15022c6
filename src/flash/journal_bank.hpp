// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// One bank of a journal: its pages, its records and how they lie in flash.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "hal/flash.hpp"

namespace linnet::flash {

/// Half of a journal's pages, as docs/formats/journal.md lays them out; part of `Journal`, which
/// decides what a bank means. Offsets count from the bank's start. Every call passes on the errors
/// of the flash.
class JournalBank {
 public:
  enum class Type : std::uint8_t { kValue = 0, kErased = 1, kCommit = 2 };

  /// A record whose header is intact; its body need not be.
  struct Record {
    std::uint32_t offset = 0;
    Type type = Type::kValue;
    std::uint16_t key = 0;
    std::uint16_t length = 0;
    std::uint32_t crc = 0;  ///< Of the header; the body's CRC continues from it.
  };

  /// Whether the bank was ever filled completely.
  enum class Commit : std::uint8_t {
    kNone,     ///< No: started and cut, or not a bank at all.
    kOpen,     ///< Yes, but the record that says so may be torn and read differently next time.
    kSettled,  ///< Yes, for good.
  };

  /// `index` 0 or 1: the first or the second half of the pages of `flash`.
  JournalBank(hal::Flash& flash, std::uint32_t index);

  /// Reads the header, finds the log's end and what state it is in.
  Status Load();
  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] std::uint32_t sequence() const { return sequence_; }
  [[nodiscard]] Commit commit() const { return commit_; }
  /// The last record was sealed and nothing lies behind it.
  [[nodiscard]] bool clean() const { return clean_; }

  /// Erases all pages and begins a log that is not committed.
  Status Start(std::uint32_t sequence);
  /// Makes a bank that is not committed worthless, for good: first by a record that says so,
  /// because an erase that is cut may leave a bank that reads as if it had never begun.
  Status Cancel();
  /// Appends the record that commits everything before it, or says again what an open one said.
  Status AppendCommit();

  /// The newest intact record of `key` in front of `before`. kNotFound: none, or it says erased.
  Status Latest(std::uint32_t key, std::uint32_t before, Record& found) const;
  /// The newest record of the smallest key that has a value and is not below `first`. kNotFound.
  Status NextLive(std::uint32_t first, Record& found) const;

  /// Copies the first out.size() bytes of the value.
  Status ReadValue(const Record& record, MutableBytes out) const;
  /// kMismatch: the record's value is another one.
  Status CompareValue(const Record& record, Bytes value) const;

  /// kFailedPrecondition: does not fit before the reserve for commit records.
  Status Append(Type type, std::uint16_t key, Bytes value);
  /// kMismatch: the value changed while it was copied; the copy does not count.
  Status Copy(const JournalBank& from, const Record& record);

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t RecordSize(std::size_t length) const;
  /// The bytes of a bank that no record of a user may take: header, commit records.
  [[nodiscard]] std::uint32_t overhead() const;

 private:
  struct Source;
  class Writer;

  [[nodiscard]] std::uint32_t Pad(std::size_t size) const;
  [[nodiscard]] std::uint32_t header_slot() const;
  [[nodiscard]] std::uint32_t reserve() const;
  [[nodiscard]] std::uint32_t HeaderCrc(std::uint32_t offset, Bytes header) const;
  Status ReadRaw(std::uint32_t offset, MutableBytes out) const;
  Status ProgramRaw(std::uint32_t offset, MutableBytes data);
  Status Next(std::uint32_t from, Record& record) const;
  Status Verify(const Record& record) const;
  Status CheckSeal(const Record& record) const;
  Status UpdateCrc(std::uint32_t offset, std::uint32_t size, std::uint32_t& crc) const;
  Status FindEnd();
  Status LoadLog(std::uint32_t used);
  Status FindCancel(std::uint32_t used);
  Status NoteCommit(const Record& record);
  Status NoteOpenCommit(const Record& record);
  Status AppendRecord(Type type, std::uint16_t key, const Source& source);
  Status AppendMark();
  Status AppendBody(std::uint32_t offset, std::uint32_t crc, const Source& source);
  [[nodiscard]] std::uint32_t EndOf(const Record& record) const {
    return record.offset + RecordSize(record.length);
  }

  hal::Flash& flash_;
  std::uint32_t base_;
  std::uint32_t size_;
  std::uint32_t granule_;
  std::byte flip_;
  std::uint32_t sequence_ = 0;
  std::uint32_t end_ = 0;  ///< Behind everything that was ever programmed.
  bool started_ = false;
  bool clean_ = false;
  bool cancelled_ = false;  ///< For good: erasing may have begun.
  /// Until the first append after Load: a mark must make sure of the place at the end.
  bool unmarked_ = false;
  Commit commit_ = Commit::kNone;
  Record commit_record_;
};

}  // namespace linnet::flash
