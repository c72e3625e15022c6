// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Answers for every name on the device's own network, so that phones find the page, and for the
// vendor's names by multicast DNS, so that its application finds the service.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "base/view.hpp"
#include "provision/dhcp_message.hpp"
#include "provision/packet.hpp"

namespace linnet::provision {

inline constexpr StringView kHostName = "wifiprov.local";

/// A machine: queries come in, responses go out.
class NameServer {
 public:
  /// `hardware` is what the service's record says of the device; it outlives this.
  explicit NameServer(const HardwareAddress& hardware) : hardware_(hardware) {}

  /// Makes the response to a query, and returns its size; 0: there is nothing to say. By DNS every
  /// name has the device's address. By multicast DNS (RFC 6762, 6763) it is all that there is to
  /// know, if one of our names is asked for: for who asks from another port than 5353. Everybody is
  /// told, too, by Announce().
  std::size_t Answer(bool multicast, Packet& packet);

  /// Makes what everybody on the link is told now, and returns its size; 0: nothing. Twice it is
  /// told without being asked, else when somebody has asked, and once a second at most.
  std::size_t Announce(Packet& packet, Instant now);

 private:
  std::size_t Put(std::size_t from, std::size_t shift, std::byte* out) const;

  const HardwareAddress& hardware_;
  std::uint8_t announcements_ = 2;  ///< To be made.
  Instant quiet_until_{};
};

}  // namespace linnet::provision
