// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Keeps the wall clock right: asks one time server after another until one answers, then rarely.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/fixed_string.hpp"
#include "hal/entropy.hpp"
#include "hal/network.hpp"
#include "net/host_table.hpp"
#include "net/resolver.hpp"
#include "net/sntp_packet.hpp"
#include "net/stream.hpp"
#include "net/wall_clock.hpp"
#include "sched/loop.hpp"

namespace linnet::net {

/// Asks server by server with a deadline each. A round in which none answered is followed by a
/// pause that doubles, with jitter. A kiss-of-death rests its server: RATE for an hour, everything
/// else until the next reset (RFC 4330, section 8).
class SntpClient final : public sched::Task {
 public:
  static constexpr std::size_t kMaxServers = 3;
  static constexpr Milliseconds kAnswerDeadline = Seconds{3};
  static constexpr Milliseconds kFirstPause = Seconds{4};
  static constexpr Milliseconds kLongestPause = Seconds{1024};
  static constexpr Milliseconds kShortestInterval = Seconds{15};
  static constexpr Milliseconds kResyncInterval = Seconds{6 * 3600};
  static constexpr Milliseconds kRateRest = Seconds{3600};

  /// Everything must outlive the client; `socket` serves nobody else.
  SntpClient(hal::Network& network, Resolver& resolver, hal::UdpSocket& socket,
             hal::Entropy& entropy, WallClock& clock)
      : network_(network), resolver_(resolver), socket_(socket), entropy_(entropy), clock_(clock) {}
  SntpClient(const SntpClient&) = delete;
  SntpClient& operator=(const SntpClient&) = delete;
  ~SntpClient();

  /// `host` must outlive the client. kResourceExhausted, kInvalidArgument.
  Status AddServer(const Endpoint& server);
  /// Asks again soon, for instance after a certificate looked expired; at most every
  /// `kShortestInterval`.
  void RequestSync() { sync_requested_ = true; }

  Instant Run(Instant now) override;

 private:
  enum class State : std::uint8_t { kPausing, kResolving, kWaiting };
  struct Server {
    Endpoint endpoint;
    Instant rests_until{};
  };

  void SetState(State state);
  /// Turns to the first server from `current_` on that does not rest; ends the round if none is
  /// left.
  void TryServer(Instant now);
  void TryNextServer(Instant now);
  void Resolve(Instant now);
  void Send(hal::Ipv4Address address, Instant now);
  void Receive(Instant now);
  void Judge(const SntpReply& reply, Instant now);
  void EndRound(Instant now);
  void PauseUntil(Instant wake);

  hal::Network& network_;
  Resolver& resolver_;
  hal::UdpSocket& socket_;
  hal::Entropy& entropy_;
  WallClock& clock_;
  std::array<Server, kMaxServers> servers_{};
  std::size_t server_count_ = 0;
  std::size_t current_ = 0;
  State state_ = State::kPausing;
  Milliseconds next_pause_ = kFirstPause;
  Instant wake_{};
  Instant give_up_{};
  Instant sent_at_ = Instant::min();
  bool sync_requested_ = false;
  hal::Ipv4Address asked_;
  NtpTimestamp nonce_;
};

}  // namespace linnet::net
