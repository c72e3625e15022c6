// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the Jobs machine does when a message is complete.
#include <array>

#include "aws/jobs.hpp"
#include "base/view.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

constexpr std::uint8_t kMaxRefusals = 5;

}  // namespace

// What an announcement that cannot be read says is asked for.
void Jobs::OnIncomplete() {
  if (topic_ == JobsTopic::Kind::kNotifyNext) {
    message_ = {};
    message_.status = JobStatus::kRemoved;
    OnNotify();
  }
}

void Jobs::OnNotify() {
  switch (state_) {
    case State::kIdle:
      if (IsLive(message_.status) && !message_.id.empty()) {
        Offer();
      } else if (message_.status != JobStatus::kUnknown) {
        SetState(State::kFetching);
      }
      break;
    case State::kFetching:
      // The answer on its way may be older than this message.
      fetch_again_ = true;
      break;
    case State::kWorking:
      reread_ = reread_ || message_.id.view() != job_.id.view();
      break;
    case State::kFinishing:
      // Our own update moves the head; whatever else did shows in the answer to it.
      break;
  }
}

void Jobs::OnGetAccepted() {
  if (!ours_) {
    return;
  }
  exchange_.Succeed();
  if (flight_ == Flight::kHead) {
    OnHead();
  } else if (busy()) {
    OnReread();
  }
}

void Jobs::OnHead() {
  if (IsLive(message_.status) && !message_.id.empty()) {
    Offer();
  } else if (!fetch_again_) {
    SetState(State::kIdle);
    listener_.OnNoJob();
  }
}

void Jobs::OnReread() {
  if (!IsLive(message_.status)) {
    Over(message_.status);
    return;
  }
  job_.status = message_.status;
  job_.version = message_.version;
  job_.number = message_.number;
  reread_ = false;
  if (flight_ == Flight::kRefresh && refresh_) {
    refresh_ = false;
    Judge(document_.Finish(), true);
  }
}

void Jobs::Offer() {
  job_ = message_;
  details_.Clear();
  status_ = JobStatus::kInProgress;
  reported_ = sent_ = accepted_ = 0;
  refusals_ = 0;
  reread_ = refresh_ = false;
  next_progress_ = Instant::min();
  alive_at_ = kNever;
  SetState(State::kWorking);
  Log(log::Level::kInfo, "job", job_.id);
  Judge(document_.Finish(), false);
}

void Jobs::Judge(DocumentProblem problem, bool refreshed) {
  if (problem == DocumentProblem::kNone) {
    listener_.OnJob({.id = job_.id,
                     .status = job_.status,
                     .version = document_.version(),
                     .size = document_.size(),
                     .url = document_.url(),
                     .stream = document_.stream(),
                     .file_id = document_.file_id(),
                     .refreshed = refreshed});
    return;
  }
  const StringView reason = aws::ToString(problem);
  Log(log::Level::kWarning, "job refused:", reason);
  const std::array details = {Detail{.key = "code"sv, .value = "document"sv},
                              Detail{.key = "cause"sv, .value = reason}};
  IgnoreStatus(Report(
      problem == DocumentProblem::kUnknownOperation ? JobStatus::kRejected : JobStatus::kFailed,
      details));
}

void Jobs::Over(JobStatus status) {
  const bool ended = state_ == State::kFinishing && status == status_;
  Log(log::Level::kInfo, "job is", aws::ToString(status));
  SetState(State::kFetching);
  if (ended) {
    listener_.OnJobEnded(job_.id, status);
  } else {
    listener_.OnJobGone(job_.id, status);
  }
}

void Jobs::OnUpdateAccepted() {
  if (!ours_) {
    return;
  }
  exchange_.Succeed();
  refusals_ = 0;
  accepted_ = sent_;
  job_.status = JobStatus::kInProgress;
  job_.version = message_.version > 0 ? message_.version : job_.version + 1;
  if (state_ == State::kFinishing && accepted_ == reported_) {
    Over(status_);
  }
}

void Jobs::OnRejected() {
  const bool of_update = topic_ == JobsTopic::Kind::kUpdateRejected;
  if (!maybe_ours() || of_update != (flight_ == Flight::kUpdate)) {
    return;
  }
  const bool over = message_.status != JobStatus::kUnknown && !IsLive(message_.status);
  const bool of_state = error_ == Error::kTransition || error_ == Error::kTerminal;
  if (!ours_ || flight_ == Flight::kHead) {
    exchange_.Fail();
  } else if (error_ == Error::kNotFound || (of_state && over) ||
             (error_ == Error::kTerminal && !of_update)) {
    exchange_.Succeed();
    Over(over                         ? message_.status
         : error_ == Error::kNotFound ? JobStatus::kRemoved
                                      : JobStatus::kUnknown);
  } else {
    exchange_.Fail();
    if (of_update) {
      OnUpdateRefused();
    }
  }
}

// The execution lives, as far as we know, and the request has failed already.
void Jobs::OnUpdateRefused() {
  if (error_ == Error::kThrottled || error_ == Error::kInternal) {
    return;
  }
  if (++refusals_ > kMaxRefusals) {
    Over(JobStatus::kUnknown);
  } else if (error_ != Error::kRequest) {
    reread_ = true;
  } else if (state_ == State::kFinishing) {
    // The end of the job matters more than the words about it.
    details_.Clear();
  } else {
    accepted_ = sent_;
  }
}

}  // namespace linnet::aws
