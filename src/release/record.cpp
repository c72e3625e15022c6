// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/record.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace linnet::release {
void AddEvent(RecordData& data, const crypto::Digest& release, std::uint8_t image, Outcome outcome,
              std::uint8_t detail, bool companion) {
  data.events[data.event_total % kMaxEvents] = {
      PrefixOf(release), data.boot_count, image,
      outcome,           detail,          static_cast<std::uint8_t>(companion ? 1 : 0)};
  ++data.event_total;
}

void DropCandidate(RecordData& data) {
  data.state = ReleaseState::kReady;
  data.attempts_left = 0;
  data.install_starts_left = 0;
  data.candidate = {};
  data.candidate_counter = {};
}

Status CheckRecord(const RecordData& data, std::size_t size) {
  if (data.version > RecordData::kVersion) {
    return Code::kUnsupported;
  }
  const bool known = data.version == RecordData::kVersion && size == sizeof(data) &&
                     data.state >= ReleaseState::kReady && data.state <= ReleaseState::kTrial;
  const bool consistent =
      IsSet(data.confirmed) && IsSet(data.candidate) == (data.state != ReleaseState::kReady);
  return known && consistent ? OkStatus() : Status(Code::kMalformed);
}

Record::Record(hal::Flash& region) : log_(region, {0, region.geometry().size / 2}) {}

Status Record::Mount() {
  const Status status = log_.Load(std::as_writable_bytes(std::span(&data_, 1)));
  exists_ = status.ok() && CheckRecord(data_, log_.size()).ok();
  if (exists_) {
    return log_.settled() ? status : Write(data_);  // before anybody acts on it
  }
  data_ = {};
  if (status != Code::kNotFound || log_.damaged()) {
    log::Error("record", "no usable copy: {}", status);
  }
  const bool none = status.ok() || status == Code::kNotFound || status == Code::kTooLarge;
  return none ? OkStatus() : status;
}

Status Record::Write(const RecordData& data) {
  LINNET_TRY(log_.Append(std::as_bytes(std::span(&data, 1))));
  data_ = data;
  exists_ = true;
  return OkStatus();
}

void Record::Describe(ReleaseStatus& out) const {
  out.state = data_.state;
  out.attempts_left = data_.attempts_left;
  out.install_starts_left = data_.install_starts_left;
  out.boot_count = data_.boot_count;
  out.event_total = data_.event_total;
  out.counter_floor = data_.counter_floor;
  out.confirmed = data_.confirmed;
  out.candidate = data_.candidate;
  out.golden = data_.golden;
  out.event_count = static_cast<std::uint8_t>(
      std::min(data_.event_total, static_cast<std::uint32_t>(kMaxEvents)));
  const std::uint32_t first = data_.event_total - out.event_count;
  for (std::uint32_t i = 0; i < out.event_count; ++i) {
    out.events[i] = data_.events[(first + i) % kMaxEvents];
  }
}

}  // namespace linnet::release
