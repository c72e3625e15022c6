// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "flash/journal_bank.hpp"

#include <algorithm>
#include <array>

#include "base/crc32.hpp"
#include "base/endian.hpp"
#include "flash/journal_layout.hpp"

namespace linnet::flash {

using journal::Chunk;
using journal::kBankHeader;
using journal::kCancelMarks;
using journal::kCommitValue;
using journal::kCrc;
using journal::kErased;
using journal::kHeaderMark;
using journal::kMagic;
using journal::kProgrammed;
using journal::kRecordHeader;
using journal::kUnreadable;

namespace {

/// How many bytes there are up to the last one that is not `blank`.
std::size_t SizeWithout(std::byte blank, Bytes bytes) {
  std::size_t size = bytes.size();
  while (size > 0 && bytes[size - 1] == blank) {
    --size;
  }
  return size;
}

bool OfUser(JournalBank::Type type) {
  return type == JournalBank::Type::kValue || type == JournalBank::Type::kErased;
}

}  // namespace

JournalBank::JournalBank(hal::Flash& flash, std::uint32_t index) : flash_(flash) {
  const hal::FlashGeometry& geometry = flash.geometry();
  size_ = geometry.size / geometry.page_size / 2 * geometry.page_size;
  base_ = index * size_;
  granule_ = std::max<std::uint32_t>(geometry.program_unit, 4);
  flip_ = kErased ^ geometry.erased_value;
}

std::uint32_t JournalBank::Pad(std::size_t size) const {
  return (static_cast<std::uint32_t>(size) + granule_ - 1) & ~(granule_ - 1);
}

std::uint32_t JournalBank::header_slot() const {
  return Pad(kRecordHeader);
}

std::uint32_t JournalBank::RecordSize(std::size_t length) const {
  return header_slot() + Pad(length + kCrc) + granule_;
}

std::uint32_t JournalBank::reserve() const {
  return 2 * (header_slot() + RecordSize(kCommitValue));
}

std::uint32_t JournalBank::overhead() const {
  return Pad(kBankHeader) + RecordSize(kCommitValue) + reserve();
}

Status JournalBank::ReadRaw(std::uint32_t offset, MutableBytes out) const {
  const Status status = flash_.Read(base_ + offset, out);
  if (status.code() == Code::kDataLoss) {
    std::fill(out.begin(), out.end(), kUnreadable);
    return OkStatus();
  }
  LINNET_TRY(status);
  for (std::byte& byte : out) {
    byte ^= flip_;
  }
  return OkStatus();
}

/// Bound to the bank's filling and the place: a record left over from elsewhere does not verify.
std::uint32_t JournalBank::HeaderCrc(std::uint32_t offset, Bytes header) const {
  std::array<std::byte, 8> place{};
  StoreLe32(sequence_, place);
  StoreLe32(offset, MutableBytes(place).subspan(4));
  return Crc32(header.first(kRecordHeader - 2), Crc32(place));
}

Status JournalBank::UpdateCrc(std::uint32_t offset, std::uint32_t size, std::uint32_t& crc) const {
  Chunk chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): read before use
  while (size > 0) {
    const MutableBytes part = MutableBytes(chunk).first(std::min<std::size_t>(size, chunk.size()));
    LINNET_TRY(ReadRaw(offset, part));
    crc = Crc32(part, crc);
    offset += static_cast<std::uint32_t>(part.size());
    size -= static_cast<std::uint32_t>(part.size());
  }
  return OkStatus();
}

