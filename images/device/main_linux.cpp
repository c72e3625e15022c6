// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The application as a Linux process, started by images/loader: its network is the machine's, and a
// stand-in takes the radio's firmware.
#include "images/device/build_info.hpp"
#include "images/device/linux_devices.hpp"
#include "images/device/run.hpp"
#include "ports/linux/posix_network.hpp"
#include "ports/linux/sockets.hpp"
#include "ports/standin_radio/standin_radio.hpp"

using namespace linnet;

int main() {
  static device::LinuxDevices devices;
  static posix::PosixNetwork network(devices.watched);
  static posix::PosixTcpSocket cloud_socket(devices.watched);
  static posix::PosixTcpSocket download_socket(devices.watched);
  static posix::PosixUdpSocket time_socket(devices.watched);
  static standin::StandinRadio radio(device::DriverFirmware());
  radio.SetSilent(!device::ThisBuild().radio_works);
  static device::Board board = devices.MakeBoard({.network = network,
                                                  .cloud_socket = cloud_socket,
                                                  .download_socket = download_socket,
                                                  .time_socket = time_socket,
                                                  .idle = devices.idle},
                                                 radio);
  device::Run(board);
}
