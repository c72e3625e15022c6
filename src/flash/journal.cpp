// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "flash/journal.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace linnet::flash {

namespace {

constexpr std::size_t kMinValue = 16;
constexpr std::size_t kMaxValue = 0xFFFF;

}  // namespace

using Bank = JournalBank;

/// What is different in the bank that a rebuild fills.
struct Journal::Change {
  const std::uint16_t* key = nullptr;  ///< This key is not copied.
  const Bytes* value = nullptr;        ///< Its new value, if it has one.
  bool (*keep)(std::uint16_t key) = nullptr;

  [[nodiscard]] bool Copies(std::uint16_t candidate) const {
    return (key == nullptr || *key != candidate) && (keep == nullptr || keep(candidate));
  }
};

Journal::Journal(hal::Flash& flash)
    : geometry_(flash.geometry()), banks_{Bank(flash, 0), Bank(flash, 1)} {}

std::size_t Journal::max_value_size() const {
  const Bank& bank = banks_[0];
  const std::uint32_t used = bank.overhead() + bank.RecordSize(0);
  return bank.size() > used ? std::min<std::size_t>(bank.size() - used, kMaxValue) : 0;
}

Status Journal::Check() const {
  return mounted_ ? OkStatus() : Status(Code::kFailedPrecondition);
}

Status Journal::Mount() {
  mounted_ = false;
  const std::uint32_t unit = geometry_.program_unit;
  if (unit == 0 || unit > 32 || (unit & (unit - 1)) != 0 || max_value_size() < kMinValue) {
    return Code::kInvalidArgument;
  }
  LINNET_TRY(banks_[0].Load());
  LINNET_TRY(banks_[1].Load());
  LINNET_TRY(Choose());
  LINNET_TRY(Settle());
  mounted_ = true;
  return OkStatus();
}

/// The newer committed bank counts. One that is newer and not committed was cut while it was
/// filled; it goes now, because its last record may read differently next time.
Status Journal::Choose() {
  const bool second_is_newer =
      banks_[1].started() &&
      (!banks_[0].started() ||
       static_cast<std::int32_t>(banks_[1].sequence() - banks_[0].sequence()) > 0);
  active_ = second_is_newer ? 1 : 0;
  if (active().commit() != Bank::Commit::kNone) {
    return OkStatus();
  }
  Bank& newer = active();
  Bank& older = banks_[1 - active_];
  if (older.commit() == Bank::Commit::kNone) {
    log::Warning("journal", "formatted");
    if (newer.started()) {
      LINNET_TRY(newer.Cancel());
    }
    return newer.Start(newer.sequence() + 1);
  }
  active_ = 1 - active_;
  return newer.started() ? newer.Cancel() : OkStatus();
}

/// Whatever the last power loss left open is decided here for good: a value that could be read once
/// must not be gone the next time, and one that could not must not come back.
Status Journal::Settle() {
  if (active().commit() != Bank::Commit::kSettled) {
    LINNET_TRY(active().AppendCommit());
  }
  return active().clean() ? OkStatus() : Rebuild({});
}

/// How much the other bank would hold.
Status Journal::MeasureLive(const Change& change, std::uint32_t& size) {
  size = active().overhead();
  Bank::Record record;
  Status status = active().NextLive(0, record);
  for (; status.ok(); status = active().NextLive(record.key + 1U, record)) {
    size += change.Copies(record.key) ? active().RecordSize(record.length) : 0;
  }
  size += change.value == nullptr ? 0 : active().RecordSize(change.value->size());
  return status.code() == Code::kNotFound ? OkStatus() : status;
}

Status Journal::CopyNewest(Bank& to, Bank::Record record) {
  while (true) {
    const Status copied = to.Copy(active(), record);
    if (copied.code() != Code::kMismatch) {
      return copied;
    }
    // The newest value was torn and has just read differently: it never counted.
    const Status older = active().Latest(record.key, record.offset, record);
    if (!older.ok()) {
      return older.code() == Code::kNotFound ? OkStatus() : older;
    }
  }
}

Status Journal::CopyLive(Bank& to, const Change& change) {
  Bank::Record record;
  Status status = active().NextLive(0, record);
  for (; status.ok(); status = active().NextLive(record.key + 1U, record)) {
    if (change.Copies(record.key)) {
      LINNET_TRY(CopyNewest(to, record));
    }
  }
  return status.code() == Code::kNotFound ? OkStatus() : status;
}

/// Fills the other bank with what counts, and commits it.
Status Journal::Rebuild(const Change& change) {
  Bank& to = banks_[1 - active_];
  if (change.value != nullptr) {
    std::uint32_t size = 0;
    LINNET_TRY(MeasureLive(change, size));
    if (size > to.size()) {
      return Code::kResourceExhausted;
    }
  }
  LINNET_TRY(to.Start(active().sequence() + 1));
  LINNET_TRY(CopyLive(to, change));
  if (change.value != nullptr) {
    LINNET_TRY(to.Append(Bank::Type::kValue, *change.key, *change.value));
  }
  LINNET_TRY(to.AppendCommit());
  active_ = 1 - active_;
  return OkStatus();
}

Result<std::size_t> Journal::Read(std::uint16_t key, MutableBytes out) {
  LINNET_TRY(Check());
  Bank::Record record;
  LINNET_TRY(active().Latest(key, UINT32_MAX, record));
  if (record.length > out.size()) {
    return Code::kTooLarge;
  }
  LINNET_TRY(active().ReadValue(record, out.first(record.length)));
  return std::size_t{record.length};
}

/// After an error of the flash nobody knows what the log's end looks like: Mount finds out.
Status Journal::Finish(Status status) {
  if (!status.ok() && status.code() != Code::kResourceExhausted) {
    mounted_ = false;
  }
  return status;
}

Status Journal::Put(Bank::Type type, std::uint16_t key, Bytes value) {
  const Status appended = active().Append(type, key, value);
  if (appended.code() != Code::kFailedPrecondition) {
    return appended;
  }
  return Rebuild({.key = &key, .value = type == Bank::Type::kValue ? &value : nullptr});
}

Status Journal::Write(std::uint16_t key, Bytes value) {
  LINNET_TRY(Check());
  if (value.size() > max_value_size()) {
    return Code::kTooLarge;
  }
  Bank::Record record;
  Status status = active().Latest(key, UINT32_MAX, record);
  if (status.ok()) {
    status = active().CompareValue(record, value);
  }
  const bool differs = status.code() == Code::kNotFound || status.code() == Code::kMismatch;
  return Finish(differs ? Put(Bank::Type::kValue, key, value) : status);
}

Status Journal::Erase(std::uint16_t key) {
  LINNET_TRY(Check());
  Bank::Record record;
  const Status status = active().Latest(key, UINT32_MAX, record);
  if (status.code() == Code::kNotFound) {
    return OkStatus();
  }
  return Finish(status.ok() ? Put(Bank::Type::kErased, key, {}) : status);
}

Status Journal::Keep(bool (*keep)(std::uint16_t key)) {
  LINNET_TRY(Check());
  return Finish(Rebuild({.keep = keep}));
}

Result<std::uint16_t> Journal::NextKey(std::uint32_t first) {
  LINNET_TRY(Check());
  Bank::Record record;
  LINNET_TRY(active().NextLive(first, record));
  return record.key;
}

}  // namespace linnet::flash
