// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An SNTP responder (RFC 4330) on the loopback address, so that devices get the time without the
// Internet.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "twin/loop.hpp"

namespace linnet::twin {

inline constexpr std::size_t kSntpPacket = 48;

/// The reply to a client's request at `now`, or nothing when it is none (too short, not mode 3, an
/// unknown version).
std::optional<std::array<std::uint8_t, kSntpPacket>> SntpReply(
    std::span<const std::uint8_t> request, std::chrono::system_clock::time_point now);

class SntpServer {
 public:
  /// What time it is for whoever asks; nothing: nobody gets an answer.
  using Clock = std::function<std::optional<std::chrono::system_clock::time_point>()>;

  /// Listens at once; `port` 0 takes any free one. Throws std::runtime_error when it is taken.
  SntpServer(Loop& loop, std::uint16_t port, Clock clock);
  ~SntpServer();
  SntpServer(const SntpServer&) = delete;
  SntpServer& operator=(const SntpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct State;

  std::shared_ptr<State> state_;
};

}  // namespace linnet::twin
