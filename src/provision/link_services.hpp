// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a phone expects of a network that it joins: an address, names, and the service to be found.
#pragma once

#include "hal/network.hpp"
#include "provision/dhcp_server.hpp"
#include "provision/name_server.hpp"
#include "sched/loop.hpp"

namespace linnet::provision {

/// Binds the machines to three sockets, which nobody else uses meanwhile.
class LinkServices final : public sched::Task {
 public:
  struct Parts {
    hal::UdpSocket& dhcp;
    hal::UdpSocket& dns;
    hal::UdpSocket& multicast;
  };
  /// `self` is the device's address in its own network.
  LinkServices(const Parts& parts, hal::Ipv4Address self, const HardwareAddress& hardware,
               std::uint16_t port)
      : parts_(parts), dhcp_(self), names_(self, hardware, port) {}
  LinkServices(const LinkServices&) = delete;
  LinkServices& operator=(const LinkServices&) = delete;
  ~LinkServices();

  /// Also the sockets' codes.
  Status Start();
  Instant Run(Instant now) override;

 private:
  static constexpr Milliseconds kLook{50};
  static constexpr int kAnnouncements = 2;
  /// For one turn, so that nobody keeps the device from anything else.
  static constexpr int kMessagesATurn = 4;

  bool Serve(hal::UdpSocket& socket, Instant now);

  const Parts parts_;
  DhcpServer dhcp_;
  NameServer names_;
  int announced_ = 0;
  Instant announces_at_{};
};

}  // namespace linnet::provision
