// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "vault_service/release_service.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace linnet::vault_service {
namespace {

using release::Outcome;
using release::Places;
using release::RecordData;
using release::ReleaseState;

constexpr const char* kTag = "vault";

bool IsPending(const RecordData& data, const crypto::Digest& release) {
  return (data.state == ReleaseState::kStaged || data.state == ReleaseState::kTrial) &&
         data.candidate == release;
}

}  // namespace

Status ReleaseService::Query(release::ReleaseStatus& out) {
  out = {};
  config_.record->Describe(out);
  out.running = config_.running;
  return OkStatus();
}

/// The commit, with its entry in the outcome log and its line on the console.
Status ReleaseService::Change(RecordData& data, const crypto::Digest& release, Outcome outcome,
                              const char* line, std::uint8_t detail) {
  AddEvent(data, release, 0, outcome, detail);
  LINNET_TRY(config_.record->Write(data));
  const FormatArgument digest(Bytes(release).first(4));
  log::Write(log::Level::kInfo, kTag, line, std::span(&digest, 1));
  return OkStatus();
}

/// As the store is now. A medium that cannot be read is a refusal too.
release::SetVerdict ReleaseService::FindInStore(const crypto::Digest& release, Places places) {
  std::array<std::byte, 256> scratch;
  if (!config_.store->Mount().ok()) {
    return {{image::Reason::kReadFailed, 0}};
  }
  const release::SetSearch search{config_.images, config_.record->data().counter_floor,
                                  config_.store, nullptr, scratch};
  return FindSet(search, release, places, set_);
}

/// The way back needs the boot images; what the application loads, it can also fetch again.
bool ReleaseService::HoldsConfirmed() {
  const bool held = FindInStore(config_.record->data().confirmed, Places::kStore).ok();
  if (!held) {
    log::Warning(kTag, "refused: no way back in the store");
  }
  return held;
}

Status ReleaseService::CheckCandidate(const crypto::Digest& candidate, RecordData& data) {
  if (const release::SetVerdict verdict = FindInStore(candidate, Places::kStoreComplete);
      !verdict.ok()) {
    return Refuse(candidate, verdict);
  }
  for (std::size_t i = 0; i < set_.members.size(); ++i) {
    data.candidate_counter[i] = set_.members[i].counter;
  }
  return OkStatus();
}

Status ReleaseService::Refuse(const crypto::Digest& release, const release::SetVerdict& verdict) {
  log::Warning(kTag, "refused, part {}: {}", verdict.image, image::ToText(verdict.verdict.reason));
  RecordData data = config_.record->data();
  AddEvent(data, release, verdict.image, Outcome::kStageRefused,
           static_cast<std::uint8_t>(verdict.verdict.reason), verdict.companion);
  IgnoreStatus(config_.record->Write(data));  // only the log is lost
  return verdict.status();
}

Status ReleaseService::Stage(const crypto::Digest& release) {
  RecordData data = config_.record->data();
  if (data.state == ReleaseState::kStaged && data.candidate == release) {
    return OkStatus();
  }
  if (data.state == ReleaseState::kReady && data.confirmed == release) {
    return Code::kAlreadyExists;
  }
  if (data.state != ReleaseState::kReady || data.confirmed != config_.running) {
    return Code::kFailedPrecondition;
  }
  LINNET_TRY(CheckCandidate(release, data));
  if (!HoldsConfirmed()) {
    return Code::kFailedPrecondition;
  }
  data.state = ReleaseState::kStaged;
  data.candidate = release;
  data.attempts_left = config_.budget.attempts;
  data.install_starts_left = config_.budget.install_starts;
  return Change(data, release, Outcome::kStaged, "staged release {}");
}

Status ReleaseService::Accept(const crypto::Digest& release) {
  RecordData data = config_.record->data();
  if (release != config_.running || !release::IsSet(release)) {
    return Code::kPermissionDenied;
  }
  if (data.state == ReleaseState::kReady && data.confirmed == release) {
    return OkStatus();
  }
  if (data.state != ReleaseState::kTrial) {
    return Code::kFailedPrecondition;
  }
  if (data.candidate != release) {
    return Code::kPermissionDenied;
  }
  data.confirmed = release;
  for (std::size_t i = 0; i < data.counter_floor.size(); ++i) {
    data.counter_floor[i] = std::max(data.counter_floor[i], data.candidate_counter[i]);
  }
  DropCandidate(data);
  return Change(data, release, Outcome::kAccepted, "accepted release {}");
}

Status ReleaseService::Reject(const crypto::Digest& release, release::RejectReason reason) {
  RecordData data = config_.record->data();
  if (!IsPending(data, release)) {
    return Code::kNotFound;
  }
  DropCandidate(data);
  return Change(data, release, Outcome::kRejected, "rejected release {}",
                static_cast<std::uint8_t>(reason));
}

Status ReleaseService::MarkGolden(const crypto::Digest& release) {
  RecordData data = config_.record->data();
  if (data.state != ReleaseState::kReady) {
    return Code::kFailedPrecondition;
  }
  if (data.confirmed != release || config_.running != release) {
    return Code::kPermissionDenied;
  }
  if (data.golden == release) {
    return OkStatus();
  }
  if (!HoldsConfirmed()) {
    return Code::kFailedPrecondition;
  }
  data.golden = release;
  return Change(data, release, Outcome::kGoldenMarked, "golden release {}");
}

/// It was confirmed once, so it needs no trial; and its application may know no cloud any more to
/// accept itself by.
Status ReleaseService::RestoreGolden() {
  RecordData data = config_.record->data();
  if (!release::IsSet(data.golden)) {
    return Code::kNotFound;
  }
  if (data.state != ReleaseState::kReady) {
    return Code::kFailedPrecondition;
  }
  if (data.confirmed == data.golden) {
    return OkStatus();
  }
  if (const release::SetVerdict verdict = FindInStore(data.golden, Places::kStore); !verdict.ok()) {
    return Refuse(data.golden, verdict);
  }
  data.confirmed = data.golden;
  return Change(data, data.golden, Outcome::kFactoryReset, "factory reset to release {}");
}

}  // namespace linnet::vault_service
