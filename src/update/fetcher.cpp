// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/fetcher.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/view.hpp"

namespace linnet::update {

namespace {

constexpr const char* kTag = "fetch";

}  // namespace

void Fetcher::BeginFile() {
  Stop();
  ForgetContent();
  failures_ = 0;
  failures_in_all_ = 0;
  bytes_received_ = 0;
  location_needed_ = false;
  not_before_ = Instant::min();
}

void Fetcher::ForgetContent() {
  validator_.Clear();
  file_size_ = 0;
}

void Fetcher::Begin(std::uint32_t offset, std::uint32_t end, ByteSink& sink) {
  Stop();
  position_ = failed_at_ = offset;
  end_ = end;
  sink_ = &sink;
}

void Fetcher::Stop() {
  source_.Cancel();
  fetching_ = false;
}

Status Fetcher::Run(Instant now) {
  if (fetching_) {
    const Status status = source_.Poll(now);
    wake_ = now + kPollAgain;
    return status == Code::kPending ? status : AfterRange(status, now);
  }
  if (file_size_ > 0 && position_ >= std::min(end_, file_size_)) {
    return position_ >= end_ || position_ == file_size_ ? OkStatus() : Status(Code::kOutOfRange);
  }
  if (position_ >= end_) {
    return OkStatus();
  }
  if (location_needed_) {
    wake_ = kNever;
    return Code::kPending;
  }
  if (now < not_before_ || held_) {
    wake_ = held_ ? now + kHoldAgain : not_before_;
    return Code::kPending;
  }
  return StartRange(now);
}

Status Fetcher::StartRange(Instant now) {
  const std::uint32_t length = std::min(limits_.range_size, end_ - position_);
  range_begin_ = position_;
  range_begun_ = now;
  sink_refused_ = false;
  const Status status = source_.Fetch(position_, length, validator_, *this);
  fetching_ = status.ok();
  wake_ = now;
  return status.ok() ? Status(Code::kPending) : AfterRange(status, now);
}

Status Fetcher::OnBytes(std::uint32_t offset, Bytes data) {
  if (offset != position_) {
    return Code::kMalformed;
  }
  const std::uint32_t wanted = end_ - position_;
  const Bytes taken = data.first(std::min<std::size_t>(data.size(), wanted));
  bytes_received_ += static_cast<std::uint32_t>(data.size());
  const Status status = sink_->OnBytes(offset, taken);
  sink_refused_ = !status.ok();
  if (status.ok()) {
    position_ += static_cast<std::uint32_t>(taken.size());
  }
  return status;
}

Status Fetcher::AfterRange(Status status, Instant now) {
  fetching_ = false;
  if (sink_refused_) {
    return Code::kCancelled;
  }
  switch (status.code()) {
    case Code::kOk:
      return Keep(now);
    case Code::kMismatch:
    case Code::kNotFound:
    case Code::kOutOfRange:
    case Code::kUnsupported:
      return status;
    case Code::kPermissionDenied:
      location_needed_ = true;
      return Retry(status, now);
    default:
      return Retry(status, now);
  }
}

/// A range has come: of the same file as those before?
Status Fetcher::Keep(Instant now) {
  backoff_.OnConnected(now);
  const std::uint32_t size = source_.file_size();
  const StringView validator = source_.validator();
  const bool other_size = file_size_ > 0 && size > 0 && size != file_size_;
  const bool other_content =
      !validator_.empty() && !validator.empty() && validator != validator_.view();
  if (other_size || other_content) {
    return Code::kMismatch;
  }
  file_size_ = size > 0 ? size : file_size_;
  if (validator_.empty()) {
    IgnoreStatus(validator_.Assign(validator));  // Too long: fetched unconditionally.
  }
  if (position_ == range_begin_) {
    return Retry(Code::kMalformed, now);  // An answer without a byte.
  }
  Pace(now);
  wake_ = std::max(now, not_before_);
  return position_ >= end_ ? OkStatus() : Status(Code::kPending);
}

void Fetcher::Pace(Instant now) {
  if (rate_ == 0) {
    return;
  }
  const std::uint64_t due = std::uint64_t{position_ - range_begin_} * 1000 / rate_;
  not_before_ = std::max(now, range_begun_ + Milliseconds(static_cast<std::int64_t>(due)));
}

Status Fetcher::Retry(Status failure, Instant now) {
  Stop();
  last_failure_ = failure;
  if (position_ > failed_at_) {
    failures_ = 0;
    backoff_.OnProgress();
  }
  failed_at_ = position_;
  ++failures_;
  ++failures_in_all_;
  if (failures_ >= limits_.attempts || failures_in_all_ >= limits_.budget) {
    return Code::kUnavailable;
  }
  const auto cause = failure == Code::kUnauthenticated ? net::Backoff::Class::kRefused
                                                       : net::Backoff::Class::kNetwork;
  not_before_ = backoff_.OnFailure(cause, now);
  wake_ = location_needed_ ? kNever : not_before_;
  log::Warning(kTag, "failed at {}: {}; again in {} ms", position_, failure, not_before_ - now);
  return Code::kPending;
}

}  // namespace linnet::update
