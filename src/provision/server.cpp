// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/server.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace linnet::provision {

namespace {

constexpr std::string_view kTag = "prov";

}  // namespace

net::Stream& Connection::stream() {
  return is_secure_ ? static_cast<net::Stream&>(secure_) : plain_;
}

void Connection::Begin(hal::Ipv4Address peer, bool is_secure, Instant now,
                       const ServerTimes& times) {
  peer_ = peer;
  is_secure_ = is_secure;
  parser_.Reset();
  refusal_ = Code::kOk;
  keep_ = false;
  until_ = now + times.request;
  reading_since_ = now;
  state_ = State::kReading;
  if (is_secure) {
    state_ = State::kOpening;
    until_ = kNever;  // The handshake has a limit of its own.
    IgnoreStatus(secure_.Open({"client", 0}));
  }
}

void Connection::Close() {
  if (state_ != State::kClosed) {
    stream().Close();
    state_ = State::kClosed;
  }
}

void Connection::Advance(Instant now, const ServerTimes& times) {
  if (state_ == State::kClosed) {
    return;
  }
  switch (stream().Poll(now)) {
    case net::Stream::State::kOpening:
      return;
    case net::Stream::State::kOpen:
      break;
    default:
      return Close();
  }
  if (state_ == State::kOpening) {
    state_ = State::kReading;
    reading_since_ = now;
    until_ = now + times.request;
  }
  if (state_ == State::kSending) {
    Write(now, times);
  } else if (state_ == State::kReading || state_ == State::kEnding) {
    Read();
  }
  if (state_ != State::kClosed && state_ != State::kAnswering && now >= until_) {
    Close();
  }
}

/// Also where it ends: after a response that is the last one the peer hangs up first, so that what
/// it has not read yet is not lost with the connection.
void Connection::Read() {
  std::array<std::byte, 256> piece;
  const Result<std::size_t> got = stream().Read(piece);
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

void Connection::Send(Bytes response, bool keep, Instant now, const ServerTimes& times) {
  response_ = response;
  keep_ = keep_ && keep;
  until_ = now + times.send;
  state_ = State::kSending;
}

void Connection::Write(Instant now, const ServerTimes& times) {
  const Result<std::size_t> taken = stream().Write(response_);
  if (!taken.ok()) {
    return Close();
  }
  if (*taken > 0) {
    until_ = now + times.send;
    response_ = response_.subspan(*taken);
  }
  if (response_.empty()) {
    parser_.Reset();
    reading_since_ = now;
    until_ = now + (keep_ ? times.request : Milliseconds{Seconds{1}});
    state_ = keep_ ? State::kReading : State::kEnding;
  }
}

void Server::Stop() {
  for (Connection& connection : connections_) {
    connection.Close();
  }
  speaker_ = nullptr;
  parts_.secure_listener.Close();
  parts_.clear_listener.Close();
}

Status Server::Start(const Ports& ports) {
  LINNET_TRY(parts_.secure_listener.Listen(ports.secure));
  return parts_.clear_listener.Listen(ports.clear);
}

Instant Server::Run(Instant now) {
  if (last_request_ == Instant{}) {
    last_request_ = now;
  }
  Accept(now);
  for (Connection& connection : connections_) {
    connection.Advance(now, times_);
    using State = Connection::State;
    const bool speaks =
        connection.state() == State::kAnswering || connection.state() == State::kSending;
    if (speaker_ == &connection && !speaks) {
      speaker_ = nullptr;
      site_.Abandon();
    }
    if (connection.state() == State::kAnswering &&
        (speaker_ == nullptr || speaker_ == &connection)) {
      Answer(connection, now);
    }
  }
  const bool quiet = std::ranges::all_of(connections_, [](const Connection& connection) {
    return connection.state() == Connection::State::kClosed;
  });
  return now + (quiet ? kLook : kLookWhileServing);
}

/// A free one; else one that its client keeps open in case it should need it.
Connection* Server::Free(Instant now) {
  for (Connection& connection : connections_) {
    if (connection.state() == Connection::State::kClosed) {
      return &connection;
    }
  }
  for (Connection& connection : connections_) {
    if (connection.idle(now)) {
      connection.Close();
      return &connection;
    }
  }
  return nullptr;
}

void Server::Accept(Instant now) {
  for (hal::TcpListener* listener : {&parts_.secure_listener, &parts_.clear_listener}) {
    Connection* free = listener->waiting() ? Free(now) : nullptr;
    if (free == nullptr) {
      continue;
    }
    const Result<hal::TcpListener::Peer> peer = listener->Accept(free->socket());
    if (peer.ok()) {
      free->Begin(peer->address, listener == &parts_.secure_listener, now, times_);
    }
  }
}

bool Server::MayServe(const Connection& connection, Instant now) {
  if (connection.peer() != client_ && now < client_until_) {
    return false;
  }
  client_ = connection.peer();
  client_until_ = now + times_.client;
  return true;
}

void Server::Answer(Connection& connection, Instant now) {
  speaker_ = &connection;
  if (connection.refusal() != Code::kOk) {
    connection.Send(site_.AnswerRefusal(connection.refusal()), false, now, times_);
    return;
  }
  if (!MayServe(connection, now)) {
    log::Info(kTag, "a second client is told to wait");
    connection.Send(site_.AnswerBusy(connection.request()), false, now, times_);
    return;
  }
  last_request_ = now;
  if (!connection.is_secure()) {
    connection.Send(site_.AnswerInClear(connection.request()), false, now, times_);
    return;
  }
  const Result<Bytes> response = site_.Answer(connection.request(), connection.body(), now);
  if (response.ok()) {
    log::Info(kTag, "{}: {}", connection.request().path(), AsText(response->subspan(9, 3)));
    connection.Send(*response, true, now, times_);
  }
}

}  // namespace linnet::provision
