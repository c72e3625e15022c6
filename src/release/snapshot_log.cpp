// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/snapshot_log.hpp"

#include <algorithm>
#include <array>

#include "base/crc32.hpp"
#include "base/endian.hpp"

namespace linnet::release {
namespace {

constexpr std::uint32_t kGranule = SnapshotLog::kGranule;
constexpr std::uint32_t kMagic = 0x31534E4C;  // "LNS1"
constexpr std::uint32_t kHeaderSize = 16;
constexpr std::uint32_t kCheckedHeaderSize = 12;  // all but the CRC itself
constexpr std::uint32_t kChunkSize = 128;         // a multiple of the granule

using Granule = std::array<std::byte, kGranule>;
using EncodedHeader = std::array<std::byte, kHeaderSize>;

constexpr std::uint32_t BodySize(std::uint32_t size) {
  return (kHeaderSize + size + kGranule - 1) / kGranule * kGranule;
}

constexpr std::uint32_t EntrySize(std::uint32_t size) {
  return BodySize(size) + 2 * kGranule;  // with its seals
}

EncodedHeader EncodeHeader(std::uint32_t size, std::uint32_t sequence) {
  EncodedHeader header{};
  const MutableBytes bytes(header);
  StoreLe32(kMagic, bytes);
  StoreLe32(size, bytes.subspan(4));
  StoreLe32(sequence, bytes.subspan(8));
  return header;
}

std::uint32_t HeaderCrc(const EncodedHeader& header) {
  return Crc32(Bytes(header).first(kCheckedHeaderSize));
}

bool AllEqual(Bytes bytes, std::byte value) {
  return std::all_of(bytes.begin(), bytes.end(), [value](std::byte b) { return b == value; });
}

}  // namespace

std::uint32_t SnapshotLog::BankOffset(std::uint32_t bank) const {
  return area_.offset + bank * area_.bank_size;
}

Status SnapshotLog::CheckArea() const {
  const hal::FlashGeometry& geometry = flash_.geometry();
  const bool shape = geometry.page_size != 0 && geometry.program_unit != 0 &&
                     kGranule % geometry.program_unit == 0 && area_.bank_size != 0 &&
                     geometry.page_size % kGranule == 0 &&
                     area_.bank_size % geometry.page_size == 0 &&
                     area_.offset % geometry.page_size == 0;
  const bool fits =
      area_.offset <= geometry.size && (geometry.size - area_.offset) / 2 >= area_.bank_size;
  return shape && fits ? OkStatus() : Status(Code::kInvalidArgument);
}

/// A read that fails because the medium lost these bytes, a torn unit of a flash with an
/// error-correcting code perhaps, is no reason to give up: sets `lost`.
Status SnapshotLog::ReadOrLose(std::uint32_t offset, MutableBytes out, bool& lost) const {
  const Status status = flash_.Read(offset, out);
  lost = lost || status == Code::kDataLoss;
  return status == Code::kDataLoss ? OkStatus() : status;
}

Status SnapshotLog::IsBlank(std::uint32_t offset, std::uint32_t size, bool& blank) const {
  Granule granule;
  for (std::uint32_t done = 0; done < size; done += kGranule) {
    const MutableBytes part = MutableBytes(granule).first(std::min(kGranule, size - done));
    bool lost = false;
    LINNET_TRY(ReadOrLose(offset + done, part, lost));
    if (lost || !AllEqual(part, flash_.geometry().erased_value)) {
      blank = false;
      return OkStatus();
    }
  }
  blank = true;
  return OkStatus();
}

/// ok with sequence 0: no good snapshot stands there.
Status SnapshotLog::ParseEntry(std::uint32_t bank, std::uint32_t position, Entry& out) {
  out = {};
  EncodedHeader header;
  const std::uint32_t start = BankOffset(bank) + position;
  bool lost = false;
  LINNET_TRY(ReadOrLose(start, header, lost));
  const Bytes bytes(header);
  const std::uint32_t size = LoadLe32(bytes.subspan(4));
  const std::uint32_t room = area_.bank_size - position;
  if (lost || LoadLe32(bytes) != kMagic || size > room || EntrySize(size) > room) {
    return OkStatus();
  }
  const bool distrusted =
      distrusted_.sequence != 0 && distrusted_.bank == bank && distrusted_.position == position;
  std::uint32_t crc = HeaderCrc(header);
  Granule granule;
  for (std::uint32_t done = 0; done < size; done += kGranule) {
    const MutableBytes part = MutableBytes(granule).first(std::min(kGranule, size - done));
    LINNET_TRY(ReadOrLose(start + kHeaderSize + done, part, lost));
    crc = Crc32(part, crc);
  }
  if (!lost && crc == LoadLe32(bytes.subspan(kCheckedHeaderSize)) && !distrusted) {
    out = {bank, position, size, LoadLe32(bytes.subspan(8)), crc};
  }
  return OkStatus();
}

Status SnapshotLog::NoteEntry(const Entry& entry) {
  const std::uint32_t seals = BankOffset(entry.bank) + entry.position + BodySize(entry.size);
  bool no_first = true;
  bool no_second = true;
  LINNET_TRY(IsBlank(seals, kGranule, no_first));
  LINNET_TRY(IsBlank(seals + kGranule, kGranule, no_second));
  if (entry.sequence > newest_.sequence) {
    newest_ = entry;
    settled_ = !no_second;
  }
  if (entry.sequence > whole_.sequence && !(no_first && no_second)) {
    whole_ = entry;
  }
  return OkStatus();
}

Status SnapshotLog::ScanBank(std::uint32_t bank, Bank& out) {
  std::uint32_t position = 0;
  while (position + kGranule <= area_.bank_size) {
    Entry entry;
    LINNET_TRY(ParseEntry(bank, position, entry));
    if (entry.sequence != 0) {
      LINNET_TRY(NoteEntry(entry));
      out.begins_well = out.begins_well || position == 0;
      position += EntrySize(entry.size);
      out.end = position;
      out.used = true;
      continue;
    }
    bool blank = true;
    LINNET_TRY(IsBlank(BankOffset(bank) + position, kGranule, blank));
    if (!blank) {
      out.used = true;
      out.end = position + kGranule;
    }
    position += kGranule;
  }
  return OkStatus();
}

Status SnapshotLog::Scan() {
  newest_ = {};
  whole_ = {};
  settled_ = false;
  std::array<Bank, 2> banks;
  LINNET_TRY(ScanBank(0, banks[0]));
  LINNET_TRY(ScanBank(1, banks[1]));
  damaged_ = !exists() && (banks[0].used || banks[1].used);
  if (!exists()) {
    return Code::kNotFound;
  }
  // A newer snapshot would stand behind the newest, or first in the other bank, where a bank that
  // was begun to be erased may look blank.
  end_ = banks[newest_.bank].end;
  settled_ = settled_ && end_ == newest_.position + EntrySize(newest_.size) &&
             banks[1 - newest_.bank].begins_well;
  return OkStatus();
}

Status SnapshotLog::Mount() {
  LINNET_TRY(CheckArea());
  distrusted_ = {};
  fresh_ = false;
  return Scan();
}

Status SnapshotLog::Load(MutableBytes out) {
  LINNET_TRY(Mount());
  // Only one snapshot can have been cut; what is older was sealed.
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (newest_.size > out.size()) {
      return Code::kTooLarge;
    }
    const MutableBytes body = out.first(newest_.size);
    bool lost = false;
    LINNET_TRY(ReadOrLose(BankOffset(newest_.bank) + newest_.position + kHeaderSize, body, lost));
    if (!lost &&
        Crc32(body, HeaderCrc(EncodeHeader(newest_.size, newest_.sequence))) == newest_.crc) {
      return OkStatus();
    }
    distrusted_ = newest_;
    LINNET_TRY(Scan());
    settled_ = false;
  }
  return Code::kDataLoss;
}

