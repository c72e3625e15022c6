// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The half of JournalBank that changes flash.
#include <algorithm>
#include <array>

#include "base/crc32.hpp"
#include "base/endian.hpp"
#include "flash/journal_bank.hpp"
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

/// Where a record's value comes from: memory, or a record of another bank.
struct JournalBank::Source {
  Bytes memory;
  const JournalBank* bank = nullptr;
  const Record* record = nullptr;

  [[nodiscard]] std::size_t size() const {
    return record == nullptr ? memory.size() : record->length;
  }
};

/// Gathers a body into pieces that the flash can program.
class JournalBank::Writer {
 public:
  Writer(JournalBank& bank, std::uint32_t offset) : bank_(bank), offset_(offset) {
    chunk_.fill(kErased);
  }

  Status Put(Bytes data) {
    while (!data.empty()) {
      const std::size_t count = CopyBytes(data, MutableBytes(chunk_).subspan(fill_));
      fill_ += count;
      data = data.subspan(count);
      if (fill_ == chunk_.size()) {
        LINNET_TRY(Flush());
      }
    }
    return OkStatus();
  }

  /// Ends the body with its CRC.
  Status Finish(std::uint32_t crc) {
    std::array<std::byte, kCrc> bytes{};
    StoreLe32(crc, bytes);
    LINNET_TRY(Put(bytes));
    return fill_ > 0 ? Flush() : OkStatus();
  }

 private:
  Status Flush() {
    const std::uint32_t size = bank_.Pad(fill_);
    LINNET_TRY(bank_.ProgramRaw(offset_, MutableBytes(chunk_).first(size)));
    offset_ += size;
    fill_ = 0;
    chunk_.fill(kErased);
    return OkStatus();
  }

  JournalBank& bank_;
  std::uint32_t offset_;
  std::size_t fill_ = 0;
  Chunk chunk_;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the constructor
};

Status JournalBank::ProgramRaw(std::uint32_t offset, MutableBytes data) {
  for (std::byte& byte : data) {
    byte ^= flip_;
  }
  return flash_.Program(base_ + offset, data);
}

Status JournalBank::Start(std::uint32_t sequence) {
  const std::uint32_t page_size = flash_.geometry().page_size;
  for (std::uint32_t page = 0; page < size_; page += page_size) {
    LINNET_TRY(flash_.ErasePage(base_ + page));
  }
  Chunk chunk;
  chunk.fill(kErased);
  const MutableBytes header(chunk);
  StoreLe32(kMagic, header);
  StoreLe32(sequence, header.subspan(4));
  StoreLe32(size_, header.subspan(8));
  StoreLe32(Crc32(header.first(12)), header.subspan(12));
  started_ = true;
  clean_ = true;
  unmarked_ = false;
  commit_ = Commit::kNone;
  sequence_ = sequence;
  end_ = Pad(kBankHeader);
  return ProgramRaw(0, header.first(end_));
}

Status JournalBank::Cancel() {
  for (std::uint32_t i = 0; !cancelled_ && i < kCancelMarks && end_ + header_slot() <= size_; ++i) {
    LINNET_TRY(AppendMark());
  }
  started_ = false;
  return flash_.ErasePage(base_);
}

Status JournalBank::AppendCommit() {
  std::array<std::byte, kCommitValue> value{};
  if (commit_ == Commit::kOpen) {
    LINNET_TRY(ReadValue(commit_record_, value));
  } else {
    std::uint32_t crc = 0;
    LINNET_TRY(UpdateCrc(0, end_, crc));
    StoreLe32(end_, value);
    StoreLe32(crc, MutableBytes(value).subspan(4));
  }
  if (end_ + header_slot() + RecordSize(kCommitValue) <= size_) {
    LINNET_TRY(
        AppendRecord(Type::kCommit, 0, {.memory = value, .bank = nullptr, .record = nullptr}));
  } else if (commit_ == Commit::kNone) {
    return Code::kResourceExhausted;
  }
  commit_ = Commit::kSettled;
  return OkStatus();
}

Status JournalBank::Append(Type type, std::uint16_t key, Bytes value) {
  const std::uint32_t mark = unmarked_ ? header_slot() : 0;
  if (end_ + mark + RecordSize(value.size()) + reserve() > size_) {
    return Code::kFailedPrecondition;
  }
  return AppendRecord(type, key, {.memory = value, .bank = nullptr, .record = nullptr});
}

Status JournalBank::Copy(const JournalBank& from, const Record& record) {
  return AppendRecord(record.type, record.key, {.memory = {}, .bank = &from, .record = &record});
}

/// The slot at the end reads as erased, and yet a header may have been torn in it before the last
/// start. Programming all of its bits is right in either case; and should the next record be torn
/// unseen, then the mark tells that the end is not clean.
Status JournalBank::AppendMark() {
  Chunk chunk;
  chunk.fill(kProgrammed);
  LINNET_TRY(ProgramRaw(end_, MutableBytes(chunk).first(header_slot())));
  end_ += header_slot();
  unmarked_ = false;
  return OkStatus();
}

/// Three steps, each begun when the one before is complete: the header, so that the extent of all
/// that follows is known; the body with its CRC; the seal, which says that both are stable.
Status JournalBank::AppendRecord(Type type, std::uint16_t key, const Source& source) {
  if (unmarked_) {
    LINNET_TRY(AppendMark());
  }
  const std::uint32_t offset = end_;
  end_ = offset + RecordSize(source.size());
  Chunk chunk;
  chunk.fill(kErased);
  const MutableBytes header(chunk);
  header[0] = static_cast<std::byte>(type);
  header[1] = kHeaderMark;
  StoreLe16(key, header.subspan(2));
  StoreLe16(static_cast<std::uint16_t>(source.size()), header.subspan(4));
  const std::uint32_t crc = HeaderCrc(offset, header);
  StoreLe16(static_cast<std::uint16_t>(crc), header.subspan(6));
  LINNET_TRY(ProgramRaw(offset, header.first(header_slot())));
  const Status body = AppendBody(offset + header_slot(), crc, source);
  if (!body.ok() && body.code() != Code::kMismatch) {
    return body;
  }
  chunk.fill(kProgrammed);
  LINNET_TRY(ProgramRaw(end_ - granule_, MutableBytes(chunk).first(granule_)));
  return body;
}

Status JournalBank::AppendBody(std::uint32_t offset, std::uint32_t crc, const Source& source) {
  Writer writer(*this, offset);
  if (source.record == nullptr) {
    LINNET_TRY(writer.Put(source.memory));
    return writer.Finish(Crc32(source.memory, crc));
  }
  const JournalBank& bank = *source.bank;
  std::uint32_t from = source.record->offset + bank.header_slot();
  std::uint32_t from_crc = source.record->crc;
  Chunk chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): read before use
  for (std::size_t left = source.record->length; left > 0;) {
    const MutableBytes part = MutableBytes(chunk).first(std::min(left, chunk.size()));
    LINNET_TRY(bank.ReadRaw(from, part));
    from_crc = Crc32(part, from_crc);
    crc = Crc32(part, crc);
    LINNET_TRY(writer.Put(part));
    from += static_cast<std::uint32_t>(part.size());
    left -= part.size();
  }
  const MutableBytes stored = MutableBytes(chunk).first(kCrc);
  LINNET_TRY(bank.ReadRaw(from, stored));
  const bool same = LoadLe32(stored) == from_crc;
  LINNET_TRY(writer.Finish(same ? crc : ~crc));
  return same ? OkStatus() : Status(Code::kMismatch);
}

}  // namespace linnet::flash
