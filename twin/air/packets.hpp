// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What an access point lets through to and from its network, and the captive portal's answers. Pure
// functions on Ethernet frames.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "twin/air/keys.hpp"

namespace linnet::air {

enum class Uplink {
  kInternet,  ///< Everything passes.
  kNone,      ///< Only ARP, DHCP and DNS: there is a network, and nothing behind it.
  kPortal,    ///< As kNone, and every TCP server answers, as a web server that leads elsewhere.
};
struct Passage {
  Uplink uplink = Uplink::kInternet;
  bool dhcp = true;  ///< Off: nobody gets an address; it is exhausted.
};

/// Either direction.
bool Passes(const Passage& passage, Bytes ethernet);

/// For a TCP segment to anybody: what comes back in the server's name, a "302 Found" to
/// http://portal.invalid/ whatever was asked. Who expects TLS sees that it is somebody else. Keeps
/// no state, so that a segment that comes again has the same answer. Nothing: it is no such
/// segment, or needs no answer.
std::optional<Blob> PortalAnswer(Bytes ethernet);

/// A UDP datagram in an Ethernet frame; addresses in host byte order.
struct Datagram {
  Mac from_mac{};
  Mac to_mac{};
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint16_t from_port = 0;
  std::uint16_t to_port = 0;
  Bytes data{};  ///< Not owned.
};
Blob WriteDatagram(const Datagram& datagram);
/// Nothing: the frame holds none.
std::optional<Datagram> ReadDatagram(Bytes ethernet);

/// The Internet checksum (RFC 1071) of `bytes`, on top of the sum `start`.
std::uint16_t InternetChecksum(Bytes bytes, std::uint32_t start = 0);

}  // namespace linnet::air
