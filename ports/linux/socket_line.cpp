// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/linux/socket_line.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace linnet::posix {

namespace {

/// For a radio that does not take what is sent.
constexpr int kPatienceMs = 1000;

}  // namespace

Status SocketLine::Connect() {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path_.empty() || path_.size() >= sizeof address.sun_path) {
    return Code::kUnavailable;
  }
  std::memcpy(address.sun_path, path_.data(), path_.size());
  socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0 || !watched_.Add(socket_).ok() ||
      connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    Close();
    return Code::kUnavailable;
  }
  return OkStatus();
}

void SocketLine::Close() {
  if (socket_ >= 0) {
    watched_.Remove(socket_);
    close(socket_);
    socket_ = -1;
  }
}

bool SocketLine::Take(std::byte& out) {
  if (next_ == end_ && socket_ >= 0) {
    const ssize_t got = recv(socket_, received_.data(), received_.size(), 0);
    next_ = 0;
    end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
      Close();
    }
  }
  if (next_ == end_) {
    return false;
  }
  out = received_[next_++];
  return true;
}

Status SocketLine::Send(Bytes bytes) {
  if (socket_ < 0) {
    LINNET_TRY(Connect());
  }
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
      continue;
    }
    pollfd room = {.fd = socket_, .events = POLLOUT, .revents = 0};
    if ((errno != EAGAIN && errno != EINTR) || poll(&room, 1, kPatienceMs) != 1) {
      Close();
      return Code::kUnavailable;
    }
  }
  return OkStatus();
}

}  // namespace linnet::posix
