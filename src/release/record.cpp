// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/record.hpp"

#include <algorithm>

#include "base/endian.hpp"
#include "base/log.hpp"

namespace linnet::release {
namespace {

constexpr std::string_view kTag = "record";
constexpr std::byte kVersion{1};

/// Where everything stands in an encoded record.
constexpr std::size_t kVersionAt = 0;
constexpr std::size_t kStateAt = 1;
constexpr std::size_t kAttemptsAt = 2;
constexpr std::size_t kInstallStartsAt = 3;
constexpr std::size_t kBootCountAt = 4;
constexpr std::size_t kConfirmedAt = 8;
constexpr std::size_t kCandidateAt = 40;
constexpr std::size_t kGoldenAt = 72;
constexpr std::size_t kFloorsAt = 104;
constexpr std::size_t kCandidateCountersAt = kFloorsAt + 4 * kMaxBootImages;
constexpr std::size_t kEventTotalAt = kCandidateCountersAt + 4 * kMaxBootImages;
constexpr std::size_t kEventsAt = kEventTotalAt + 4;
constexpr std::size_t kEventSize = 16;
static_assert(kEventsAt + kMaxEvents * kEventSize == kRecordSize);

void EncodeEvent(const Event& event, MutableBytes out) {
  CopyBytes(event.release, out);
  StoreLe32(event.boot_count, out.subspan(8));
  out[12] = static_cast<std::byte>(event.image);
  out[13] = static_cast<std::byte>(event.outcome);
  out[14] = static_cast<std::byte>(event.detail);
}

Event DecodeEvent(Bytes bytes) {
  Event event;
  CopyBytes(bytes.first(event.release.size()), event.release);
  event.boot_count = LoadLe32(bytes.subspan(8));
  event.image = std::to_integer<std::uint8_t>(bytes[12]);
  event.outcome = static_cast<Outcome>(bytes[13]);
  event.detail = std::to_integer<std::uint8_t>(bytes[14]);
  return event;
}

bool IsConsistent(const RecordData& data) {
  const bool has_candidate =
      data.state == ReleaseState::kStaged || data.state == ReleaseState::kTrial;
  return data.state >= ReleaseState::kReady && data.state <= ReleaseState::kTrial &&
         IsSet(data.confirmed) && IsSet(data.candidate) == has_candidate;
}

}  // namespace

void AddEvent(RecordData& data, const crypto::Digest& release, std::uint8_t image, Outcome outcome,
              std::uint8_t detail) {
  data.events[data.event_total % kMaxEvents] = {PrefixOf(release), data.boot_count, image,
                                                outcome,           detail,          0};
  ++data.event_total;
}

EncodedRecord EncodeRecord(const RecordData& data) {
  EncodedRecord encoded{};
  const MutableBytes out(encoded);
  out[kVersionAt] = kVersion;
  out[kStateAt] = static_cast<std::byte>(data.state);
  out[kAttemptsAt] = static_cast<std::byte>(data.attempts_left);
  out[kInstallStartsAt] = static_cast<std::byte>(data.install_starts_left);
  StoreLe32(data.boot_count, out.subspan(kBootCountAt));
  CopyBytes(data.confirmed, out.subspan(kConfirmedAt));
  CopyBytes(data.candidate, out.subspan(kCandidateAt));
  CopyBytes(data.golden, out.subspan(kGoldenAt));
  for (std::size_t i = 0; i < kMaxBootImages; ++i) {
    StoreLe32(data.counter_floor[i], out.subspan(kFloorsAt + 4 * i));
    StoreLe32(data.candidate_counter[i], out.subspan(kCandidateCountersAt + 4 * i));
  }
  StoreLe32(data.event_total, out.subspan(kEventTotalAt));
  for (std::size_t i = 0; i < kMaxEvents; ++i) {
    EncodeEvent(data.events[i], out.subspan(kEventsAt + kEventSize * i));
  }
  return encoded;
}

Status DecodeRecord(Bytes bytes, RecordData& out) {
  if (bytes.empty() || bytes[kVersionAt] == std::byte{0}) {
    return Code::kMalformed;
  }
  if (bytes[kVersionAt] != kVersion) {
    return Code::kUnsupported;
  }
  if (bytes.size() != kRecordSize) {
    return Code::kMalformed;
  }
  out.state = static_cast<ReleaseState>(bytes[kStateAt]);
  out.attempts_left = std::to_integer<std::uint8_t>(bytes[kAttemptsAt]);
  out.install_starts_left = std::to_integer<std::uint8_t>(bytes[kInstallStartsAt]);
  out.boot_count = LoadLe32(bytes.subspan(kBootCountAt));
  CopyBytes(bytes.subspan(kConfirmedAt, out.confirmed.size()), out.confirmed);
  CopyBytes(bytes.subspan(kCandidateAt, out.candidate.size()), out.candidate);
  CopyBytes(bytes.subspan(kGoldenAt, out.golden.size()), out.golden);
  for (std::size_t i = 0; i < kMaxBootImages; ++i) {
    out.counter_floor[i] = LoadLe32(bytes.subspan(kFloorsAt + 4 * i));
    out.candidate_counter[i] = LoadLe32(bytes.subspan(kCandidateCountersAt + 4 * i));
  }
  out.event_total = LoadLe32(bytes.subspan(kEventTotalAt));
  for (std::size_t i = 0; i < kMaxEvents; ++i) {
    out.events[i] = DecodeEvent(bytes.subspan(kEventsAt + kEventSize * i, kEventSize));
  }
  return IsConsistent(out) ? OkStatus() : Status(Code::kMalformed);
}

Record::Record(hal::Flash& region) : log_(region, {0, region.geometry().size / 2}) {}

Status Record::Mount() {
  exists_ = false;
  data_ = {};
  EncodedRecord bytes;
  const Status loaded = log_.Load(bytes);
  if (loaded == Code::kNotFound) {
    if (log_.damaged()) {
      log::Error(kTag, "no copy can be read");
    }
    return OkStatus();
  }
  const Status decoded =
      loaded.ok() ? DecodeRecord(Bytes(bytes).first(log_.size()), data_) : loaded;
  if (loaded == Code::kTooLarge || !decoded.ok()) {
    log::Error(kTag, "the newest copy is not usable: {}", decoded);
    data_ = {};
    return loaded == Code::kTooLarge || loaded.ok() ? OkStatus() : loaded;
  }
  exists_ = true;
  if (!log_.settled()) {
    log::Warning(kTag, "its last writer was cut: writing copy {} again", log_.sequence());
    return Write(data_);
  }
  return OkStatus();
}

Status Record::Write(const RecordData& data) {
  LINNET_TRY(log_.Append(EncodeRecord(data)));
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
