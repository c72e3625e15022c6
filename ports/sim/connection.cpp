// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <algorithm>

namespace linnet::sim {

namespace {

Connection::End Other(Connection::End end) {
  return end == Connection::kDevice ? Connection::kServer : Connection::kDevice;
}

}  // namespace

hal::TcpSocket::State Connection::state(End end) const {
  using State = hal::TcpSocket::State;
  if (closed_[end]) {
    return State::kClosed;
  }
  if (broken_) {
    return State::kFailed;
  }
  if (policy_ == Listener::Policy::kIgnore || clock_.Now() < opens_) {
    return State::kConnecting;
  }
  return policy_ == Listener::Policy::kRefuse ? State::kFailed : State::kOpen;
}

Result<std::size_t> Connection::Read(End end, MutableBytes out) {
  if (state(end) == hal::TcpSocket::State::kConnecting) {
    return std::size_t{0};
  }
  if (state(end) != hal::TcpSocket::State::kOpen) {
    return Code::kUnavailable;
  }
  std::deque<Chunk>& pipe = pipes_[Other(end)];
  if (pipe.empty() && closed_[Other(end)]) {
    return Code::kClosed;
  }
  const std::size_t most = std::min(out.size(), behaviour_.read_limit);
  std::size_t count = 0;
  while (count < most && !pipe.empty() && pipe.front().at <= clock_.Now()) {
    out[count++] = pipe.front().value;
    pipe.pop_front();
  }
  return count;
}

Result<std::size_t> Connection::Write(End end, Bytes data) {
  if (state(end) == hal::TcpSocket::State::kConnecting) {
    return std::size_t{0};
  }
  if (state(end) != hal::TcpSocket::State::kOpen) {
    return Code::kUnavailable;
  }
  if (closed_[Other(end)] && end == kServer) {
    Break();  // A device's Close frees its socket at once: what still comes is answered by a reset.
    return Code::kUnavailable;
  }
  const std::size_t used = pipes_[end].size();
  const std::size_t room = behaviour_.window > used ? behaviour_.window - used : 0;
  const std::size_t count = std::min({data.size(), behaviour_.write_limit, room});
  Push(end, data.first(count));
  return count;
}

void Connection::Push(End end, Bytes data) {
  for (const std::byte value : data) {
    pipes_[end].push_back({clock_.Now() + behaviour_.delay, value});
  }
}

void Connection::Break() {
  broken_ = true;
  pipes_[kDevice].clear();
  pipes_[kServer].clear();
}

}  // namespace linnet::sim
