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
  static constexpr std::size_t kMaxLeases = 4;
  /// How long an offer, or a declined address, is kept for nobody else.
  static constexpr Seconds kHold{60};

  /// The addresses behind `self` are given out.
  explicit DhcpServer(hal::Ipv4Address self) : self_(self) {}

  /// The reply to one message; empty: none. `out` has at least kDhcpReplySize bytes. What is
  /// malformed or for another server gets none.
  Bytes Answer(Bytes message, Instant now, MutableBytes out);

 private:
  struct Lease {
    HardwareAddress hardware{};
    Instant until{};     ///< It is nobody else's; the owner finds it also later.
    bool owned = false;  ///< By the hardware; of nobody when it was declined.
  };

  [[nodiscard]] hal::Ipv4Address AddressOf(const Lease& lease) const;
  Lease* Find(const HardwareAddress& hardware);
  Lease* Give(const HardwareAddress& hardware, Instant now);

  const hal::Ipv4Address self_;
  std::array<Lease, kMaxLeases> leases_{};
};

}  // namespace linnet::provision
