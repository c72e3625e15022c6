// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// DHCP (RFC 2131, RFC 2132) as a server of one small link needs it: reads requests, writes replies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
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

struct DhcpRequest {
  DhcpKind kind = DhcpKind::kDiscover;
  std::uint32_t transaction = 0;
  HardwareAddress hardware{};
  hal::Ipv4Address client{};                    ///< The address it has; 0.0.0.0: none.
  std::optional<hal::Ipv4Address> requested{};  ///< The one it would like, or declines.
  std::optional<hal::Ipv4Address> server{};     ///< Whom it answers.
};

/// kMalformed: too short, no client's message, or an option goes beyond the end. kUnsupported: not
/// Ethernet, or a kind that no client sends.
Result<DhcpRequest> DecodeDhcp(Bytes message);

struct DhcpReply {
  DhcpKind kind = DhcpKind::kOffer;
  hal::Ipv4Address address{};  ///< For the client; 0.0.0.0: none.
  hal::Ipv4Address server{};   ///< Also the router and the name server, in a network of 24 bits.
  Seconds lease{};             ///< 0: no time is said.
};

inline constexpr std::size_t kDhcpReplySize = 300;

/// `out` has at least kDhcpReplySize bytes.
Bytes EncodeDhcp(const DhcpRequest& request, const DhcpReply& reply, MutableBytes out);

}  // namespace linnet::provision
