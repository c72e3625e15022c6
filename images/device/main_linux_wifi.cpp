// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The application as a Linux process with a radio, at the socket that the loader was given.
#include <cstdlib>

#include "images/device/build_info.hpp"
#include "images/device/linux_devices.hpp"
#include "images/device/radio_devices.hpp"
#include "images/device/run.hpp"
#include "ports/linux/file_button.hpp"
#include "ports/linux/radio_idle.hpp"
#include "ports/linux/socket_line.hpp"
#include "ports/lwip/wifi_link.hpp"

using namespace linnet;

int main() {
  static device::LinuxDevices devices;
  const char* const socket = std::getenv(posix::kRadioVariable);
  static posix::SocketLine line(devices.watched, socket == nullptr ? "" : socket);
  static serial_radio::Driver radio(line, device::DriverFirmware());
  static lwip::WifiLink link(radio);
  static lwip::LwipNetwork network(devices.clock, devices.entropy, link, Milliseconds{0});
  static lwip::LwipTcpSocket cloud_socket(network);
  static lwip::LwipTcpSocket download_socket(network);
  static lwip::LwipUdpSocket time_socket(network);
  static posix::RadioIdle idle(devices.idle, line, network);
  static device::Board board = devices.MakeBoard({.network = network,
                                                  .cloud_socket = cloud_socket,
                                                  .download_socket = download_socket,
                                                  .time_socket = time_socket,
                                                  .idle = idle},
                                                 radio);
  if (const Status status = network.Start(); !status.ok()) {
    log::Error("start", "no network: {}", status);
  }
  static posix::FileButton button(devices.directory);
  static device::OwnNetwork own_network(radio, network, devices.console);
  static device::Wireless wireless(radio, devices.entropy, own_network, button);
  board.connectivity = &wireless;
  device::Run(board);
}
