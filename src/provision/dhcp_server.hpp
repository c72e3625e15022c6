// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Gives the few clients of the device's own network their addresses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "provision/dhcp_message.hpp"

namespace linnet::provision {

/// A machine: messages and time come in, replies go out.
class DhcpServer {
 public:
  /// Clients at a time; a further one takes the place of the one whose lease has ended longest.
  /// They have the addresses behind the device's.
  static constexpr std::size_t kMaxLeases = 4;
  /// How long an offer, or a declined address, is kept for nobody else.
  static constexpr Seconds kHold{60};

  /// Makes the reply to a message, and returns its size; 0: none, as to what is malformed or for
  /// another server.
  std::size_t Answer(Packet& packet, Instant now);

 private:
  struct Lease {
    HardwareAddress hardware{};
    bool owned = false;  ///< By the hardware; of nobody when it was declined.
    Instant until{};     ///< It is nobody else's; the owner finds it also later.
  };

  std::array<Lease, kMaxLeases> leases_{};
};

}  // namespace linnet::provision
