// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The Non-secure application on the reference board.
#include "base/log.hpp"
#include "images/device/build_info.hpp"
#include "images/device/run.hpp"
#include "ports/an505/board_devices.hpp"
#include "ports/an505/clock.hpp"
#include "ports/an505/console.hpp"
#include "ports/an505/entropy.hpp"
#include "ports/an505/lan9118.hpp"
#include "ports/an505/lwip_network.hpp"
#include "ports/an505/lwip_tcp.hpp"
#include "ports/an505/lwip_udp.hpp"
#include "ports/an505/partition.hpp"
#include "ports/an505/registers.hpp"
#include "ports/an505/watchdog.hpp"
#include "ports/standin_radio/standin_radio.hpp"
#include "vault/veneer_gate.hpp"

using namespace linnet;

int main() {
  static an505::SysTickClock clock;
  static an505::UartConsole console(an505::peripheral::kUart0);
  static an505::TimedConsoleLog sink(console, clock);
  log::SetSink(&sink);

  static an505::SerialEntropy entropy(an505::peripheral::kUart2);
  static an505::CmsdkWatchdog watchdog;
  static an505::BoardReset reset;
  static an505::FpgaLed led;
  static an505::StackStats memory;
  static an505::WfiIdle idle(clock);
  static an505::Lan9118 ethernet;
  static an505::LwipNetwork network(clock, entropy, ethernet, Milliseconds{250});
  static an505::LwipTcpSocket cloud_socket(network);
  static an505::LwipTcpSocket download_socket(network);
  static an505::LwipUdpSocket time_socket(network);
  static an505::MappedFlash settings_flash = an505::OpenPartition(layout::an505::kSettings);
  static an505::MappedFlash store_flash = an505::OpenPartition(layout::an505::kReleaseStore);
  static an505::MappedFlash app_flash = an505::OpenPartition(layout::an505::kApp);
  static vault::VeneerGate gate;
  if (const Status status = network.Start(); !status.ok()) {
    log::Error("start", "no network: {}", status);
  }
  static standin::StandinRadio radio(device::DriverFirmware());
  radio.SetSilent(!device::ThisBuild().radio_works);
  static device::Board board{
      .name = "an505",
      .clock = clock,
      .entropy = entropy,
      .watchdog = watchdog,
      .reset = reset,
      .led = led,
      .memory = memory,
      .idle = idle,
      .network = network,
      .cloud_socket = cloud_socket,
      .download_socket = download_socket,
      .time_socket = time_socket,
      .radio = radio,
      .settings_flash = settings_flash,
      .store_flash = store_flash,
      .execution_area = app_flash,
      .vault = gate,
  };
  device::Run(board);
}
