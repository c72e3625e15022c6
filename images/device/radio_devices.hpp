// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What an application with a radio has, whatever its board: Wi-Fi, and the device's own network
// with who serves it.
#pragma once

#include <array>

#include "hal/button.hpp"
#include "hal/console.hpp"
#include "hal/entropy.hpp"
#include "images/device/wireless.hpp"
#include "ports/lwip/lwip_network.hpp"
#include "ports/lwip/lwip_tcp.hpp"
#include "ports/lwip/lwip_udp.hpp"
#include "ports/serial_radio/driver.hpp"

namespace linnet::device {

/// One an image, static.
struct RadioDevices {
  /// All outlive this.
  RadioDevices(serial_radio::Driver& radio, lwip::LwipNetwork& network, hal::Console& console,
               hal::Entropy& entropy, const hal::Button& button)
      : secure_listener(network),
        clear_listener(network),
        clients{lwip::LwipTcpSocket(network), lwip::LwipTcpSocket(network)},
        services{lwip::LwipUdpSocket(network), lwip::LwipUdpSocket(network),
                 lwip::LwipUdpSocket(network)},
        provisioner({.chip = radio,
                     .console = console,
                     .hardware = radio.mac(serial_radio::Side::kAccessPoint),
                     .secure_listener = secure_listener,
                     .clear_listener = clear_listener,
                     .sockets = {&clients[0], &clients[1]},
                     .link = {.dhcp = services[0], .dns = services[1], .multicast = services[2]}}),
        wireless(radio, entropy, provisioner, button) {}

  lwip::LwipTcpListener secure_listener;
  lwip::LwipTcpListener clear_listener;
  std::array<lwip::LwipTcpSocket, 2> clients;
  std::array<lwip::LwipUdpSocket, 3> services;
  provision::Provisioner provisioner;
  Wireless wireless;
};

}  // namespace linnet::device
