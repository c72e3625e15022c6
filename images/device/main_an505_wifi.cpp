// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The Non-secure application on the reference board with a radio on its serial line.
#include "images/device/an505_devices.hpp"
#include "images/device/build_info.hpp"
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
  static device::Wireless wireless(radio, devices.entropy, nullptr, &button);
  devices.board.connectivity = &wireless;
  device::Run(devices.board);
}