/// The first record with an intact header at `from` or behind; torn headers and gaps are stepped
/// over. kNotFound: none before the end.
Status JournalBank::Next(std::uint32_t from, Record& record) const {
  for (std::uint32_t offset = from; offset + header_slot() <= end_; offset += granule_) {
    std::array<std::byte, kRecordHeader> header{};
    LINNET_TRY(ReadRaw(offset, header));
    const std::uint32_t crc = HeaderCrc(offset, header);
    const Record found{offset, static_cast<Type>(header[0]), LoadLe16(Bytes(header).subspan(2)),
                       LoadLe16(Bytes(header).subspan(4)), crc};
    if (LoadLe16(Bytes(header).subspan(6)) == static_cast<std::uint16_t>(crc) &&
        header[1] == kHeaderMark && found.type <= Type::kCommit &&
        RecordSize(found.length) <= size_ - offset) {
      record = found;
      return OkStatus();
    }
  }
  return Code::kNotFound;
}

/// kDataLoss: the body is not what was written.
Status JournalBank::Verify(const Record& record) const {
  const std::uint32_t body = record.offset + header_slot();
  std::uint32_t crc = record.crc;
  LINNET_TRY(UpdateCrc(body, record.length, crc));
  std::array<std::byte, kCrc> stored{};
  LINNET_TRY(ReadRaw(body + record.length, stored));
  return LoadLe32(stored) == crc ? Code::kOk : Code::kDataLoss;
}

/// kNotFound: no bit of the seal was programmed.
Status JournalBank::CheckSeal(const Record& record) const {
  Chunk chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): read before use
  const MutableBytes seal = MutableBytes(chunk).first(granule_);
  LINNET_TRY(ReadRaw(EndOf(record) - granule_, seal));
  return SizeWithout(kErased, seal) > 0 ? Code::kOk : Code::kNotFound;
}

Status JournalBank::Load() {
  started_ = false;
  clean_ = false;
  cancelled_ = false;
  commit_ = Commit::kNone;
  std::array<std::byte, kBankHeader> header{};
  LINNET_TRY(ReadRaw(0, header));
  const Bytes bytes(header);
  if (LoadLe32(bytes) != kMagic || LoadLe32(bytes.subspan(8)) != size_ ||
      LoadLe32(bytes.subspan(12)) != Crc32(bytes.first(12))) {
    return OkStatus();
  }
  started_ = true;
  sequence_ = LoadLe32(bytes.subspan(4));
  return FindEnd();
}

/// The end is behind the last byte that does not read as erased; LoadLog knows better where records
/// were begun.
Status JournalBank::FindEnd() {
  Chunk chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): read before use
  const std::uint32_t begin = Pad(kBankHeader);
  std::uint32_t end = size_;
  std::size_t used = 0;
  while (used == 0 && end > begin) {
    const MutableBytes part =
        MutableBytes(chunk).first(std::min<std::size_t>(end - begin, chunk.size()));
    end -= static_cast<std::uint32_t>(part.size());
    LINNET_TRY(ReadRaw(end, part));
    used = SizeWithout(kErased, part);
  }
  return LoadLog(Pad(end + used));
}

/// Walks all records once: where the last one ends, whether it is whole, whether the bank counts.
Status JournalBank::LoadLog(std::uint32_t used) {
  end_ = used;
  Record record;
  Record last;
  Status status = Next(Pad(kBankHeader), record);
  for (; status.ok(); status = Next(EndOf(record), record)) {
    LINNET_TRY(NoteCommit(record));
    last = record;
  }
  if (status.code() != Code::kNotFound) {
    return status;
  }
  unmarked_ = true;
  if (commit_ != Commit::kSettled) {
    LINNET_TRY(FindCancel(used));
  }
  if (last.offset == 0) {
    return OkStatus();
  }
  status = Verify(last);
  if (status.ok()) {
    status = CheckSeal(last);
  }
  clean_ = status.ok() && used <= EndOf(last);
  end_ = std::max(used, EndOf(last));
  const bool settled = status.code() == Code::kDataLoss || status.code() == Code::kNotFound;
  return settled ? OkStatus() : status;
}

