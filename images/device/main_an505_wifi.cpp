// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The Non-secure application on the reference board with a radio on its serial line.
#include "images/device/an505_devices.hpp"
#include "images/device/build_info.hpp"
#include "images/device/radio_devices.hpp"
#include "images/device/run.hpp"
#include "ports/an505/radio_line.hpp"
#include "ports/lwip/wifi_link.hpp"

using namespace linnet;

int main() {
  static an505::RadioLine line;
  static serial_radio::Driver radio(line, device::DriverFirmware());
  static lwip::WifiLink link(radio);
  static device::An505Devices devices(link, Milliseconds{0}, radio);
  static an505::ConsoleButton button(an505::peripheral::kUart0);
  static device::OwnNetwork own_network(radio, devices.network, devices.console);
  static device::Wireless wireless(radio, devices.entropy, own_network, button);
  devices.board.connectivity = &wireless;
  device::Run(devices.board);
}
