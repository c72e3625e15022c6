// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From the list of missing parts to a staged release.
#include <algorithm>
#include <array>

#include "base/log.hpp"
#include "update/engine.hpp"
#include "update/reconcile.hpp"
#include "update/store_room.hpp"

namespace linnet::update {

namespace {

constexpr const char* kTag = "update";

}  // namespace

void Engine::Reject(const Finding& finding) {
  DropFetched();
  Conclude(Stage::kRejected, finding);
}

void Engine::Fail(const Finding& finding) {
  DropFetched();
  Conclude(Stage::kFailed, finding);
}

void Engine::DropFetched() {
  fetcher_.Stop();
  reading_ = false;
  parts_.store.Suspend();
  // What cannot be dropped now goes when room is made for the next order.
  IgnoreStatus(parts_.store.Mount());
  IgnoreStatus(MakeRoom(parts_.store, status_, {}, running_manifest_));
}

Instant Engine::OpenNextPart(Instant now) {
  const package::Plan& plan = reader_.plan();
  while (part_ < plan.count && !Needs(part())) {
    ++part_;
  }
  if (part_ == plan.count) {
    SetPhase(Phase::kVerifying);
    return now;
  }
  const Status status = writer_.Open(part());
  if (status == Code::kResourceExhausted || status == Code::kTooLarge) {
    Fail(
        FoundThat(Fault::kStore, "the store has no room for {} bytes in one piece", part().length));
    return now;
  }
  if (!status.ok()) {
    const Status again = fetcher_.Retry(status, now);
    return again == Code::kPending ? fetcher_.wake() : OnFetch(again, now);
  }
  const std::uint32_t position = parts_.store.position();
  log::Info(kTag,
            position > 0 ? "{} of {} bytes goes on at {}" : "{} of {} bytes from its beginning",
            ToString(part().kind), part().length, position);
  const PartWriter::Range range = writer_.wanted();
  fetcher_.Begin(range.offset, range.end, writer_);
  return now;
}

Instant Engine::Download(Instant now) {
  if (!parts_.store.writing()) {
    if (now < fetcher_.wake() && fetcher_.wake() != kNever) {
      return fetcher_.wake();  // The store failed, and is tried again.
    }
    return OpenNextPart(now);
  }
  const Status status = fetcher_.Run(now);
  TellProgress(now);
  return status.ok() ? OnPartFetched(now) : OnFetch(status, now);
}

Instant Engine::OnPartFetched(Instant now) {
  release::Store& store = parts_.store;
  if (const PartWriter::Range range = writer_.wanted(); range.end > range.offset) {
    fetcher_.Begin(range.offset, range.end, writer_);
    return now;
  }
  const std::uint32_t length = part().length;
  const Status status = store.Finish(part().digest);
  if (status.ok()) {
    done_ += length;
    ++part_;
    return OpenNextPart(now);
  }
  if (part().encoding != package::Encoding::kRaw) {
    return OnSinkRefused(now);
  }
  Fail(status == Code::kMismatch || status == Code::kMalformed
           ? Found(Fault::kContent, "the content does not match its digest")
           : Found(Fault::kStore, "the store could not complete a part"));
  return now;
}

Instant Engine::OnFetch(Status status, Instant now) {
  switch (status.code()) {
    case Code::kPending:
      if (fetcher_.location_needed() && !asked_) {
        asked_ = true;
        parts_.observer.OnOrderNeeded();
      }
      return fetcher_.wake();
    case Code::kMismatch:
      return StartAgain(now);
    case Code::kCancelled:
      return OnSinkRefused(now);
    case Code::kNotFound:
      Fail(Found(Fault::kNotThere, "the file is not there"));
      return now;
    case Code::kOutOfRange:
      Reject(Found(Fault::kSize, "the file is smaller than the order says"));
      return now;
    case Code::kUnsupported:
      Fail(Found(Fault::kNoRanges, "the server does not serve ranges"));
      return now;
    default:
      Fail(FoundThat(Fault::kGaveUp, "given up after {} attempts: {}", fetcher_.failures(),
                     fetcher_.last_failure()));
      return now;
  }
}

/// The file is another one now. Its parts may be the same all the same.
Instant Engine::StartAgain(Instant now) {
  if (++changes_ > config_.max_changes) {
    Fail(Found(Fault::kChanging, "the file became another one again and again"));
    return now;
  }
  log::Warning(kTag, "the file has changed, from the beginning");
  parts_.store.Suspend();
  fetcher_.ForgetContent();
  reader_.Begin();
  reading_ = true;
  fetcher_.Begin(reader_.wanted().offset, reader_.wanted().end, reader_);
  SetPhase(Phase::kChecking);
  return now;
}

/// The store failed, or a stream is not what it should be: then the part is taken as it is.
Instant Engine::OnSinkRefused(Instant now) {
  if (phase_ == Phase::kDownloading && part().encoding != package::Encoding::kRaw &&
      (writer_.unsound() || parts_.store.writing())) {
    log::Warning(kTag, "a stream is not sound, the part is taken whole");
    IgnoreStatus(parts_.store.Abandon(TagOf(part().digest)));
    device_.decodes_streams = false;
    return StartAgain(now);
  }
  const Status again = fetcher_.Retry(Code::kDataLoss, now);
  return again == Code::kPending ? fetcher_.wake() : OnFetch(again, now);
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

void Engine::Verify() {
  const package::Plan& plan = reader_.plan();
  const bool package = plan.file == package::FileKind::kPackage;
  const crypto::Digest release = package ? plan.release : plan.parts[0].digest;
  if (release == status_.confirmed && release == status_.running) {
    // It brought what was missing beside the running application; there is nothing to install.
    const PartName name = missing();
    name.empty() ? Conclude(Stage::kSucceeded, {})
                 : Fail(FoundThat(Fault::kPartMissing, "{} is still missing", name.view()));
    return;
  }
  // It was judged by the version that the file stated.
  const Finding finding = CheckStored(parts_.store, release, plan.parts[0].version, config_.device);
  if (!finding.ok()) {
    Reject(finding);
    return;
  }
  // Noted first: whatever is cut from here on is decided by looking for this digest.
  notes_.stage = Stage::kStaging;
  notes_.candidate = release;
  notes_.event_total = status_.event_total;
  if (!Save().ok()) {
    Fail(Found(Fault::kStore, "the order could not be noted"));
    return;
  }
  StageCandidate();
}

void Engine::StageCandidate() {
  const Status status = parts_.boot_control.Stage(notes_.candidate);
  switch (status.code()) {
    case Code::kOk:
      SetPhase(Phase::kStaged);
      return;
    case Code::kUnauthenticated:
    case Code::kMalformed:
    case Code::kUnsupported:
    case Code::kTooLarge:
    case Code::kPermissionDenied:
      // The outcome log knows more than the code.
      Reject(parts_.boot_control.Query(status_).ok()
                 ? CauseOf(notes_, status_)
                 : FoundThat(Fault::kNotTrusted, "it does not verify: {}", status));
      return;
    case Code::kAlreadyExists:
      Reject(Found(Fault::kRunning, "this release is confirmed already"));
      return;
    default:
      Fail(FoundThat(Fault::kStaging, "it could not be staged: {}", status));
      return;
  }
}

}  // namespace linnet::update
