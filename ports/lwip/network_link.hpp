// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What lies below IP: a port of an Ethernet, or of a Wi-Fi chip.
#pragma once

#include <array>
#include <cstdint>

#include "base/status.hpp"

struct netif;
struct pbuf;

namespace linnet::lwip {

/// Ethernet frames as lwIP's packet buffers.
class NetworkLink {
 public:
  using MacAddress = std::array<std::uint8_t, 6>;

  /// kUnavailable: the device does not answer.
  virtual Status Start() = 0;
  /// Valid while the link is up.
  [[nodiscard]] virtual const MacAddress& mac() const = 0;
  /// A link that was another one since the last look is down once.
  [[nodiscard]] virtual bool LinkUp() = 0;
  /// Gives what has come to `interface`; bounded.
  virtual void Receive(netif& interface) = 0;
  /// The interface of the device's own network, where it serves others; nullptr: there is none, and
  /// it serves everywhere.
  [[nodiscard]] virtual netif* own_network() { return nullptr; }
  /// kUnavailable: no room now; the frame was not sent.
  virtual Status Send(const pbuf& frame) = 0;

 protected:
  ~NetworkLink() = default;  // nobody deletes through it
};

}  // namespace linnet::lwip
