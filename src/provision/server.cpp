// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/server.hpp"

#include "base/log.hpp"

namespace linnet::provision {

using namespace std::string_view_literals;

namespace {

constexpr const char* kTag = "prov";

}  // namespace

void Connection::Begin(hal::Ipv4Address peer, bool is_secure) {
  peer_ = peer;
  stream_ = &plain_;
  if (is_secure) {
    stream_ = &secure_;
    IgnoreStatus(secure_.Open({"client"sv, 0}));
  }
  state_ = State::kOpening;
  parser_.Reset();
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
  // For an answer the peer waits, and not we for the peer.
  bool moves = state_ == State::kOpening || state_ == State::kAnswering;
  if (state_ == State::kOpening) {
    state_ = State::kReading;
  } else if (state_ == State::kSending) {
    moves = Write();
  }
  if (state_ == State::kReading || state_ == State::kEnding) {
    Read();
  }
  if (moves) {
    until_ = now + kPatience;
  } else if (now >= until_) {
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
    keep_ = input.empty();
    state_ = State::kAnswering;
  }
}

void Connection::Send(Bytes response, bool keep) {
  response_ = response;
  keep_ = keep_ && keep;
  state_ = State::kSending;
}

bool Connection::Write() {
  const Result<std::size_t> taken = stream_->Write(response_);
  if (!taken.ok()) {
    Close();
    return false;
  }
  response_ = response_.subspan(*taken);
  if (response_.empty()) {
    state_ = keep_ ? State::kReading : State::kEnding;
    parser_.Reset();
  }
  return *taken > 0;
}

void Server::Stop() {
  for (Connection& connection : connections_) {
    connection.Close();
  }
  speaker_ = nullptr;
  site_.Abandon();
  for (hal::TcpListener* listener : parts_.listeners) {
    listener->Close();
  }
}

Status Server::Start(const Ports& ports, Instant now) {
  last_request_ = now;
  LINNET_TRY(parts_.listeners[0]->Listen(ports.secure));
  return parts_.listeners[1]->Listen(ports.clear);
}

Instant Server::Run(Instant now) {
  Accept(now);
  for (Connection& connection : connections_) {
    connection.Advance(now);
    if (speaker_ == nullptr || !speaker_->busy()) {
      speaker_ = nullptr;
      site_.Abandon();
    }
    if (connection.state() == Connection::State::kAnswering &&
        (speaker_ == nullptr || speaker_ == &connection)) {
      Answer(connection, now);
    }
  }
  return now + kLook;
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
  for (hal::TcpListener* listener : parts_.listeners) {
    Connection* free = listener->waiting() ? Free(now) : nullptr;
    if (free == nullptr) {
      continue;
    }
    const Result<hal::TcpListener::Peer> peer = listener->Accept(free->socket());
    if (peer.ok()) {
      free->Begin(peer->address, listener == parts_.listeners[0]);
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
  const http::IncomingRequest& request = connection.request();
  if (connection.refusal() != Code::kOk) {
    site_.AnswerRefusal(connection.refusal());
  } else {
    Asker asker = connection.is_secure() ? Asker::kClient : Asker::kInClear;
    if (MayServe(connection, now)) {
      last_request_ = now;
    } else {
      log::Info(kTag, "a second client is told to wait");
      asker = Asker::kOther;
    }
    site_.Answer(asker, request, connection.body(), now);
  }
  const Bytes response = site_.response();
  if (!response.empty()) {
    log::Info(kTag, "{}: {}", request.target, AsText(response.subspan(9, 3)));
    connection.Send(response, !site_.closing());
  }
}

}  // namespace linnet::provision
