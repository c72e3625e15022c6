// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The far end of the network suite on a development machine.
#pragma once

#include <array>
#include <cstdint>

namespace linnet::conformance {

/// On the loopback, at ports of the system's choice, in threads that live as long as the process:
/// end it with _exit, or keep this object until its end.
class EchoServers {
 public:
  /// Ends the process when the machine has no loopback.
  EchoServers();
  EchoServers(const EchoServers&) = delete;
  EchoServers& operator=(const EchoServers&) = delete;

  /// Sends back what it gets, and ends the stream after "close".
  [[nodiscard]] std::uint16_t tcp_port() const { return tcp_.port; }
  [[nodiscard]] std::uint16_t udp_port() const { return udp_.port; }
  /// Bound, so that nobody else listens there, but never listened on.
  [[nodiscard]] std::uint16_t refusing_port() const { return refusing_.port; }
  /// Nobody is bound to it; another program might be, later.
  [[nodiscard]] static std::uint16_t free_port();

  /// Connects to this port, sends back what comes, and ends the stream after "close".
  static void Call(void* unused, std::uint16_t port);
  /// Each datagram to the port that is returned is such a call to `port`.
  static std::uint16_t CallOnDatagram(std::uint16_t port);

 private:
  struct Bound {
    int file = -1;
    std::uint16_t port = 0;
  };
  static Bound Bind(int type);

  Bound tcp_;
  Bound udp_;
  Bound refusing_;
};

}  // namespace linnet::conformance
