// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The release record: which release is wanted. Writing it is the only commit there is.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "hal/flash.hpp"
#include "release/boot_control.hpp"
#include "release/outcome.hpp"
#include "release/snapshot_log.hpp"

namespace linnet::release {

/// What one copy of the record holds, as it lies in flash: docs/formats/record.md.
struct RecordData {
  static constexpr std::uint8_t kVersion = 1;

  std::uint8_t version = kVersion;
  ReleaseState state = ReleaseState::kNone;
  std::uint8_t attempts_left = 0;
  std::uint8_t install_starts_left = 0;
  /// Starts in which boot wrote the record. A normal start writes nothing and does not count.
  std::uint32_t boot_count = 0;
  crypto::Digest confirmed{};
  crypto::Digest candidate{};  ///< Set in kStaged and kTrial, and in no other state.
  crypto::Digest golden{};
  std::array<std::uint32_t, kMaxBootImages> counter_floor{};
  /// The counters of the candidate's images; they become the floor when it is accepted.
  std::array<std::uint32_t, kMaxBootImages> candidate_counter{};
  std::uint32_t event_total = 0;
  std::array<Event, kMaxEvents> events{};  ///< A ring: event n (from 0) stands at n % kMaxEvents.
};
static_assert(std::has_unique_object_representations_v<RecordData> && sizeof(RecordData) == 428);
// What lies in flash is little endian, and used as it is.
static_assert(std::endian::native == std::endian::little);

/// Adds to the log in `data`, to be written together with what it tells.
void AddEvent(RecordData& data, const crypto::Digest& release, std::uint8_t image, Outcome outcome,
              std::uint8_t detail = 0, bool companion = false);

/// Takes the candidate out: the confirmed release is wanted, and nothing else.
void DropCandidate(RecordData& data);

/// kMalformed: no record, or one that contradicts itself. kUnsupported: of a newer format.
Status CheckRecord(const RecordData& data, std::size_t size);

/// The record in its region: Secure flash, an even number of pages, each half at least 1 KiB.
class Record {
 public:
  explicit Record(hal::Flash& region);

  /// Reads the newest copy and, if its writer was cut, makes it final before anybody acts on it.
  /// ok with !exists(): there is no record, or none that can be read (the log says which).
  /// Otherwise the flash failed or has the wrong shape.
  Status Mount();

  [[nodiscard]] bool exists() const { return exists_; }
  /// The state as it is in flash.
  [[nodiscard]] const RecordData& data() const { return data_; }

  /// Replaces the record. Not ok: it could not be written; the old one still counts, in memory too.
  Status Write(const RecordData& data);

  /// Everything that the application may know; `running` is left to the caller.
  void Describe(ReleaseStatus& out) const;

 private:
  SnapshotLog log_;
  bool exists_ = false;
  RecordData data_;
};

}  // namespace linnet::release
