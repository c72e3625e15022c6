// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// One TCP connection in memory: two pipes with a delay, and the states of both ends.
#pragma once

#include <array>
#include <cstddef>
#include <deque>

#include "hal/network.hpp"
#include "sim/clock.hpp"
#include "sim/network.hpp"

namespace linnet::sim {

class Connection {
 public:
  enum End : std::uint8_t { kDevice = 0, kServer = 1 };

  Connection(const Clock& clock, const LinkBehaviour& behaviour, Listener::Policy policy)
      : clock_(clock),
        behaviour_(behaviour),
        policy_(policy),
        opens_(clock.Now() + behaviour.delay) {}

  [[nodiscard]] hal::TcpSocket::State state(End end) const;
  [[nodiscard]] Status failure() const { return Code::kUnavailable; }
  Result<std::size_t> Read(End end, MutableBytes out);
  Result<std::size_t> Write(End end, Bytes data);
  /// Appends without regard to window and limits.
  void Push(End end, Bytes data);
  void Close(End end) { closed_[end] = true; }
  void Break();

 private:
  struct Chunk {
    Instant at;
    std::byte value;
  };

  const Clock& clock_;
  LinkBehaviour behaviour_;
  Listener::Policy policy_;
  Instant opens_;
  bool broken_ = false;
  std::array<bool, 2> closed_{};
  /// Indexed by the end that writes.
  std::array<std::deque<Chunk>, 2> pipes_;
};

}  // namespace linnet::sim
