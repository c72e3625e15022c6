// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "vault_service/release_service.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace linnet::vault_service {
namespace {

using release::Outcome;
using release::RecordData;
using release::ReleaseState;

constexpr std::string_view kTag = "vault";

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

/// Both releases, as far as going forward and back needs them.
Status ReleaseService::CheckStore(const crypto::Digest& candidate, release::VerifiedPart& found) {
  const RecordData& data = config_.record->data();
  const release::Limits limits{config_.execution_size, data.counter_floor[0]};
  LINNET_TRY(config_.store->Mount());
  const Status status = FindVerified(*config_.store, candidate, *config_.verifier, limits, found);
  if (!status.ok()) {
    if (status != Code::kNotFound) {
      IgnoreStatus(LogRefusal(candidate, found.verdict.reason));
    }
    return status;
  }
  release::VerifiedPart confirmed;
  if (!FindVerified(*config_.store, data.confirmed, *config_.verifier, limits, confirmed).ok()) {
    log::Warning(kTag, "not staged: the store does not hold the confirmed release");
    return Code::kFailedPrecondition;
  }
  return OkStatus();
}

Status ReleaseService::LogRefusal(const crypto::Digest& release, image::Reason reason) {
  log::Warning(kTag, "not staged: {}", image::ToText(reason));
  RecordData data = config_.record->data();
  AddEvent(data, release, 0, Outcome::kStageRefused, static_cast<std::uint8_t>(reason));
  return config_.record->Write(data);
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
  release::VerifiedPart found;
  LINNET_TRY(CheckStore(release, found));

  data = config_.record->data();
  data.state = ReleaseState::kStaged;
  data.candidate = release;
  data.candidate_counter[0] = found.info.security_counter;
  data.attempts_left = config_.budget.attempts;
  data.install_starts_left = config_.budget.install_starts;
  AddEvent(data, release, 0, Outcome::kStaged);
  LINNET_TRY(config_.record->Write(data));
  log::Info(kTag, "staged release {}, version {}", Bytes(release).first(4),
            image::ToText(found.info.header.version).view());
  return OkStatus();
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
  AddEvent(data, release, 0, Outcome::kAccepted);
  LINNET_TRY(config_.record->Write(data));
  log::Info(kTag, "accepted release {}", Bytes(release).first(4));
  return OkStatus();
}

Status ReleaseService::Reject(const crypto::Digest& release, release::RejectReason reason) {
  RecordData data = config_.record->data();
  if (!IsPending(data, release)) {
    return Code::kNotFound;
  }
  DropCandidate(data);
  AddEvent(data, release, 0, Outcome::kRejected, static_cast<std::uint8_t>(reason));
  LINNET_TRY(config_.record->Write(data));
  log::Info(kTag, "rejected release {}", Bytes(release).first(4));
  return OkStatus();
}

}  // namespace linnet::vault_service
