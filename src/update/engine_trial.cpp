// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From a staged release to its end: the reset, the trial, the way back.
#include <algorithm>

#include "base/log.hpp"
#include "update/engine.hpp"
#include "update/reconcile.hpp"

namespace linnet::update {

namespace {

constexpr const char* kTag = "update";
constexpr Milliseconds kAgain{1000};
constexpr int kPatiences = 4;  // Resets asked for in vain before the watchdog may help.

}  // namespace

Instant Engine::Reboot(Instant now) {
  if (now >= wait_until_) {
    asked_at_ = std::min(asked_at_, now);
    wait_until_ = now + config_.reboot_patience;
    parts_.observer.OnRebootWanted();
  }
  return wait_until_;
}

bool Engine::overdue(Instant now) const {
  const Milliseconds grace = kPatiences * config_.reboot_patience;
  switch (phase_) {
    case Phase::kTrial:
      return now > begun_ + config_.trial_deadline + grace;
    case Phase::kRebooting:
    case Phase::kReverting:
      return asked_at_ != kNever && now > asked_at_ + grace;
    default:
      return false;
  }
}

Instant Engine::Prove(Instant now) {
  const Instant deadline = begun_ + config_.trial_deadline;
  if (health_.good()) {
    const Status status = parts_.boot_control.Accept(status_.candidate);
    if (status.ok()) {
      const bool ordered = notes_.stage == Stage::kStaging && notes_.candidate == status_.candidate;
      status_.state = release::ReleaseState::kReady;
      status_.confirmed = status_.candidate;
      IgnoreStatus(parts_.boot_control.Query(status_));  // The counters have risen.
      ordered ? Conclude(Stage::kSucceeded, {}) : Rest();
      return now;
    }
    log::Error(kTag, "the release cannot be confirmed: {}", status);
  }
  if (now < deadline) {
    return health_.good() ? std::min(deadline, now + kAgain) : deadline;
  }
  GiveUp(now);
  return now;
}

void Engine::GiveUp(Instant now) {
  using release::RejectReason;
  const RejectReason reason = !health_.application ? RejectReason::kUnhealthy
                              : !health_.radio     ? RejectReason::kRadio
                              : !health_.connected ? RejectReason::kNoConnection
                                                   : RejectReason::kUnspecified;
  log::Error(kTag, "given up: {}", ToText(reason));
  // Also when this fails the reset goes back, after the attempts that are left.
  IgnoreStatus(parts_.boot_control.Reject(status_.candidate, reason));
  SetPhase(Phase::kReverting);
  wait_until_ = now;
}

}  // namespace linnet::update
