// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What an application with a radio has, whatever its board: the device's own network and who serves
// it.
#pragma once

#include <array>
#include <memory>
#include <new>

#include "crypto/arena.hpp"
#include "hal/console.hpp"
#include "images/device/wireless.hpp"
#include "ports/lwip/lwip_network.hpp"
#include "ports/lwip/lwip_tcp.hpp"
#include "ports/lwip/lwip_udp.hpp"
#include "ports/serial_radio/driver.hpp"

namespace linnet::device {

/// The device's own network with its sockets, in memory of crypto::Arena.
class OwnNetwork final : public ProvisionerSource {
 public:
  /// All outlive this.
  OwnNetwork(serial_radio::Driver& radio, lwip::LwipNetwork& network, hal::Console& console)
      : radio_(radio), network_(network), console_(console) {}

  provision::Provisioner* Make(const provision::Provisioner::Context& context) override {
    void* const memory = crypto::Arena::installed().Allocate(sizeof(Parts));
    made_ = memory == nullptr ? nullptr : new (memory) Parts(*this, context);
    return made_ == nullptr ? nullptr : &made_->provisioner;
  }
  void Unmake() override {
    std::destroy_at(made_);
    crypto::Arena::installed().Free(made_);
  }

 private:
  struct Parts {
    Parts(const OwnNetwork& own, const provision::Provisioner::Context& context)
        : listeners{lwip::LwipTcpListener(own.network_), lwip::LwipTcpListener(own.network_)},
          clients{lwip::LwipTcpSocket(own.network_), lwip::LwipTcpSocket(own.network_)},
          services{lwip::LwipUdpSocket(own.network_), lwip::LwipUdpSocket(own.network_),
                   lwip::LwipUdpSocket(own.network_)},
          provisioner({.chip = own.radio_,
                       .console = own.console_,
                       .hardware = own.radio_.mac(serial_radio::Side::kAccessPoint),
                       .server = {.listeners = {&listeners[0], &listeners[1]},
                                  .sockets = {&clients[0], &clients[1]}},
                       .link = {.dhcp = services[0], .dns = services[1], .multicast = services[2]}},
                      context) {}

    std::array<lwip::LwipTcpListener, 2> listeners;
    std::array<lwip::LwipTcpSocket, 2> clients;
    std::array<lwip::LwipUdpSocket, 3> services;
    provision::Provisioner provisioner;
  };

  serial_radio::Driver& radio_;
  lwip::LwipNetwork& network_;
  hal::Console& console_;
  Parts* made_ = nullptr;
};

}  // namespace linnet::device
