// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From an order to the list of what is to be fetched for it: everything that can be known before
// the first flash write is judged here.
#include <algorithm>

#include "base/log.hpp"
#include "update/engine.hpp"
#include "update/store_room.hpp"

namespace linnet::update {

namespace {

constexpr const char* kTag = "update";

}  // namespace

void Engine::Adopt() {
  const Status status = backup_.Step(status_.confirmed);
  if (status == Code::kPending) {
    return;
  }
  if (status == Code::kResourceExhausted && !cleaned_) {
    cleaned_ = true;
    IgnoreStatus(MakeRoom(parts_.store, status_, {}, running_manifest_));
    return;
  }
  if (!status.ok()) {
    log::Error(kTag, "what runs cannot be copied into the store: {}", status);
    parts_.store.Suspend();
    IgnoreStatus(parts_.store.Mount());  // A failure takes it out of use.
    if (order_here_) {
      Fail(Found(Fault::kStore, "what runs cannot be copied into the store"));
      return;
    }
  }
  SetPhase(order_here_ ? Phase::kChecking : Phase::kIdle);
}

Finding Engine::JudgeVersion(const image::Version& version) const {
  const image::VersionText offered = image::ToText(version);
  if (version == running_version_) {
    return FoundThat(Fault::kRunning, "version {} is running already", offered.view());
  }
  if (version < running_version_ && !config_.allow_downgrade) {
    return FoundThat(Fault::kOlder, "version {} is older than {}, which runs", offered.view(),
                     image::ToText(running_version_).view());
  }
  return {};
}

bool Engine::Completes(const crypto::Digest& release) const {
  return release == status_.confirmed && release == status_.running && !missing().empty();
}

Instant Engine::Check(Instant now) {
  if (reading_) {
    return ReadFile(now);
  }
  const bool whole = missing().empty();
  if (version_ordered_ && (whole || ordered_version_ != running_version_)) {
    if (const Finding finding = JudgeVersion(ordered_version_); !finding.ok()) {
      Reject(finding);
      return now;
    }
  }
  if (notes_.resumes > config_.max_resumes) {
    Fail(FoundThat(Fault::kLoop, "given up after {} resets while it was fetched", notes_.resumes));
    return now;
  }
  if (notes_.stage == Stage::kStaging && parts_.store.Find(notes_.candidate).ok()) {
    StageCandidate();  // The reset came between the last byte and the record.
    return now;
  }
  device_ = config_.device;
  device_.counter_floor = status_.counter_floor;
  changes_ = 0;
  reading_ = true;
  fetcher_.BeginFile();
  reader_.Begin();
  fetcher_.Begin(reader_.wanted().offset, reader_.wanted().end, reader_);
  told_at_ = now;
  return now;
}

Instant Engine::ReadFile(Instant now) {
  const Status status = fetcher_.Run(now);
  // The first stretch may be longer than the file.
  const bool all = status == Code::kOutOfRange && fetcher_.position() > 0;
  if (!status.ok() && !all) {
    return OnFetch(status, now);
  }
  const std::uint32_t size = fetcher_.file_size() > 0 ? fetcher_.file_size() : ordered_size_;
  if (size == 0 || (ordered_size_ > 0 && ordered_size_ != size)) {
    Reject(size == 0 ? Found(Fault::kSize, "neither the order nor the server tells a size")
                     : FoundThat(Fault::kSize, "the order says {} bytes, and the file has {}",
                                 ordered_size_, size));
    return now;
  }
  const Status known = reader_.Advance(size);
  if (known == Code::kPending) {
    fetcher_.Begin(reader_.wanted().offset, reader_.wanted().end, reader_);
    return now;
  }
  if (!known.ok()) {
    Reject(reader_.finding());
    return now;
  }
  reading_ = false;
  return Plan(now);
}

/// What the file brings, against what runs.
Finding Engine::JudgePlan() {
  const package::Plan& plan = reader_.plan();
  const bool package = plan.file == package::FileKind::kPackage;
  const crypto::Digest& release = package ? plan.release : plan.parts[0].digest;
  const package::PlanPart* const application = plan.Find(release::PartKind::kApplication, 0);
  const bool completes = Completes(release);
  if (application == nullptr && !completes) {
    return Found(Fault::kPairing, "the file brings no application, and is not for what runs");
  }
  const image::Version& version = completes ? running_version_ : application->version;
  if (version_ordered_ && version != ordered_version_) {
    return FoundThat(Fault::kNotOrdered, "version {} is ordered, and the file has {}",
                     image::ToText(ordered_version_).view(), image::ToText(version).view());
  }
  return completes ? Finding{} : JudgeVersion(version);
}

bool Engine::Needs(const package::PlanPart& part) const {
  return !inventory_.Has(part.digest);
}

Instant Engine::Plan(Instant now) {
  if (const Finding finding = JudgePlan(); !finding.ok()) {
    Reject(finding);
    return now;
  }
  const package::Plan& plan = reader_.plan();
  release::Store& store = parts_.store;
  store.Suspend();
  if (!store.Mount().ok() || !MakeRoom(store, status_, plan.view(), reader_.manifest()).ok()) {
    Fail(Found(Fault::kStore, "the store cannot be cleaned"));
    return now;
  }
  total_ = done_ = 0;
  for (const package::PlanPart& part : plan.view()) {
    total_ += Needs(part) ? part.length : 0;
  }
  log::Info(kTag, "job {}: {} with {} part(s), {} bytes are missing", notes_.job_id.view(),
            package::ToString(plan.file), plan.count, total_);
  part_ = 0;
  told_at_ = now;
  SetPhase(Phase::kDownloading);
  return OpenNextPart(now);
}

}  // namespace linnet::update
