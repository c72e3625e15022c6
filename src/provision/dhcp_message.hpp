// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// DHCP (RFC 2131, RFC 2132) as a server of one small link needs it: reads requests, and makes
// replies of them in their place.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/time.hpp"
#include "hal/wifi.hpp"
#include "provision/packet.hpp"

namespace linnet::provision {

using HardwareAddress = std::array<std::uint8_t, 6>;

/// The values are the protocol's.
enum class DhcpKind : std::uint8_t {
  kDiscover = 1,
  kOffer = 2,
  kRequest = 3,
  kDecline = 4,
  kAck = 5,
  kNak = 6,
  kRelease = 7,
  kInform = 8,
};

/// An address as a message has it: its first octet is the lowest.
using DhcpAddress = std::uint32_t;

/// This device: the server, the router and the name server, in a network of 24 bits.
inline constexpr DhcpAddress kDhcpSelf = 0x0100A8C0;
static_assert(hal::kAccessPointAddress == hal::Ipv4Address{{0xC0, 0xA8, 0x00, 0x01}});
/// From one address of the network to the next.
inline constexpr DhcpAddress kDhcpStep = 0x01000000;

/// Whether it is long enough, and DHCP at all.
bool IsDhcp(const Packet& packet);

/// What a server needs of a request. There is nothing but Ethernet on the link.
DhcpKind DhcpKindOf(const Packet& request);          ///< 0: it does not say.
DhcpAddress DhcpWanted(const Packet& request);       ///< By the client, else what it has; 0: none.
DhcpAddress DhcpServerMeant(const Packet& request);  ///< kDhcpSelf where it does not say.
std::span<const std::byte, sizeof(HardwareAddress)> DhcpHardware(const Packet& request);

/// Short: who comes back after a trial gets the same address, who went makes room.
inline constexpr Seconds kDhcpLease{600};

/// Makes the reply of the request, and returns its size. `address`: for the client, for kDhcpLease;
/// 0: none, and no time.
std::size_t MakeDhcpReply(DhcpKind kind, DhcpAddress address, Packet& packet);

}  // namespace linnet::provision
