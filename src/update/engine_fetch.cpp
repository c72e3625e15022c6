// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From an order to a staged release.
#include <algorithm>
#include <utility>

#include "base/format.hpp"
#include "base/log.hpp"
#include "image/verify.hpp"
#include "release/store_view.hpp"
#include "update/engine.hpp"
#include "update/reconcile.hpp"

namespace linnet::update {

namespace {

constexpr std::string_view kTag = "update";
constexpr Milliseconds kPollAgain{20};

}  // namespace

void Engine::Adopt() {
  const Status status = backup_.Step(status_.confirmed);
  if (status == Code::kPending) {
    return;
  }
  if (status == Code::kResourceExhausted && !cleaned_) {
    cleaned_ = true;
    IgnoreStatus(parts_.store.Clean(status_, notes_.tag));
    return;
  }
  if (!status.ok()) {
    log::Error(kTag, "what runs cannot be copied into the store: {}", status);
    parts_.store.Suspend();
    IgnoreStatus(parts_.store.Mount());  // A failure takes it out of use.
    if (order_here_) {
      Fail("what runs cannot be copied into the store");
      return;
    }
  }
  SetPhase(order_here_ ? Phase::kChecking : Phase::kIdle);
}

void Engine::Reject(std::string_view cause) {
  DropFetched();
  Conclude(Stage::kRejected, cause);
}

void Engine::Fail(std::string_view cause) {
  DropFetched();
  Conclude(Stage::kFailed, cause);
}

void Engine::DropFetched() {
  parts_.source.Cancel();
  fetching_ = false;
  parts_.store.Suspend();
  IgnoreStatus(parts_.store.Abandon(notes_.tag));  // Often there is nothing yet.
}

Status Engine::Refuse(std::string_view cause) {
  IgnoreStatus(refusal_.Assign(cause.substr(0, kMaxCause)));
  return Code::kPermissionDenied;
}

Status Engine::JudgeVersion(const image::Version& version) {
  std::array<char, kMaxCause> text;
  const image::VersionText offered = image::ToText(version);
  if (version == running_version_) {
    return Refuse(Format(text, "version {} is running already", offered.view()));
  }
  if (version < running_version_ && !config_.allow_downgrade) {
    return Refuse(Format(text, "version {} is older than {}, which runs", offered.view(),
                         image::ToText(running_version_).view()));
  }
  return OkStatus();
}

Instant Engine::Check(Instant now) {
  if (notes_.size <= image::kHeaderSize) {
    Reject("the file is too small to be an image");
    return now;
  }
  if (notes_.size > config_.area_size) {
    Reject("the file is too large for the execution area");
    return now;
  }
  if (version_ordered_ && !JudgeVersion(ordered_version_).ok()) {
    Reject(refusal_);
    return now;
  }
  if (notes_.stage == Stage::kStaging && parts_.store.Find(notes_.candidate).ok()) {
    StageCandidate();  // The reset came between the last byte and the record.
    return now;
  }
  if (const Status status = OpenPart(); !status.ok()) {
    log::Error(kTag, "no room in the store: {}", status);
    Fail("there is no room in the store");
    return now;
  }
  log::Info(kTag, "job {}: {} bytes, {} of them are here", notes_.job_id.view(), notes_.size,
            parts_.store.position());
  refusal_.Clear();
  head_size_ = 0;
  failures_ = 0;
  failed_at_ = parts_.store.position();
  wait_until_ = told_at_ = now;
  SetPhase(Phase::kDownloading);
  return now;
}

Status Engine::OpenPart() {
  release::Store& store = parts_.store;
  store.Suspend();
  LINNET_TRY(store.Mount());  // A failed write takes it out of use.
  LINNET_TRY(store.Clean(status_, notes_.tag));
  const Status status = store.Begin(release::PartKind::kApplication, notes_.size, notes_.tag);
  if (status != Code::kAlreadyExists) {
    return status;
  }
  LINNET_TRY(store.Abandon(notes_.tag));
  return store.Begin(release::PartKind::kApplication, notes_.size, notes_.tag);
}

Instant Engine::Download(Instant now) {
  if (fetching_) {
    const Status status = parts_.source.Poll(now);
    if (!refusal_.empty()) {
      Reject(refusal_);
      return now;
    }
    TellProgress(now);
    return status == Code::kPending ? now + kPollAgain : AfterFetch(status, now);
  }
  if (order_needed_) {
    return kNever;
  }
  if (now < wait_until_) {
    return wait_until_;
  }
  if (!parts_.store.writing()) {
    if (const Status status = OpenPart(); !status.ok()) {
      return Retry(status, now);
    }
  }
  if (parts_.store.position() == notes_.size) {
    SetPhase(Phase::kVerifying);
    return now;
  }
  return StartFetch(now);
}

Instant Engine::StartFetch(Instant now) {
  const std::uint32_t position = parts_.store.position();
  if (position == 0) {
    notes_.validator.Clear();
    head_size_ = 0;
  }
  const std::uint32_t length = std::min(config_.range_size, notes_.size - position);
  const Status status = parts_.source.Fetch(position, length, notes_.validator, *this);
  fetching_ = status.ok();
  return status.ok() ? now : AfterFetch(status, now);
}

void Engine::TellProgress(Instant now) {
  const Progress current = progress();
  const auto tenth = static_cast<std::uint8_t>(current.percent / 10);
  if (tenth != told_tenth_ || now - told_at_ >= config_.progress_interval) {
    told_tenth_ = tenth;
    told_at_ = now;
    parts_.observer.OnProgress(current);
  }
}

Instant Engine::AfterFetch(Status status, Instant now) {
  fetching_ = false;
  switch (status.code()) {
    case Code::kOk:
      return Keep(now);
    case Code::kMismatch:
      log::Warning(kTag, "the file has changed, from the beginning");
      DropFetched();
      return Retry(status, now);
    case Code::kPermissionDenied:
      order_needed_ = true;
      parts_.observer.OnOrderNeeded();
      return Retry(status, now);
    case Code::kNotFound:
      Fail("the file is not there");
      return now;
    case Code::kOutOfRange:
      Reject("the file is smaller than the order says");
      return now;
    case Code::kUnsupported:
      Fail("the server does not serve ranges");
      return now;
    default:
      return Retry(status, now);
  }
}

/// A range has come whole: of the same file as those before?
Instant Engine::Keep(Instant now) {
  parts_.backoff.OnConnected(now);
  const std::string_view validator = parts_.source.validator();
  if (validator.empty() || notes_.validator.view() == validator) {
    return now;
  }
  if (!notes_.validator.empty()) {
    return AfterFetch(Code::kMismatch, now);
  }
  IgnoreStatus(notes_.validator.Assign(validator));  // Too long: fetched unconditionally.
  IgnoreStatus(Save());                              // Unsaved: the same, after a reset.
  return now;
}

Instant Engine::Retry(Status status, Instant now) {
  const std::uint32_t position = parts_.store.writing() ? parts_.store.position() : 0;
  failures_ = position > failed_at_ ? std::uint8_t{0} : failures_;
  failed_at_ = position;
  ++failures_;
  if (failures_ >= config_.fetch_attempts) {
    std::array<char, kMaxCause> text;
    Fail(Format(text, "given up after {} attempts: {}", failures_, status));
    return now;
  }
  const auto cause = status == Code::kUnauthenticated ? net::Backoff::Class::kRefused
                                                      : net::Backoff::Class::kNetwork;
  wait_until_ = parts_.backoff.OnFailure(cause, now);
  log::Warning(kTag, "fetching failed: {}; again in {} ms", status, wait_until_ - now);
  return wait_until_;
}

Status Engine::OnBytes(std::uint32_t offset, Bytes data) {
  release::Store& store = parts_.store;
  if (!store.writing() || offset != store.position()) {
    return Code::kCancelled;
  }
  LINNET_TRY(InspectHead(data));
  const Status status = store.Write(data);
  if (!status.ok()) {
    // The next attempt opens the part again and finds what is good of it.
    log::Error(kTag, "the store did not take the bytes: {}", status);
    store.Suspend();
    return Code::kDataLoss;
  }
  return OkStatus();
}

/// The first bytes say whether the rest is worth fetching.
Status Engine::InspectHead(Bytes data) {
  if (parts_.store.position() != head_size_ || head_size_ == head_.size()) {
    return OkStatus();
  }
  head_size_ += CopyBytes(data, MutableBytes(head_).subspan(head_size_));
  if (head_size_ < head_.size()) {
    return OkStatus();
  }
  image::Header header;
  const image::Verdict verdict = image::DecodeHeader(head_, header);
  if (!verdict.ok()) {
    return Refuse(image::ToText(verdict.reason));
  }
  return header.digest_end() > notes_.size ? Refuse("the image is larger than its file")
                                           : JudgeVersion(header.version);
}

void Engine::Verify() {
  release::Store& store = parts_.store;
  const Result<release::Part> part = store.FindPartial(notes_.tag);
  if (!part.ok()) {
    Fail("the store has lost the file");
    return;
  }
  release::FlashSource source(store.region(), part->offset, part->length);
  image::Info info;
  if (const image::Verdict verdict = image::Inspect(source, info); !verdict.ok()) {
    Reject(image::ToText(verdict.reason));
    return;
  }
  if (!JudgeVersion(info.header.version).ok()) {
    Reject(refusal_);
    return;
  }
  // Noted first: whatever is cut from here on is decided by looking for this digest.
  notes_.stage = Stage::kStaging;
  notes_.candidate = info.digest;
  notes_.event_total = status_.event_total;
  if (!Save().ok()) {
    Fail("the order could not be noted");
    return;
  }
  if (const Status status = store.Finish(info.digest); !status.ok()) {
    Fail(status == Code::kMismatch ? "the content does not match its digest"
                                   : "the store could not complete the file");
    return;
  }
  StageCandidate();
}

void Engine::StageCandidate() {
  const Status status = parts_.boot_control.Stage(notes_.candidate);
  if (status.ok()) {
    SetPhase(Phase::kStaged);
    return;
  }
  std::array<char, kMaxCause> text;
  switch (status.code()) {
    case Code::kUnauthenticated:
    case Code::kMalformed:
    case Code::kUnsupported:
    case Code::kTooLarge:
    case Code::kPermissionDenied:
      // The outcome log knows more than the code.
      if (parts_.boot_control.Query(status_).ok()) {
        Reject(CauseOf(notes_, status_));
        return;
      }
      Reject(Format(text, "it does not verify: {}", status));
      return;
    case Code::kAlreadyExists:
      Reject("this release is confirmed already");
      return;
    default:
      Fail(Format(text, "it could not be staged: {}", status));
      return;
  }
}

}  // namespace linnet::update