/// Cancelled: the log ends with so many marks.
Status JournalBank::FindCancel(std::uint32_t used) {
  const std::uint32_t size = kCancelMarks * header_slot();
  if (used < Pad(kBankHeader) + size) {
    return OkStatus();
  }
  for (std::uint32_t offset = used - size; offset < used; offset += granule_) {
    Chunk chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): read before use
    const MutableBytes part = MutableBytes(chunk).first(granule_);
    LINNET_TRY(ReadRaw(offset, part));
    if (SizeWithout(kProgrammed, part) > 0) {
      return OkStatus();
    }
  }
  cancelled_ = true;
  commit_ = Commit::kNone;
  return OkStatus();
}

/// An open commit is settled by its seal, or by anything that was written because it counted.
Status JournalBank::NoteCommit(const Record& record) {
  if (commit_ == Commit::kSettled || (commit_ == Commit::kNone && OfUser(record.type))) {
    return OkStatus();
  }
  const Status intact = Verify(record);
  if (!intact.ok()) {
    return intact.code() == Code::kDataLoss ? OkStatus() : intact;
  }
  const Status seal = CheckSeal(record);
  if (!seal.ok() && seal.code() != Code::kNotFound) {
    return seal;
  }
  if (seal.ok() || OfUser(record.type)) {
    commit_ = Commit::kSettled;
    return OkStatus();
  }
  return NoteOpenCommit(record);
}

/// The record is not sealed. The bank may have been on its way to be erased, so what it commits
/// must still be there.
Status JournalBank::NoteOpenCommit(const Record& record) {
  std::array<std::byte, kCommitValue> value{};
  LINNET_TRY(ReadValue(record, value));
  const std::uint32_t end = LoadLe32(value);
  std::uint32_t crc = 0;
  LINNET_TRY(UpdateCrc(0, std::min(end, record.offset), crc));
  if (crc == LoadLe32(Bytes(value).subspan(4))) {
    commit_ = Commit::kOpen;
    commit_record_ = record;
  }
  return OkStatus();
}

Status JournalBank::Latest(std::uint32_t key, std::uint32_t before, Record& found) const {
  while (true) {
    Record record;
    found.offset = 0;
    Status status = Next(Pad(kBankHeader), record);
    for (; status.ok() && record.offset < before; status = Next(EndOf(record), record)) {
      if (record.key == key && OfUser(record.type)) {
        found = record;
      }
    }
    if ((!status.ok() && status.code() != Code::kNotFound) || found.offset == 0) {
      return status.ok() ? Code::kNotFound : status;
    }
    status = Verify(found);
    if (status.code() != Code::kDataLoss) {
      return status.ok() && found.type == Type::kErased ? Code::kNotFound : status;
    }
    before = found.offset;
  }
}

Status JournalBank::NextLive(std::uint32_t first, Record& found) const {
  while (true) {
    std::uint32_t key = UINT32_MAX;
    Record record;
    Status status = Next(Pad(kBankHeader), record);
    for (; status.ok(); status = Next(EndOf(record), record)) {
      if (OfUser(record.type) && record.key >= first) {
        key = std::min<std::uint32_t>(key, record.key);
      }
    }
    if (status.code() != Code::kNotFound || key == UINT32_MAX) {
      return status;
    }
    status = Latest(key, UINT32_MAX, found);
    if (status.code() != Code::kNotFound) {
      return status;
    }
    first = key + 1;
  }
}

Status JournalBank::ReadValue(const Record& record, MutableBytes out) const {
  return ReadRaw(record.offset + header_slot(), out);
}

Status JournalBank::CompareValue(const Record& record, Bytes value) const {
  if (record.length != value.size()) {
    return Code::kMismatch;
  }
  Chunk chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): read before use
  std::uint32_t offset = record.offset + header_slot();
  while (!value.empty()) {
    const MutableBytes part = MutableBytes(chunk).first(std::min(value.size(), chunk.size()));
    LINNET_TRY(ReadRaw(offset, part));
    if (!Equal(part, value.first(part.size()))) {
      return Code::kMismatch;
    }
    offset += static_cast<std::uint32_t>(part.size());
    value = value.subspan(part.size());
  }
  return OkStatus();
}

}  // namespace linnet::flash