Status SnapshotLog::EraseBank(std::uint32_t bank) {
  for (std::uint32_t at = 0; at < area_.bank_size; at += flash_.geometry().page_size) {
    LINNET_TRY(flash_.ErasePage(BankOffset(bank) + at));
  }
  return OkStatus();
}

Status SnapshotLog::ProgramSeals(std::uint32_t offset) {
  Granule seal;
  seal.fill(~flash_.geometry().erased_value);
  LINNET_TRY(flash_.Program(offset, seal));
  return flash_.Program(offset + kGranule, seal);
}

Status SnapshotLog::ProgramBody(const Entry& entry, Bytes snapshot) {
  EncodedHeader header = EncodeHeader(entry.size, entry.sequence);
  StoreLe32(entry.crc, MutableBytes(header).subspan(kCheckedHeaderSize));
  const std::uint32_t body_size = BodySize(entry.size);
  std::array<std::byte, kChunkSize> chunk;
  for (std::uint32_t at = 0; at < body_size; at += kChunkSize) {
    chunk.fill(flash_.geometry().erased_value);
    const std::uint32_t head = at == 0 ? kHeaderSize : 0;
    CopyBytes(Bytes(header).first(head), chunk);
    const std::uint32_t from = at == 0 ? 0 : at - kHeaderSize;
    if (from < snapshot.size()) {
      CopyBytes(snapshot.subspan(from), MutableBytes(chunk).subspan(head));
    }
    const std::uint32_t count = std::min(kChunkSize, body_size - at);
    LINNET_TRY(
        flash_.Program(BankOffset(entry.bank) + entry.position + at, Bytes(chunk).first(count)));
  }
  return OkStatus();
}

