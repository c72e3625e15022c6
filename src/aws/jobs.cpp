// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/jobs.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace linnet::aws {

namespace {

constexpr std::string_view kTag = "jobs";
constexpr std::string_view kHead = "$next";

bool SkipPrefix(std::string_view& path, std::string_view prefix) {
  if (!path.starts_with(prefix)) {
    return false;
  }
  path.remove_prefix(prefix.size());
  return true;
}

}  // namespace

Jobs::Jobs(std::string_view thing, JobListener& listener, hal::Entropy& entropy,
           std::span<char> url, Milliseconds progress_interval)
    : thing_(thing),
      listener_(listener),
      exchange_(entropy),
      document_(url),
      progress_interval_(progress_interval) {}

std::string_view Jobs::ToString(State state) {
  switch (state) {
    case State::kIdle:
      return "idle";
    case State::kFetching:
      return "fetching";
    case State::kWorking:
      return "working";
    case State::kFinishing:
      return "finishing";
  }
  return "?";
}

void Jobs::SetState(State state) {
  if (state != state_) {
    log::Info(kTag, "{} -> {}", ToString(state_), ToString(state));
  }
  state_ = state;
}

std::string_view Jobs::job_id() const {
  return busy() ? job_.id.view() : std::string_view();
}

Jobs::Error Jobs::ParseError(std::string_view code) {
  if (code == "RequestThrottled" || code == "InternalError") {
    return Error::kTransient;
  }
  if (code == "VersionMismatch") {
    return Error::kMismatch;
  }
  if (code == "InvalidStateTransition" || code == "TerminalStateReached") {
    return Error::kState;
  }
  return code == "ResourceNotFound" ? Error::kNotFound : Error::kRequest;
}

Status Jobs::Report(JobStatus status, std::span<const Detail> details) {
  if (state_ != State::kWorking) {
    return Code::kFailedPrecondition;
  }
  const bool terminal = status == JobStatus::kSucceeded || status == JobStatus::kFailed ||
                        status == JobStatus::kRejected;
  if (!terminal && status != JobStatus::kInProgress) {
    return Code::kInvalidArgument;
  }
  LINNET_TRY(details_.Set(details));
  status_ = status;
  ++reported_;
  if (terminal) {
    refresh_ = false;
    SetState(State::kFinishing);
  }
  return OkStatus();
}

Status Jobs::Refresh() {
  if (state_ != State::kWorking) {
    return Code::kFailedPrecondition;
  }
  refresh_ = true;
  return OkStatus();
}

void Jobs::OnReady() {
  online_ = true;
  exchange_.Reset();
  if (busy()) {
    reread_ = true;
  } else {
    SetState(State::kFetching);
  }
}

void Jobs::OnOffline() {
  online_ = false;
}

Status Jobs::OnTopic(std::string_view topic) {
  LINNET_TRY_ASSIGN(const JobsTopic parsed, ParseJobsTopic(thing_, topic));
  using Kind = JobsTopic::Kind;
  topic_ = parsed.kind;
  message_ = {};
  error_ = Error::kRequest;
  ours_ = false;
  token_seen_ = false;
  // The URL buffer belongs to the job at hand: only an answer that was asked for may replace it.
  capture_ = topic_ == Kind::kNotifyNext    ? state_ == State::kIdle
             : topic_ == Kind::kGetAccepted ? exchange_.in_flight() && (flight_ == Flight::kHead ||
                                                                        flight_ == Flight::kRefresh)
                                            : false;
  if (capture_) {
    document_.Begin();
  }
  return OkStatus();
}

Status Jobs::OnValue(std::string_view path, const json::Event& event) {
  if (SkipPrefix(path, "execution.jobDocument")) {
    if (capture_ && (path.empty() || SkipPrefix(path, "."))) {
      document_.OnValue(path, event);
    }
  } else if (SkipPrefix(path, "execution.") || SkipPrefix(path, "executionState.")) {
    message_.OnValue(path, event);
  } else if (event.kind != json::Kind::kString) {
    return OkStatus();
  } else if (path == "clientToken") {
    token_seen_ = true;
    ours_ = event.whole() && exchange_.Matches(event.text);
  } else if (path == "code" && event.first) {
    error_ = ParseError(event.text);
    log::Warning(kTag, "rejected: {}", event.text);
  }
  return OkStatus();
}

void Jobs::OnEnd(Status status) {
  using Kind = JobsTopic::Kind;
  if (topic_ == Kind::kNotifyNext) {
    OnNotify(status);
    return;
  }
  if (!status.ok()) {
    // The deadline of the request, if it was our answer, brings it again.
    log::Warning(kTag, "message dropped: {}", status);
    return;
  }
  switch (topic_) {
    case Kind::kGetAccepted:
      return OnGetAccepted();
    case Kind::kUpdateAccepted:
      return OnUpdateAccepted();
    default:
      return OnRejected();
  }
}

bool Jobs::wanting() const {
  return busy() ? refresh_ || reread_ || update_due() : state_ == State::kFetching;
}

Instant Jobs::wake() const {
  if (!online_ || !wanting()) {
    return kNever;
  }
  const bool only_progress = state_ == State::kWorking && !refresh_ && !reread_;
  return only_progress && !exchange_.in_flight() ? std::max(exchange_.wake(), next_progress_)
                                                 : exchange_.wake();
}

Jobs::Flight Jobs::ChooseFlight() const {
  if (!busy()) {
    return Flight::kHead;
  }
  return refresh_ ? Flight::kRefresh : reread_ ? Flight::kReread : Flight::kUpdate;
}

Status Jobs::Next(Instant now, Request& out) {
  if (!exchange_.Ready(now) || now < wake()) {
    return Code::kPending;
  }
  flight_ = ChooseFlight();
  const std::string_view token = exchange_.Begin(now);
  if (flight_ == Flight::kUpdate) {
    sent_ = reported_;
    next_progress_ = now + progress_interval_;
    const JobUpdate update{.status = status_,
                           .details = &details_,
                           .expected_version = job_.version,
                           .execution_number = job_.number,
                           .token = token};
    LINNET_TRY_ASSIGN(out.payload, WriteJobUpdate(update, out.buffer));
    return BuildJobTopic(thing_, job_.id, "update", out.topic);
  }
  fetch_again_ = false;
  LINNET_TRY_ASSIGN(out.payload, WriteJobGet(flight_ != Flight::kReread, token, out.buffer));
  return BuildJobTopic(thing_, flight_ == Flight::kHead ? kHead : job_.id.view(), "get", out.topic);
}

}  // namespace linnet::aws
