// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/jobs.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

bool SkipPrefix(StringView& path, StringView prefix) {
  if (!path.starts_with(prefix)) {
    return false;
  }
  path.remove_prefix(prefix.size());
  return true;
}

}  // namespace

Jobs::Jobs(StringView thing, JobListener& listener, hal::Entropy& entropy, Span<char> url,
           const JobsTiming& timing)
    : Service("jobs", thing, entropy), listener_(listener), document_(url), timing_(timing) {}

StringView Jobs::ToString(State state) {
  return WordAt(static_cast<std::size_t>(state), "idle|fetching|working|finishing");
}

void Jobs::SetState(State state) {
  if (state != state_) {
    LogMove(ToString(state_), ToString(state));
  }
  state_ = state;
}

StringView Jobs::job_id() const {
  return busy() ? job_.id.view() : StringView();
}

Status Jobs::Report(JobStatus status, Span<const Detail> details) {
  if (state_ != State::kWorking) {
    return Code::kFailedPrecondition;
  }
  const bool terminal = status == JobStatus::kSucceeded || status == JobStatus::kFailed ||
                        status == JobStatus::kRejected;
  if (!terminal && status != JobStatus::kInProgress) {
    return Code::kInvalidArgument;
  }
  if (const Status set = details_.Set(details); !set.ok()) {
    if (!terminal) {
      return set;
    }
    // The end of the job matters more than the words about it.
    Log(log::Level::kWarning, "details left out:", linnet::ToString(set.code()));
    details_.Clear();
  }
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

Status Jobs::OnTopic(StringView topic) {
  LINNET_TRY_ASSIGN(const JobsTopic parsed, ParseJobsTopic(thing_, topic));
  using Kind = JobsTopic::Kind;
  topic_ = parsed.kind;
  message_ = {};
  error_ = Error::kRequest;
  BeginMessage();
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

void Jobs::OnField(StringView path, const json::Event& event) {
  if (SkipPrefix(path, "execution.jobDocument"sv)) {
    if (capture_ && (path.empty() || SkipPrefix(path, "."sv))) {
      document_.OnValue(path, event);
    }
  } else if (SkipPrefix(path, "execution."sv) || SkipPrefix(path, "executionState."sv)) {
    message_.OnValue(path, event);
  } else if (path == "code"sv && event.kind == json::Kind::kString && event.first) {
    error_ =
        static_cast<Error>(IndexOf(event.text,
                                   "RequestThrottled|InternalError|VersionMismatch|"
                                   "InvalidStateTransition|TerminalStateReached|ResourceNotFound"));
    Log(log::Level::kWarning, "rejected:", event.text);
  }
}

void Jobs::OnComplete() {
  using Kind = JobsTopic::Kind;
  switch (topic_) {
    case Kind::kNotifyNext:
      return OnNotify();
    case Kind::kGetAccepted:
      return OnGetAccepted();
    case Kind::kUpdateAccepted:
      return OnUpdateAccepted();
    case Kind::kGetRejected:
    case Kind::kUpdateRejected:
      return OnRejected();
  }
}

bool Jobs::wanting() const {
  return busy() ? refresh_ || reread_ || update_due() : state_ == State::kFetching;
}

Instant Jobs::wake() const {
  if (!online_) {
    return kNever;
  }
  if (!wanting()) {
    return std::max(exchange_.wake(), state_ == State::kWorking ? alive_at_ : kNever);
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
  if (!wanting()) {
    ++reported_;  // The same again: we are still at work.
  }
  flight_ = ChooseFlight();
  const StringView token = exchange_.Begin(now);
  StringView action = "/get"sv;
  if (flight_ == Flight::kUpdate) {
    action = "/update"sv;
    sent_ = reported_;
    next_progress_ = now + timing_.progress_interval;
    const std::uint32_t step = status_ == JobStatus::kInProgress ? timing_.step_timeout_minutes : 0;
    alive_at_ = step > 0 ? now + std::chrono::minutes(step) / 2 : kNever;
    const JobUpdate update{.status = status_,
                           .details = &details_,
                           .expected_version = job_.version,
                           .execution_number = job_.number,
                           .step_minutes = step,
                           .token = token};
    LINNET_TRY_ASSIGN(out.payload, WriteJobUpdate(update, out.buffer));
  } else {
    fetch_again_ = false;
    LINNET_TRY_ASSIGN(out.payload, WriteJobGet(flight_ != Flight::kReread, token, out.buffer));
  }
  LINNET_TRY(BuildTopic(thing_, "jobs/"sv, out.topic));
  LINNET_TRY(out.topic.Append(flight_ == Flight::kHead ? "$next"sv : job_.id.view()));
  return out.topic.Append(action);
}

}  // namespace linnet::aws