Status SnapshotLog::WriteEntry(const Entry& entry, Bytes snapshot) {
  LINNET_TRY(ProgramBody(entry, snapshot));
  Entry written;
  LINNET_TRY(ParseEntry(entry.bank, entry.position, written));
  if (written.sequence != entry.sequence || written.crc != entry.crc) {
    return Code::kDataLoss;
  }
  LINNET_TRY(ProgramSeals(BankOffset(entry.bank) + entry.position + BodySize(entry.size)));
  newest_ = entry;
  whole_ = entry;
  end_ = entry.position + EntrySize(entry.size);
  settled_ = true;
  return OkStatus();
}

SnapshotLog::Entry SnapshotLog::NewEntry(std::uint32_t bank, std::uint32_t position,
                                         std::uint32_t sequence, Bytes snapshot) const {
  const auto size = static_cast<std::uint32_t>(snapshot.size());
  const std::uint32_t crc = Crc32(snapshot, HeaderCrc(EncodeHeader(size, sequence)));
  return {bank, position, size, sequence, crc};
}

Status SnapshotLog::Append(Bytes snapshot) {
  const bool fits =
      fresh_ && settled_ && snapshot.size() < area_.bank_size &&
      EntrySize(static_cast<std::uint32_t>(snapshot.size())) <= area_.bank_size - end_;
  if (fits &&
      WriteEntry(NewEntry(newest_.bank, end_, newest_.sequence + 1, snapshot), snapshot).ok()) {
    return OkStatus();
  }
  return AppendRolling(snapshot);
}

Status SnapshotLog::AppendRolling(Bytes snapshot) {
  if (snapshot.size() >= area_.bank_size ||
      EntrySize(static_cast<std::uint32_t>(snapshot.size())) > area_.bank_size) {
    return Code::kTooLarge;
  }
  settled_ = false;  // until the new one is complete
  fresh_ = false;
  distrusted_ = {};
  // Without any seal, what reads well is the only copy there is.
  const Entry& keep = whole_.sequence != 0 ? whole_ : newest_;
  const bool first = !exists();
  const std::uint32_t bank = first ? 0 : 1 - keep.bank;
  if (first) {
    LINNET_TRY(EraseBank(1));
  }
  LINNET_TRY(EraseBank(bank));
  // Newer than whatever a cut writer may have left behind the newest one.
  LINNET_TRY(WriteEntry(NewEntry(bank, 0, newest_.sequence + 2, snapshot), snapshot));
  fresh_ = true;
  return first ? AppendRolling(snapshot) : OkStatus();
}

}  // namespace linnet::release
