// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Orders, verdicts and the life of a release; fetching is in engine_fetch.cpp.
#include "update/engine.hpp"

#include <algorithm>

#include "base/endian.hpp"
#include "base/log.hpp"
#include "image/verify.hpp"
#include "update/reconcile.hpp"

namespace linnet::update {

namespace {

constexpr std::string_view kTag = "update";
constexpr Milliseconds kAgain{1000};

release::PartTag TagOf(const Order& order) {
  crypto::Sha256 hash;
  std::array<std::byte, 4> size{};
  StoreLe32(order.size, size);
  for (const Bytes piece : {AsBytes(order.identity), AsBytes(std::string_view("\0", 1)),
                            AsBytes(order.version), Bytes(size)}) {
    hash.Update(piece);
  }
  return LoadLe64(hash.Finish());
}

}  // namespace

std::string_view ToString(Phase phase) {
  constexpr std::array<std::string_view, 10> kNames = {
      "idle",   "adopting",  "checking", "downloading", "verifying",
      "staged", "rebooting", "trial",    "confirmed",   "failed"};
  return kNames[static_cast<std::size_t>(phase)];
}

Engine::Engine(const Config& config, const Parts& parts)
    : config_(config), parts_(parts), backup_(parts.running, parts.store) {}

void Engine::SetPhase(Phase phase) {
  if (phase == phase_) {
    return;
  }
  log::Info(kTag, "{} -> {}", ToString(phase_), ToString(phase));
  phase_ = phase;
  Report();
}

Progress Engine::progress() const {
  Progress progress{.job_id = notes_.job_id, .phase = phase_};
  if (phase_ == Phase::kDownloading && notes_.size > 0) {
    progress.done = parts_.store.writing() ? parts_.store.position() : 0;
    progress.total = notes_.size;
    // 32 bits are enough: no execution area has 40 MB.
    progress.percent = static_cast<std::uint8_t>(progress.done * 100 / progress.total);
  }
  return progress;
}

void Engine::Report() {
  parts_.observer.OnProgress(progress());
}

Status Engine::Save() {
  std::array<std::byte, kMaxNotesSize> stored;
  const Status status = parts_.memory.Write(EncodeNotes(notes_, stored));
  if (!status.ok()) {
    log::Error(kTag, "the order cannot be noted: {}", status);
  }
  return status;
}

Status Engine::Begin(Instant now) {
  begun_well_ = false;
  begun_ = now;
  std::array<std::byte, kMaxNotesSize> stored;
  const Result<std::size_t> size = parts_.memory.Read(stored);
  notes_ = {};
  if (size.ok()) {
    if (const Result<Notes> notes = DecodeNotes(Bytes(stored).first(*size)); notes.ok()) {
      notes_ = *notes;
    } else {
      log::Error(kTag, "the noted order cannot be read: {}", notes.status());
    }
  } else if (size.code() != Code::kNotFound) {
    return size.status();
  }
  LINNET_TRY(parts_.boot_control.Query(status_));
  if (const Result<image::Header> header = image::ReadHeader(parts_.running); header.ok()) {
    running_version_ = header->version;
  }
  begun_well_ = true;
  switch (Reconcile(notes_, status_)) {
    case Decision::kProve:
      SetPhase(Phase::kTrial);
      break;
    case Decision::kReboot:
      SetPhase(Phase::kRebooting);
      break;
    case Decision::kSucceed:
      Conclude(Stage::kSucceeded, {});
      break;
    case Decision::kFail:
      Conclude(Stage::kFailed, CauseOf(notes_, status_));
      break;
    case Decision::kWait:
    case Decision::kReport:
      Rest();
      break;
  }
  return OkStatus();
}

/// The phase that follows from the notes when nothing is on trial or wanted.
void Engine::Rest() {
  switch (notes_.stage) {
    case Stage::kSucceeded:
    case Stage::kFailed:
    case Stage::kRejected:
      Announce();
      break;
    default:
      SetPhase(MustAdopt() ? Phase::kAdopting : Phase::kIdle);
      break;
  }
}

bool Engine::MustAdopt() const {
  return status_.state == release::ReleaseState::kReady && status_.running == status_.confirmed &&
         !parts_.store.Find(status_.confirmed).ok();
}

void Engine::Conclude(Stage stage, std::string_view cause) {
  notes_.stage = stage;
  IgnoreStatus(notes_.cause.Assign(cause.substr(0, kMaxCause)));
  // Unsaved, it will be concluded again after the next reset.
  IgnoreStatus(Save());
  if (stage != Stage::kSucceeded) {
    log::Warning(kTag, "job {} failed: {}", notes_.job_id.view(), cause);
  }
  Announce();
}

void Engine::Announce() {
  const bool succeeded = notes_.stage == Stage::kSucceeded;
  SetPhase(succeeded ? Phase::kConfirmed : Phase::kFailed);
  const Conclusion conclusion = succeeded                          ? Conclusion::kSucceeded
                                : notes_.stage == Stage::kRejected ? Conclusion::kRejected
                                                                   : Conclusion::kFailed;
  parts_.observer.OnOutcome(
      {.job_id = notes_.job_id, .conclusion = conclusion, .cause = notes_.cause});
}

void Engine::Forget() {
  notes_ = {};
  order_here_ = false;
  IgnoreStatus(Save());
}

Status Engine::Offer(const Order& order) {
  if (order.job_id.empty() || order.job_id.size() > kMaxJobId) {
    return Code::kInvalidArgument;
  }
  const bool settled = phase_ == Phase::kConfirmed || phase_ == Phase::kFailed;
  const bool known = order.job_id == notes_.job_id.view();
  if (settled && known) {
    Announce();
    return OkStatus();
  }
  const bool busy = phase_ == Phase::kTrial || phase_ == Phase::kRebooting || order_here_;
  if (!begun_well_ || (busy && !settled && !known)) {
    return Code::kFailedPrecondition;
  }
  order_needed_ = false;
  if (busy && !settled) {
    return OkStatus();
  }
  const release::PartTag tag = TagOf(order);
  if (!known || notes_.tag != tag) {
    notes_ = {.stage = Stage::kFetching, .tag = tag, .size = order.size};
    IgnoreStatus(notes_.job_id.Assign(order.job_id));  // Its size was checked above.
    LINNET_TRY(Save());
  }
  order_here_ = true;
  failures_ = 0;
  const std::string_view text =
      order.version.starts_with('v') ? order.version.substr(1) : order.version;
  const Result<image::Version> version = image::ParseVersion(text);
  version_ordered_ = version.ok();
  ordered_version_ = version.value_or({});
  cleaned_ = false;
  SetPhase(MustAdopt() ? Phase::kAdopting : Phase::kChecking);
  return OkStatus();
}

void Engine::Withdraw(std::string_view job_id) {
  if (job_id.empty() || job_id != notes_.job_id.view()) {
    return;
  }
  log::Warning(kTag, "job {} was withdrawn", job_id);
  const bool on_trial = phase_ == Phase::kTrial && status_.candidate == notes_.candidate;
  if (on_trial || phase_ == Phase::kStaged || phase_ == Phase::kRebooting) {
    IgnoreStatus(parts_.boot_control.Reject(notes_.candidate, release::RejectReason::kCancelled));
  } else {
    DropFetched();
  }
  const bool runs = status_.running == notes_.candidate;
  Forget();
  if (on_trial || (phase_ == Phase::kRebooting && runs)) {
    SetPhase(Phase::kRebooting);
  } else if (phase_ != Phase::kTrial) {
    SetPhase(Phase::kIdle);
  }
}

void Engine::OutcomeReported(std::string_view job_id) {
  if (job_id == notes_.job_id.view() && (phase_ == Phase::kConfirmed || phase_ == Phase::kFailed)) {
    Forget();
    SetPhase(Phase::kIdle);
  }
}

Instant Engine::Run(Instant now) {
  switch (phase_) {
    case Phase::kIdle:
    case Phase::kConfirmed:
    case Phase::kFailed:
      return kNever;
    case Phase::kAdopting:
      Adopt();
      return now;
    case Phase::kChecking:
      return Check(now);
    case Phase::kDownloading:
      return Download(now);
    case Phase::kVerifying:
      Verify();
      return now;
    case Phase::kStaged:
      SetPhase(Phase::kRebooting);
      wait_until_ = now;
      return now;
    case Phase::kRebooting:
      return Reboot(now);
    case Phase::kTrial:
      return Prove(now);
  }
  return kNever;
}

Instant Engine::Reboot(Instant now) {
  if (now >= wait_until_) {
    wait_until_ = now + config_.reboot_patience;
    parts_.observer.OnRebootWanted();
  }
  return wait_until_;
}

Instant Engine::Prove(Instant now) {
  const Instant deadline = begun_ + config_.trial_deadline;
  if (health_.good()) {
    const Status status = parts_.boot_control.Accept(status_.candidate);
    if (status.ok()) {
      status_.confirmed = status_.candidate;
      if (notes_.stage == Stage::kStaging && notes_.candidate == status_.candidate) {
        Conclude(Stage::kSucceeded, {});
      } else {
        Rest();
      }
      return now;
    }
    log::Error(kTag, "the release cannot be confirmed: {}", status);
  }
  if (now < deadline) {
    return health_.good() ? std::min(deadline, now + kAgain) : deadline;
  }
  const release::RejectReason reason = !health_.application ? release::RejectReason::kUnhealthy
                                       : !health_.connected ? release::RejectReason::kNoConnection
                                                            : release::RejectReason::kUnspecified;
  log::Error(kTag, "given up: {}", ToText(reason));
  // Also when this fails the reset goes back, after the attempts that are left.
  IgnoreStatus(parts_.boot_control.Reject(status_.candidate, reason));
  SetPhase(Phase::kRebooting);
  wait_until_ = now;
  return now;
}

}  // namespace linnet::update
