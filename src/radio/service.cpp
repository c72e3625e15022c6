// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "radio/service.hpp"
#include "base/view.hpp"

#include "base/log.hpp"
#include "base/words.hpp"
#include "image/verify.hpp"

namespace linnet::radio {
namespace {

constexpr const char* kTag = "radio";
// Time must pass, or a chip that hangs would keep the loop from ever sleeping.
constexpr Milliseconds kPollEvery{1};

}  // namespace

StringView ToString(ServiceState state) {
  return WordAt(static_cast<std::size_t>(state),
                "stopped|unnamed|unreadable|missing|loading|running|failed");
}

FirmwareService::FirmwareService(hal::Radio& radio, release::Store& store, image::Source& running,
                                 MutableBytes chunk)
    : radio_(radio), store_(store), running_(running), loader_(radio, chunk) {}

void FirmwareService::SetState(ServiceState state) {
  if (state == state_) {
    return;
  }
  log::Info(kTag, "{} -> {}", ToString(state_), ToString(state));
  state_ = state;
}

Instant FirmwareService::Wait(ServiceState state, Instant until) {
  SetState(state);
  wake_ = until;
  return until;
}

void FirmwareService::Begin(Instant now) {
  named_.reset();
  attempts_ = 0;
  wake_ = ReadNames(now);
}

Instant FirmwareService::ReadNames(Instant now) {
  image::Manifest manifest;
  const Result<image::Header> header = image::ReadHeader(running_);
  const Status status =
      header.ok() ? image::ReadManifest(running_, *header, manifest) : header.status();
  if (!status.ok()) {
    log::Error(kTag, "what the application names cannot be read: {}", status);
    return Wait(ServiceState::kUnreadable, now + kLookAgain);
  }
  const image::ManifestEntry* wifi =
      manifest.Find(image::ManifestKind::kCompanion, image::companion::kWifiFirmware);
  if (wifi == nullptr) {
    radio_.PowerOff();
    return Wait(ServiceState::kUnnamed, kNever);
  }
  named_ = *wifi;
  return Find(now);
}

Instant FirmwareService::Find(Instant now) {
  const Result<release::Part> part = store_.Find(named_->digest);
  if (!part.ok()) {
    if (state_ != ServiceState::kMissing) {
      log::Error(kTag, "Wi-Fi firmware {} with digest {} is not in the store: {}",
                 FirmwareText(named_->version.build).view(), Bytes(named_->digest), part.status());
    }
    return Wait(ServiceState::kMissing, now + kLookAgain);
  }
  source_.emplace(store_.region(), part->offset, part->length);
  loader_.Start(*source_, named_->digest, now);
  return Wait(ServiceState::kLoading, now);
}

Instant FirmwareService::Load(Instant now) {
  const Status status = loader_.Poll(now);
  if (status == Code::kPending) {
    return now + kPollEvery;
  }
  if (status.ok()) {
    attempts_ = 0;
    return Wait(ServiceState::kRunning, kNever);
  }
  return OnFailure(now);
}

// A chip may come to its senses, and damaged content may be fetched anew; a firmware of another
// version stays one.
Instant FirmwareService::OnFailure(Instant now) {
  const bool chip = failure() == LoadFailure::kSilent || failure() == LoadFailure::kRefused;
  attempts_ = static_cast<std::uint8_t>(attempts_ + (chip ? 1 : 0));
  const bool hopeless = failure() == LoadFailure::kOtherVersion ||
                        failure() == LoadFailure::kMissingFeature || attempts_ >= kMaxAttempts;
  return Wait(ServiceState::kFailed, hopeless ? kNever : now + kRetryAfter);
}

Instant FirmwareService::Run(Instant now) {
  if (state_ == ServiceState::kLoading) {
    return Load(now);
  }
  if (now < wake_) {
    return wake_;
  }
  switch (state_) {
    case ServiceState::kUnreadable:
      return ReadNames(now);
    case ServiceState::kMissing:
    case ServiceState::kFailed:
      return Find(now);
    default:
      wake_ = kNever;
      return kNever;
  }
}

}  // namespace linnet::radio
