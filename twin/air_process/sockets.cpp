// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air_process/sockets.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace linnet::air {

Descriptor::~Descriptor() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

Descriptor ListenAt(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) {
    throw std::runtime_error("the path of a socket has at most " +
                             std::to_string(sizeof address.sun_path - 1) + " bytes: " + text +
                             " is longer; choose a shorter --dir");
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  ::unlink(text.c_str());
  const mode_t before = ::umask(0177);
  const bool listens =
      ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(listener.get(), SOMAXCONN) == 0;
  ::umask(before);
  if (!listens) {
    throw std::runtime_error("cannot listen at " + text + ": " + std::strerror(errno));
  }
  return listener;
}

Descriptor Accept(const Descriptor& listener) {
  return Descriptor(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

void Connection::Send(Bytes bytes) {
  waiting_.append(AsText(bytes));
  Flush();
}

void Connection::Flush() {
  while (!waiting_.empty()) {
    const ssize_t sent = ::send(socket_.get(), waiting_.data(), waiting_.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      closed_ = closed_ || (errno != EAGAIN && errno != EINTR) || waiting_.size() > kMaxWaiting;
      return;
    }
    waiting_.erase(0, static_cast<std::size_t>(sent));
  }
}

pollfd Connection::Wanted() const {
  return {socket_.get(), static_cast<short>(waiting_.empty() ? POLLIN : POLLIN | POLLOUT), 0};
}

void Connection::Ready(short events, std::string& received) {
  if ((events & POLLOUT) != 0) {
    Flush();
  }
  if ((events & (POLLIN | POLLHUP | POLLERR)) == 0) {
    return;
  }
  std::array<char, 16384> chunk;
  const ssize_t size = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
  if (size > 0) {
    received.append(chunk.data(), static_cast<std::size_t>(size));
  } else {
    closed_ = closed_ || size == 0 || (errno != EAGAIN && errno != EINTR);
  }
}

}  // namespace linnet::air
