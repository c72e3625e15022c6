// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// DHCP (RFC 2131, RFC 2132) as a server of one small link needs it: reads requests, writes replies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/time.hpp"
#include "hal/network.hpp"

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

/// What a server needs of a client's message.
struct DhcpRequest {
  DhcpKind kind = DhcpKind::kDiscover;
  std::array<std::uint8_t, 4> transaction{};
  HardwareAddress hardware{};
  hal::Ipv4Address wanted{};  ///< The address it would like, else the one it has; 0.0.0.0: none.
  hal::Ipv4Address server{};  ///< Whom it answers.
};

/// Where the message does not say whom it answers, `server` stays as it is. kMalformed: too short,
/// no client's message, without a kind, or an option goes beyond the end. kUnsupported: not
/// Ethernet.
Status DecodeDhcp(Bytes message, DhcpRequest& out);

struct DhcpReply {
  DhcpKind kind = DhcpKind::kOffer;
  hal::Ipv4Address address{};  ///< For the client, for kDhcpLease; 0.0.0.0: none, and no time.
  hal::Ipv4Address server{};   ///< Also the router and the name server, in a network of 24 bits.
};

/// Short: who comes back after a trial gets the same address, who went makes room.
inline constexpr Seconds kDhcpLease{600};
inline constexpr std::size_t kDhcpReplySize = 300;

/// `out` has at least kDhcpReplySize bytes.
Bytes EncodeDhcp(const DhcpRequest& request, const DhcpReply& reply, MutableBytes out);

}  // namespace linnet::provision
