// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mqtt/client.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::mqtt {

namespace {

constexpr const char* kTag = "mqtt";
/// Chunks handled in one Run, so that other tasks get their turn.
constexpr int kChunksPerRun = 4;
/// A stream that takes nothing now is asked again after this.
constexpr Milliseconds kBlockedRetry{50};
constexpr Milliseconds kOpeningPoll{20};

net::Backoff::Class Classify(const Ending& ending) {
  using Class = net::Backoff::Class;
  switch (ending.reason) {
    case Reason::kSessionTakenOver:
      return Class::kTakeover;
    case Reason::kUnsupportedVersion:
    case Reason::kClientIdInvalid:
    case Reason::kBadCredentials:
    case Reason::kNotAuthorized:
      return Class::kRefused;
    default:
      return ending.status == Code::kUnauthenticated ? Class::kRefused : Class::kNetwork;
  }
}

}  // namespace

StringView ToString(Client::State state) {
  return WordAt(static_cast<std::size_t>(state), "stopped|waiting|opening|running");
}

Client::Client(const Config& config, net::Stream& stream, net::Backoff& backoff, Listener& listener,
               MutableBytes outgoing, MutableBytes incoming, MutableBytes chunk,
               Span<Subscription> subscriptions)
    : config_(config),
      stream_(stream),
      backoff_(backoff),
      listener_(listener),
      session_(config_, listener, outgoing, incoming, subscriptions),
      chunk_(chunk) {}

void Client::SetState(State state) {
  log::Info(kTag, "{} -> {}", ToString(state_), ToString(state));
  state_ = state;
}

void Client::Start() {
  stop_wanted_ = false;
  if (state_ == State::kStopped) {
    retry_at_ = Instant{};
    SetState(State::kWaiting);
  }
}

void Client::Stop() {
  stop_wanted_ = true;
}

Result<std::uint16_t> Client::Publish(StringView topic, Bytes payload, Qos qos, bool retain) {
  return session_.Publish(topic, payload, qos, retain);
}

Status Client::Subscribe(StringView filter, Qos qos) {
  return session_.Subscribe(filter, qos);
}

/// Whatever it was doing; the pause ends, too.
void Client::BeginAnew(Instant now) {
  anew_ = false;
  if (state_ == State::kWaiting) {
    retry_at_ = now;
  } else if (state_ != State::kStopped) {
    Finish({.cause = Cause::kStopped}, now);
  }
}

Instant Client::Run(Instant now) {
  if (anew_) {
    BeginAnew(now);
  }
  switch (state_) {
    case State::kStopped:
      return kNever;
    case State::kWaiting:
      if (stop_wanted_) {
        SetState(State::kStopped);
        return kNever;
      }
      if (now < retry_at_) {
        return retry_at_;
      }
      Open(now);
      return now;
    case State::kOpening:
      return Opening(now);
    case State::kRunning:
      return Pump(now);
  }
  return kNever;
}

void Client::Open(Instant now) {
  SetState(State::kOpening);
  deadline_ = now + config_.open_timeout;
  if (const Status status = stream_.Open(config_.endpoint); !status.ok()) {
    Finish({.cause = Cause::kNetwork, .status = status}, now);
  }
}

Instant Client::Opening(Instant now) {
  if (stop_wanted_) {
    Finish({.cause = Cause::kStopped}, now);
    return now;
  }
  switch (stream_.Poll(now)) {
    case net::Stream::State::kOpen:
      SetState(State::kRunning);
      session_.Begin(now);
      was_online_ = false;
      return now;
    case net::Stream::State::kOpening:
      if (now >= deadline_) {
        Finish({.cause = Cause::kTimeout, .status = Code::kDeadlineExceeded}, now);
        return now;
      }
      return std::min(deadline_, now + kOpeningPoll);
    default:
      Finish({.cause = Cause::kNetwork, .status = stream_.failure()}, now);
      return now;
  }
}

Instant Client::Pump(Instant now) {
  if (stop_wanted_) {
    session_.Stop(now);
  }
  moved_ = false;
  stream_.Poll(now);
  // What has arrived is judged before a failure is: it may say why the stream broke.
  const Status written = Write(now);
  const Status read = Read(now);
  if (session_.online() && !was_online_) {
    was_online_ = true;
    backoff_.OnConnected(now);
  }
  const Instant next = session_.Tick(now);
  if (session_.ended().has_value()) {
    Finish(Ending(*session_.ended()), now);
    return now;
  }
  if (!read.ok() || !written.ok()) {
    Finish({.cause = Cause::kNetwork, .status = read.ok() ? written : read}, now);
    return now;
  }
  if (moved_) {
    return now;
  }
  return session_.Output(now).empty() ? next : std::min(next, now + kBlockedRetry);
}

Status Client::Write(Instant now) {
  for (int i = 0; i < kChunksPerRun; ++i) {
    const Bytes output = session_.Output(now);
    if (output.empty()) {
      break;
    }
    LINNET_TRY_ASSIGN(const std::size_t count, stream_.Write(output));
    if (count == 0) {
      break;
    }
    session_.Sent(count, now);
    moved_ = true;
  }
  return OkStatus();
}

Status Client::Read(Instant now) {
  for (int i = 0; i < kChunksPerRun && !session_.ended().has_value(); ++i) {
    if (unread_.empty()) {
      LINNET_TRY_ASSIGN(const std::size_t count, stream_.Read(chunk_));
      unread_ = chunk_.first(count);
    }
    const std::size_t consumed = session_.Receive(unread_, now);
    unread_ = unread_.subspan(consumed);
    if (consumed == 0) {
      break;
    }
    moved_ = true;
  }
  return OkStatus();
}

void Client::Finish(const Ending& ending, Instant now) {
  stream_.Close();
  session_.Reset();
  unread_ = {};
  if (ending.cause == Cause::kStopped) {
    retry_at_ = now;
    SetState(stop_wanted_ ? State::kStopped : State::kWaiting);
  } else {
    retry_at_ = backoff_.OnFailure(Classify(ending), now);
    Statistics& statistics = session_.statistics();
    ++statistics.failures;
    statistics.take_overs += ending.reason == Reason::kSessionTakenOver ? 1 : 0;
    log::Warning(kTag, "connection ended by {}, reason {:x}, {}; next attempt in {} ms",
                 ToString(ending.cause), static_cast<std::uint8_t>(ending.reason), ending.status,
                 retry_at_ - now);
    SetState(State::kWaiting);
  }
  listener_.OnDisconnected(ending);
}

}  // namespace linnet::mqtt
