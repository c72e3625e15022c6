// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The release record: which release is wanted. Writing it is the only commit there is.
#pragma once

#include <array>
#include <cstdint>

#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "hal/flash.hpp"
#include "release/boot_control.hpp"
#include "release/outcome.hpp"
#include "release/snapshot_log.hpp"

namespace linnet::release {

/// What one copy of the record holds. docs/formats/record.md has the bits.
struct RecordData {
  ReleaseState state = ReleaseState::kNone;
  std::uint8_t attempts_left = 0;
  std::uint8_t install_starts_left = 0;
  crypto::Digest confirmed{};
  crypto::Digest candidate{};  ///< Set in kStaged and kTrial, and in no other state.
  crypto::Digest golden{};
  std::array<std::uint32_t, kMaxBootImages> counter_floor{};
  /// The counters of the candidate's images; they become the floor when it is accepted.
  std::array<std::uint32_t, kMaxBootImages> candidate_counter{};
  std::uint32_t event_total = 0;
  std::array<Event, kMaxEvents> events{};  ///< A ring: event n (from 0) stands at n % kMaxEvents.
};

inline constexpr std::uint32_t kRecordSize = 432;
using EncodedRecord = std::array<std::byte, kRecordSize>;

/// `boot_base`: starts counted before the ticks of the bank that this copy is written to.
void EncodeRecord(const RecordData& data, std::uint32_t boot_base, EncodedRecord& out);
/// kMalformed: not a record, or one that contradicts itself; `out` is then not to be used.
/// kUnsupported: made by a newer format.
Status DecodeRecord(Bytes bytes, RecordData& out, std::uint32_t& boot_base);

/// The record in its region: Secure flash, an even number of pages, each half at least 1 KiB.
class Record {
 public:
  explicit Record(hal::Flash& region);

  /// Reads the newest copy and, if its writer was cut, makes it final before anybody acts on it.
  /// ok with !exists(): there is no record, or none that can be read (the log says which).
  /// Otherwise the flash failed or has the wrong shape.
  Status Mount();

  [[nodiscard]] bool exists() const { return exists_; }
  [[nodiscard]] const RecordData& data() const { return data_; }

  /// Replaces the record. kDataLoss: it could not be written, the old one still counts, in
  /// memory too.
  Status Write(const RecordData& data);

  /// One more start: a mark of one program unit, seldom a whole copy. Requires exists().
  Status CountStart();
  [[nodiscard]] std::uint32_t boot_count() const { return boot_base_ + log_.ticks(); }

  /// Adds to the log in `data`; the caller writes `data` afterwards, together with what it says.
  void AddEvent(RecordData& data, const crypto::Digest& release, std::uint8_t image,
                Outcome outcome, std::uint8_t detail = 0) const;

  /// Everything of the record as the application sees it; `running` is set by the caller.
  void Describe(ReleaseStatus& out) const;

 private:
  Status WriteTo(const RecordData& data, bool roll);

  SnapshotLog log_;
  bool exists_ = false;
  std::uint32_t boot_base_ = 0;
  RecordData data_;
};

}  // namespace linnet::release
