// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The Non-secure application on the reference board: its network is a cable, and a stand-in takes
// the radio's firmware.
#include "images/device/an505_devices.hpp"
#include "images/device/build_info.hpp"
#include "images/device/run.hpp"
#include "ports/an505/lan9118.hpp"
#include "ports/standin_radio/standin_radio.hpp"

using namespace linnet;

int main() {
  static an505::Lan9118 ethernet;
  static standin::StandinRadio radio(device::DriverFirmware());
  radio.SetSilent(!device::ThisBuild().radio_works);
  static device::An505Devices devices(ethernet, Milliseconds{250}, radio);
  device::Run(devices.board);
}
