// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/reconcile.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/format.hpp"
#include "base/view.hpp"
#include "hal/reset.hpp"
#include "image/verdict.hpp"
#include "release/outcome.hpp"

namespace linnet::update {

namespace {

using release::Event;
using release::Outcome;
using release::ReleaseState;
using release::ReleaseStatus;

bool Ends(Outcome outcome) {
  switch (outcome) {
    case Outcome::kStageRefused:
    case Outcome::kRejected:
    case Outcome::kAttemptsSpent:
    case Outcome::kInstallFailed:
    case Outcome::kCopyFailed:
    case Outcome::kInstallStartsSpent:
      return true;
    default:
      return false;
  }
}

/// The last event of the noted candidate that `wanted` accepts, logged since the notes were made.
template <typename Wanted>
std::optional<Event> LastEvent(const Notes& notes, const ReleaseStatus& status, Wanted wanted) {
  const release::DigestPrefix prefix = release::PrefixOf(notes.candidate);
  const std::size_t count = std::min<std::size_t>(status.event_count, status.events.size());
  const std::size_t fresh = std::min<std::size_t>(count, status.event_total - notes.event_total);
  for (std::size_t i = 0; i < fresh; ++i) {
    const Event& event = status.events[count - 1 - i];
    if (event.release == prefix && wanted(event.outcome)) {
      return event;
    }
  }
  return std::nullopt;
}

Decision ReconcileStaging(const Notes& notes, const ReleaseStatus& status) {
  if (status.confirmed == notes.candidate) {
    return Decision::kSucceed;
  }
  const bool wanted = status.state == ReleaseState::kStaged || status.state == ReleaseState::kTrial;
  if (wanted && status.candidate != notes.candidate) {
    return Decision::kFail;
  }
  if (wanted) {
    return status.running == notes.candidate ? Decision::kProve : Decision::kReboot;
  }
  return LastEvent(notes, status, Ends).has_value() ? Decision::kFail : Decision::kWait;
}

StringView Detail(const Notes& notes, const ReleaseStatus& status, const Event& event) {
  switch (event.outcome) {
    case Outcome::kStageRefused:
    case Outcome::kInstallFailed:
      return image::ToText(static_cast<image::Reason>(event.detail));
    case Outcome::kCopyFailed:
      return linnet::ToString(static_cast<Code>(event.detail));
    case Outcome::kRejected:
      return ToText(static_cast<release::RejectReason>(event.detail));
    case Outcome::kAttemptsSpent: {
      const auto ended = LastEvent(
          notes, status, [](Outcome outcome) { return outcome == Outcome::kAttemptEnded; });
      return ended.has_value() ? hal::ToString(static_cast<hal::ResetCause>(ended->detail))
                               : StringView();
    }
    default:
      return {};
  }
}

Fault FaultOf(const Event& event) {
  switch (event.outcome) {
    case Outcome::kStageRefused:
      return Fault::kNotTrusted;
    case Outcome::kAttemptsSpent:
      return Fault::kCrashed;
    case Outcome::kRejected:
      break;
    default:
      return Fault::kInstall;
  }
  switch (static_cast<release::RejectReason>(event.detail)) {
    case release::RejectReason::kCancelled:
      return Fault::kCancelled;
    case release::RejectReason::kNoConnection:
      return Fault::kNoConnection;
    case release::RejectReason::kUnhealthy:
      return Fault::kUnhealthy;
    case release::RejectReason::kPartMissing:
      return Fault::kPartMissing;
    case release::RejectReason::kRadio:
      return Fault::kRadio;
    default:
      return Fault::kUnknown;
  }
}

}  // namespace

Decision Reconcile(const Notes& notes, const ReleaseStatus& status) {
  if (notes.stage == Stage::kStaging) {
    return ReconcileStaging(notes, status);
  }
  // A release that nobody ordered through the engine must prove itself too, before anything else.
  if (status.state == ReleaseState::kTrial && status.running == status.candidate) {
    return Decision::kProve;
  }
  if (notes.stage == Stage::kNone || notes.stage == Stage::kFetching) {
    const bool other_wanted =
        status.state == ReleaseState::kStaged || status.state == ReleaseState::kTrial;
    return other_wanted ? Decision::kReboot : Decision::kWait;
  }
  return Decision::kReport;
}

Finding CauseOf(const Notes& notes, const ReleaseStatus& status) {
  const auto event = LastEvent(notes, status, Ends);
  if (!event.has_value()) {
    return Found(Fault::kReplaced, "another release took its place");
  }
  const StringView detail = Detail(notes, status, *event);
  return FoundThat(FaultOf(*event), detail.empty() ? "{}" : "{}: {}",
                   release::ToText(event->outcome), detail);
}

StringView ToText(release::RejectReason reason) {
  switch (reason) {
    case release::RejectReason::kUnspecified:
      return "it did not prove itself in time";
    case release::RejectReason::kCancelled:
      return "the order was withdrawn";
    case release::RejectReason::kNoConnection:
      return "it did not connect in time";
    case release::RejectReason::kUnhealthy:
      return "its self-test failed";
    case release::RejectReason::kPartMissing:
      return "a part that it needs is missing";
    case release::RejectReason::kRadio:
      return "its radio did not come up";
    default:
      return "a reason of the product";
  }
}

}  // namespace linnet::update
