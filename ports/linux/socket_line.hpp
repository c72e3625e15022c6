// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The line to an emulated radio: a local socket at which it listens.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "ports/linux/watch_list.hpp"
#include "ports/serial_radio/line.hpp"

namespace linnet::posix {

/// Connects when something is to be sent, and again when the radio has gone and come back. Whoever
/// waits for an answer meanwhile finds the radio silent.
class SocketLine final : public serial_radio::Line {
 public:
  /// `watched` outlives it. "": the line leads nowhere.
  SocketLine(WatchList& watched, std::string path) : watched_(watched), path_(std::move(path)) {}
  SocketLine(const SocketLine&) = delete;
  SocketLine& operator=(const SocketLine&) = delete;
  ~SocketLine() { Close(); }

  bool Take(std::byte& out) override;
  Status Send(Bytes bytes) override;

  /// For the loop's sleep: bytes lie here that no file shows any more.
  [[nodiscard]] bool has_bytes() const { return next_ < end_; }

 private:
  Status Connect();
  void Close();

  WatchList& watched_;
  const std::string path_;
  int socket_ = -1;
  std::array<std::byte, 4096> received_{};
  std::size_t next_ = 0;
  std::size_t end_ = 0;
};

}  // namespace linnet::posix
