// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What can wake the loop: the open sockets.
#pragma once

#include <poll.h>

#include <array>
#include <cstddef>
#include <span>

#include "base/status.hpp"
#include "base/view.hpp"
#include "hal/clock.hpp"
#include "hal/idle.hpp"

namespace linnet::posix {

class WatchList {
 public:
  static constexpr std::size_t kMaxFiles = 16;

  /// kResourceExhausted: full.
  Status Add(int file);
  void Remove(int file);
  /// Whether to wake up when the file can be written to (again).
  void WantWrite(int file, bool want);
  Span<pollfd> files() { return std::span(files_).first(count_); }

 private:
  std::array<pollfd, kMaxFiles> files_{};
  std::size_t count_ = 0;
};

class PollIdle final : public hal::Idle {
 public:
  /// Both outlive it.
  PollIdle(WatchList& watched, const hal::Clock& clock) : watched_(watched), clock_(clock) {}
  void WaitUntil(Instant deadline) override;

 private:
  WatchList& watched_;
  const hal::Clock& clock_;
};

}  // namespace linnet::posix
