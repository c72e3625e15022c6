// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Local sockets for one loop that never blocks.
#pragma once

#include <poll.h>

#include <filesystem>
#include <string>

#include "base/bytes.hpp"

namespace linnet::air {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// Listens on a socket in the file system that only the owner can use; whatever lay there is
/// replaced. Throws std::runtime_error.
Descriptor ListenAt(const std::filesystem::path& path);
/// The next one that has connected; -1 in it: there is none.
Descriptor Accept(const Descriptor& listener);

/// One peer: what it has sent, and what waits to be sent to it.
class Connection {
 public:
  /// A peer that reads nothing for so long is dropped.
  static constexpr std::size_t kMaxWaiting = 4U << 20U;

  explicit Connection(Descriptor socket) : socket_(std::move(socket)) {}

  void Send(Bytes bytes);
  void Send(const std::string& text) { Send(AsBytes(text)); }
  [[nodiscard]] pollfd Wanted() const;
  /// After a wait: sends what waits, and appends what has come to `received`.
  void Ready(short events, std::string& received);
  /// The peer is gone.
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  void Flush();

  Descriptor socket_;
  std::string waiting_;
  bool closed_ = false;
};

}  // namespace linnet::air
