// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Sleep of a process whose network comes over a radio.
#pragma once

#include <algorithm>

#include "hal/idle.hpp"
#include "ports/linux/socket_line.hpp"
#include "ports/linux/watch_list.hpp"
#include "ports/lwip/lwip_network.hpp"

namespace linnet::posix {

/// As PollIdle; also ends for lwIP's timers, and for bytes that the line has read already.
class RadioIdle final : public hal::Idle {
 public:
  /// All outlive it.
  RadioIdle(PollIdle& idle, const SocketLine& line, const lwip::LwipNetwork& network)
      : idle_(idle), line_(line), network_(network) {}
  void WaitUntil(Instant deadline) override {
    if (!line_.has_bytes()) {
      idle_.WaitUntil(std::min(deadline, network_.next_timer()));
    }
  }

 private:
  PollIdle& idle_;
  const SocketLine& line_;
  const lwip::LwipNetwork& network_;
};

}  // namespace linnet::posix
