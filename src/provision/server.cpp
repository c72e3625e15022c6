// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/server.hpp"

#include "base/log.hpp"

namespace linnet::provision {

namespace {

constexpr const char* kTag = "prov";

}  // namespace

void Connection::Begin(hal::Ipv4Address peer, bool is_secure, Instant now) {
  peer_ = peer;
  Expect(now);
  stream_ = &plain_;
  if (is_secure) {
    stream_ = &secure_;
    state_ = State::kOpening;
    until_ = kNever;  // The handshake has a limit of its own.
    IgnoreStatus(secure_.Open({"client", 0}));
  }
}

void Connection::Expect(Instant now) {
  parser_.Reset();
  state_ = State::kReading;
  until_ = now + kRequestTime;
}

void Connection::Close() {
  if (state_ != State::kClosed) {
    stream_->Close();
    state_ = State::kClosed;
  }
}

void Connection::Advance(Instant now) {
  if (state_ == State::kClosed) {
    return;
  }
  const net::Stream::State below = stream_->Poll(now);
  if (below == net::Stream::State::kOpening) {
    return;
  }
  if (below != net::Stream::State::kOpen) {
    return Close();
  }
  if (state_ == State::kOpening) {
    Expect(now);
  }
  if (state_ == State::kSending) {
    Write(now);
  } else if (state_ != State::kAnswering) {
    Read();
  }
  if (state_ != State::kAnswering && now >= until_) {
    Close();
  }
}

/// Also where it ends: after a response that is the last one the peer hangs up first, so that what
/// it has not read yet is not lost with the connection.
void Connection::Read() {
  std::array<std::byte, 256> piece;
  const Result<std::size_t> got = stream_->Read(piece);
  if (!got.ok()) {
    return Close();
  }
  if (state_ == State::kEnding || *got == 0) {
    return;
  }
  Bytes input = Bytes(piece).first(*got);
  const Status status = parser_.Next(input);
  if (status != Code::kPending) {
    // Who sends the next request before it has read the response has to do it again.
    refusal_ = status.code();
    keep_ = status.ok() && parser_.request().keep_alive && input.empty();
    state_ = State::kAnswering;
  }
}

void Connection::Send(Bytes response, bool keep, Instant now) {
  response_ = response;
  keep_ = keep_ && keep;
  until_ = now + kSendTime;
  state_ = State::kSending;
}

void Connection::Write(Instant now) {
  const Result<std::size_t> taken = stream_->Write(response_);
  if (!taken.ok()) {
    return Close();
  }
  if (*taken > 0) {
    until_ = now + kSendTime;
    response_ = response_.subspan(*taken);
  }
  if (response_.empty()) {
    Expect(now);
    if (!keep_) {
      state_ = State::kEnding;
      until_ = now + Seconds{1};
    }
  }
}

void Server::Stop() {
  for (Connection& connection : connections_) {
    connection.Close();
  }
  speaker_ = nullptr;
  site_.Abandon();
  parts_.secure_listener.Close();
  parts_.clear_listener.Close();
}

Status Server::Start(const Ports& ports, Instant now) {
  last_request_ = now;
  LINNET_TRY(parts_.secure_listener.Listen(ports.secure));
  return parts_.clear_listener.Listen(ports.clear);
}

Instant Server::Run(Instant now) {
  Accept(now);
  bool quiet = true;
  for (Connection& connection : connections_) {
    connection.Advance(now);
    using State = Connection::State;
    const bool answering = connection.state() == State::kAnswering;
    if (speaker_ == &connection && !answering && connection.state() != State::kSending) {
      speaker_ = nullptr;
      site_.Abandon();
    }
    if (answering && (speaker_ == nullptr || speaker_ == &connection)) {
      Answer(connection, now);
    }
    quiet = quiet && connection.state() == State::kClosed;
  }
  return now + (quiet ? kLook : kLookWhileServing);
}

/// A free one; else one that its client keeps open in case it should need it.
Connection* Server::Free(Instant now) {
  Connection* idle = nullptr;
  for (Connection& connection : connections_) {
    if (connection.state() == Connection::State::kClosed) {
      return &connection;
    }
    if (connection.idle(now)) {
      idle = &connection;
    }
  }
  if (idle != nullptr) {
    idle->Close();
  }
  return idle;
}

void Server::Accept(Instant now) {
  for (hal::TcpListener* listener : {&parts_.secure_listener, &parts_.clear_listener}) {
    Connection* free = listener->waiting() ? Free(now) : nullptr;
    if (free == nullptr) {
      continue;
    }
    const Result<hal::TcpListener::Peer> peer = listener->Accept(free->socket());
    if (peer.ok()) {
      free->Begin(peer->address, listener == &parts_.secure_listener, now);
    }
  }
}

bool Server::MayServe(const Connection& connection, Instant now) {
  if (connection.peer() != client_ && now < client_until_) {
    return false;
  }
  client_ = connection.peer();
  client_until_ = now + kClientTime;
  return true;
}

void Server::Answer(Connection& connection, Instant now) {
  speaker_ = &connection;
  if (connection.refusal() != Code::kOk) {
    connection.Send(site_.AnswerRefusal(connection.refusal()), false, now);
    return;
  }
  if (!MayServe(connection, now)) {
    log::Info(kTag, "a second client is told to wait");
    connection.Send(site_.AnswerBusy(connection.request()), false, now);
    return;
  }
  last_request_ = now;
  if (!connection.is_secure()) {
    connection.Send(site_.AnswerInClear(connection.request()), false, now);
    return;
  }
  const Result<Bytes> response = site_.Answer(connection.request(), connection.body(), now);
  if (response.ok()) {
    log::Info(kTag, "{}: {}", connection.request().path(), AsText(response->subspan(9, 3)));
    connection.Send(*response, true, now);
  }
}

}  // namespace linnet::provision
