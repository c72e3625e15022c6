// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The Non-secure application on the reference board with a radio on its serial line.
#include "images/device/an505_devices.hpp"
#include "images/device/build_info.hpp"
#include "images/device/provisioning.hpp"
#include "images/device/run.hpp"
#include "images/device/wireless.hpp"
#include "ports/an505/radio_line.hpp"
#include "ports/an505/wifi_link.hpp"
#include "ports/serial_radio/driver.hpp"

using namespace linnet;

int main() {
  static an505::RadioLine line;
  static serial_radio::Driver radio(line, device::DriverFirmware());
  static an505::WifiLink link(radio);
  static an505::FpgaButton button;
  static device::An505Devices devices(link, Milliseconds{0}, radio);
  static an505::LwipTcpListener secure_listener(devices.network);
  static an505::LwipTcpListener clear_listener(devices.network);
  static std::array<an505::LwipTcpSocket, 2> clients{an505::LwipTcpSocket(devices.network),
                                                     an505::LwipTcpSocket(devices.network)};
  static std::array<an505::LwipUdpSocket, 3> services{an505::LwipUdpSocket(devices.network),
                                                      an505::LwipUdpSocket(devices.network),
                                                      an505::LwipUdpSocket(devices.network)};
  static device::Provisioning provisioning(
      {.chip = radio,
       .console = devices.console,
       .hardware = radio.mac(serial_radio::Side::kAccessPoint),
       .secure_listener = secure_listener,
       .clear_listener = clear_listener,
       .sockets = {&clients[0], &clients[1]},
       .link = {.dhcp = services[0], .dns = services[1], .multicast = services[2]}});
  static device::Wireless wireless(radio, devices.entropy, &provisioning, &button);
  devices.board.connectivity = &wireless;
  device::Run(devices.board);
}
