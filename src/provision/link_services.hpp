// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a phone expects of a network that it joins: an address, names, and the service to be found.
#pragma once

#include <array>

#include "hal/network.hpp"
#include "provision/dhcp_server.hpp"
#include "provision/name_server.hpp"

namespace linnet::provision {

/// Binds the machines to three sockets, which nobody else uses meanwhile.
class LinkServices {
 public:
  struct Parts {
    hal::UdpSocket& dhcp;
    hal::UdpSocket& dns;
    hal::UdpSocket& multicast;
  };
  LinkServices(const Parts& parts, const HardwareAddress& hardware)
      : sockets_{&parts.dhcp, &parts.dns, &parts.multicast}, names_(hardware) {}
  LinkServices(const LinkServices&) = delete;
  LinkServices& operator=(const LinkServices&) = delete;
  ~LinkServices();

  /// Also the sockets' codes.
  Status Start();
  /// To be called in every turn of the one who serves: what has come waits in the sockets.
  void Run(Instant now);

 private:
  /// Of each kind for one turn, so that nobody keeps the device from anything else.
  static constexpr int kMessagesATurn = 4;

  void Serve(std::size_t which, Packet& packet, Instant now);

  const std::array<hal::UdpSocket*, 3> sockets_;
  DhcpServer dhcp_;
  NameServer names_;
};

}  // namespace linnet::provision
