// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/tcp_stream.hpp"

#include "base/log.hpp"
#include "base/words.hpp"

namespace linnet::net {

namespace {

constexpr const char* kTag = "tcp";
constexpr const char* kStepNames = "closed|resolving|connecting|open|failed";

}  // namespace

Status TcpStream::Open(const Endpoint& endpoint) {
  if (step_ != Step::kClosed) {
    return Code::kFailedPrecondition;
  }
  if (endpoint.host.empty() || endpoint.port == 0) {
    return Code::kInvalidArgument;
  }
  endpoint_ = endpoint;
  failure_ = OkStatus();
  // The deadline starts with the first Poll, which brings the time.
  give_up_ = kNever;
  SetStep(Step::kResolving);
  return OkStatus();
}

Stream::State TcpStream::Poll(Instant now) {
  const bool opening = step_ == Step::kResolving || step_ == Step::kConnecting;
  if (opening && give_up_ == kNever) {
    give_up_ = now + deadline_;
  }
  if (opening && now >= give_up_) {
    Fail(Code::kDeadlineExceeded);
  } else if (step_ == Step::kResolving) {
    Resolve();
  } else if (step_ == Step::kConnecting) {
    CheckConnected();
  }
  return state();
}

void TcpStream::Resolve() {
  const auto address = resolver_.Resolve(this, endpoint_.host);
  if (address.code() == Code::kPending) {
    return;
  }
  if (!address.ok()) {
    Fail(address.status());
    return;
  }
  log::Info(kTag, "connecting {} {}:{}", endpoint_.host, ToText(*address).view(), endpoint_.port);
  if (const Status started = socket_.Connect(*address, endpoint_.port); !started.ok()) {
    Fail(started);
    return;
  }
  SetStep(Step::kConnecting);
}

void TcpStream::CheckConnected() {
  const hal::TcpSocket::State socket = socket_.state();
  if (socket == hal::TcpSocket::State::kFailed || socket == hal::TcpSocket::State::kClosed) {
    const Status why = socket_.failure();
    Fail(why.ok() ? Status(Code::kUnavailable) : why);
  } else if (socket == hal::TcpSocket::State::kOpen) {
    SetStep(Step::kOpen);
  }
}

Stream::State TcpStream::state() const {
  switch (step_) {
    case Step::kClosed:
      return State::kClosed;
    case Step::kResolving:
    case Step::kConnecting:
      return State::kOpening;
    case Step::kOpen:
      return State::kOpen;
    case Step::kFailed:
      return State::kFailed;
  }
  return State::kFailed;
}

Result<std::size_t> TcpStream::Read(MutableBytes out) {
  if (step_ != Step::kOpen) {
    return Code::kUnavailable;
  }
  auto got = socket_.Read(out);
  if (!got.ok() && got.code() != Code::kClosed) {
    Fail(got.status());
  }
  return got;
}

Result<std::size_t> TcpStream::Write(Bytes data) {
  if (step_ != Step::kOpen) {
    return Code::kUnavailable;
  }
  // A failure here leaves the stream open for reading: what the peer said before it hung up (a TLS
  // alert) may still wait there, and Read ends with the failure.
  return socket_.Write(data);
}

void TcpStream::Close() {
  if (step_ == Step::kClosed) {
    return;
  }
  resolver_.Abandon(this);
  socket_.Close();
  SetStep(Step::kClosed);
}

void TcpStream::Fail(Status why) {
  failure_ = why;
  resolver_.Abandon(this);
  log::Warning(kTag, "{}:{} failed: {}", endpoint_.host, endpoint_.port, why);
  SetStep(Step::kFailed);
}

void TcpStream::SetStep(Step step) {
  log::Debug(kTag, "{} -> {}", WordAt(static_cast<std::size_t>(step_), kStepNames),
             WordAt(static_cast<std::size_t>(step), kStepNames));
  step_ = step;
}

}  // namespace linnet::net
