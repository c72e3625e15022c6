// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Answers for every name on the device's own network, so that phones find the page, and for the
// vendor's names by multicast DNS, so that its application finds the service.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/time.hpp"
#include "provision/dhcp_message.hpp"
#include "provision/dns_message.hpp"

namespace linnet::provision {

inline constexpr std::string_view kHostName = "wifiprov.local";

/// A machine: queries come in, responses go out.
class NameServer {
 public:
  /// Enough for every response.
  static constexpr std::size_t kMaxMessage = 512;

  /// `hardware` is what the service's record says of the device; `port` the service's.
  NameServer(hal::Ipv4Address self, const HardwareAddress& hardware, std::uint16_t port)
      : self_(self), hardware_(hardware), port_(port) {}

  /// Every name has this device's address. Empty: nothing to say. Here and below `out` has at least
  /// kMaxMessage bytes.
  Bytes Answer(Bytes query, MutableBytes out) const;

  /// By multicast DNS (RFC 6762, 6763): all that there is to know, if one of our names is asked
  /// for. Empty: nothing to say, or it was said less than a second ago. `one_shot`: the query comes
  /// from another port than 5353, and is answered to there.
  Bytes AnswerMulticast(Bytes query, bool one_shot, Instant now, MutableBytes out);
  /// The same, unasked.
  Bytes Announce(MutableBytes out) const;

 private:
  Bytes PutService(const DnsQuestion* one_shot, MutableBytes out) const;

  const hal::Ipv4Address self_;
  const HardwareAddress hardware_;
  const std::uint16_t port_;
  Instant quiet_until_{};
};

}  // namespace linnet::provision
