// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Orders and verdicts; the ways between are in engine_check, engine_fetch and engine_trial.
#include "update/engine.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/view.hpp"
#include "base/words.hpp"
#include "image/verify.hpp"
#include "update/reconcile.hpp"

namespace linnet::update {

namespace {

constexpr const char* kTag = "update";
}  // namespace

StringView ToString(Phase phase) {
  return WordAt(static_cast<std::size_t>(phase),
                "idle|adopting|checking|downloading|verifying|staged|rebooting|trial|reverting|"
                "confirmed|failed");
}

Engine::Engine(const Config& config, const Parts& parts)
    : config_(config),
      parts_(parts),
      device_(config.device),
      inventory_(parts.store),
      backup_(parts.areas, parts.store),
      fetcher_(config.fetch, parts.source, parts.backoff),
      reader_(device_, inventory_, workspace_),
      writer_(parts.store, workspace_) {}

void Engine::SetPhase(Phase phase) {
  if (phase == phase_) {
    return;
  }
  log::Info(kTag, "{} -> {}", ToString(phase_), ToString(phase));
  phase_ = phase;
  Report();
}

Progress Engine::progress() const {
  Progress progress{.job_id = notes_.job_id,
                    .phase = phase_,
                    .resumes = notes_.resumes,
                    .from = running_version_};
  const package::PlanPart* const application =
      reader_.plan().Find(release::PartKind::kApplication, 0);
  if (application != nullptr) {
    progress.to = application->version;
  }
  if (phase_ == Phase::kDownloading && total_ > 0) {
    progress.done = done_ + (parts_.store.writing() ? parts_.store.position() : 0);
    progress.total = total_;
    progress.percent = static_cast<std::uint8_t>(std::uint64_t{progress.done} * 100 / total_);
  }
  return progress;
}

PartName Engine::missing() const {
  const image::ManifestEntry* const entry =
      FindMissing(running_manifest_, image::ManifestKind::kCompanion, parts_.store);
  return entry == nullptr ? PartName() : NameOf(*entry);
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
  if (const Result<image::Header> header = image::ReadHeader(running()); header.ok()) {
    running_version_ = header->version;
    running_manifest_ = {};
    if (!image::ReadManifest(running(), *header, running_manifest_).ok()) {
      running_manifest_ = {};  // Boot has judged it; without one nothing is missing.
    }
  }
  if (const PartName name = missing(); !name.empty()) {
    log::Error(kTag, "what runs needs {}, which the store has not", name.view());
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
         (!parts_.store.Find(status_.confirmed).ok() ||
          FindMissing(running_manifest_, image::ManifestKind::kBootImage, parts_.store) != nullptr);
}

void Engine::Conclude(Stage stage, const Finding& finding) {
  notes_.stage = stage;
  notes_.fault = finding.fault;
  notes_.cause = finding.text;
  // Unsaved, it will be concluded again after the next reset.
  IgnoreStatus(Save());
  if (stage != Stage::kSucceeded) {
    log::Warning(kTag, "job {} failed: {}", notes_.job_id.view(), finding.text.view());
  }
  Announce();
}

void Engine::Announce() {
  const bool succeeded = notes_.stage == Stage::kSucceeded;
  SetPhase(succeeded ? Phase::kConfirmed : Phase::kFailed);
  const Conclusion conclusion = succeeded                          ? Conclusion::kSucceeded
                                : notes_.stage == Stage::kRejected ? Conclusion::kRejected
                                                                   : Conclusion::kFailed;
  parts_.observer.OnOutcome({.job_id = notes_.job_id,
                             .conclusion = conclusion,
                             .fault = notes_.fault,
                             .cause = notes_.cause});
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
  const bool proving =
      phase_ == Phase::kTrial || phase_ == Phase::kRebooting || phase_ == Phase::kReverting;
  const bool busy = (proving || order_here_) && !settled;
  if (!begun_well_ || (busy && !known)) {
    return Code::kFailedPrecondition;
  }
  fetcher_.LocationRenewed();
  asked_ = false;
  if (busy) {
    return OkStatus();
  }
  if (!known) {
    notes_ = {.stage = Stage::kFetching};
    IgnoreStatus(notes_.job_id.Assign(order.job_id));  // Its size was checked above.
    LINNET_TRY(Save());
  } else if (notes_.stage == Stage::kFetching) {
    ++notes_.resumes;
    LINNET_TRY(Save());
  }
  const StringView text = order.version.starts_with('v') ? order.version.substr(1) : order.version;
  const Result<image::Version> version = image::ParseVersion(text);
  version_ordered_ = version.ok();
  ordered_version_ = version.value_or({});
  ordered_size_ = order.size;
  order_here_ = true;
  reading_ = cleaned_ = false;
  SetPhase(MustAdopt() ? Phase::kAdopting : Phase::kChecking);
  return OkStatus();
}

void Engine::Withdraw(StringView job_id) {
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
    SetPhase(Phase::kReverting);
  } else if (phase_ != Phase::kTrial && phase_ != Phase::kReverting) {
    SetPhase(Phase::kIdle);
  }
}

void Engine::NoOrder() {
  if (notes_.job_id.empty() || order_here_) {
    return;
  }
  if (phase_ == Phase::kConfirmed || phase_ == Phase::kFailed) {
    OutcomeReported(notes_.job_id);
    return;
  }
  const FixedString<kMaxJobId> job = notes_.job_id;
  Withdraw(job);
}

void Engine::OutcomeReported(StringView job_id) {
  if (phase_ != Phase::kConfirmed && phase_ != Phase::kFailed) {
    Withdraw(job_id);
  } else if (job_id == notes_.job_id.view()) {
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
    case Phase::kReverting:
      return Reboot(now);
    case Phase::kTrial:
      return Prove(now);
  }
  return kNever;
}

}  // namespace linnet::update
