// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What every application of the reference board has, whatever its network comes through.
#pragma once

#include "base/log.hpp"
#include "images/device/board.hpp"
#include "ports/an505/board_devices.hpp"
#include "ports/an505/clock.hpp"
#include "ports/an505/console.hpp"
#include "ports/an505/entropy.hpp"
#include "ports/an505/partition.hpp"
#include "ports/an505/registers.hpp"
#include "ports/an505/watchdog.hpp"
#include "ports/lwip/lwip_network.hpp"
#include "ports/lwip/lwip_tcp.hpp"
#include "ports/lwip/lwip_udp.hpp"
#include "vault/veneer_gate.hpp"

namespace linnet::device {

/// One an image, static. The log goes to the console from here on.
struct An505Devices {
  /// Both outlive this. The link's state is looked at every `look`.
  An505Devices(lwip::NetworkLink& link, Milliseconds look, hal::Radio& chip)
      : network(clock, entropy, link, look), radio(chip) {
    log::SetSink(&sink);
    if (const Status status = network.Start(); !status.ok()) {
      log::Error("start", "no network: {}", status);
    }
  }

  an505::SysTickClock clock;
  an505::UartConsole console{an505::peripheral::kUart0};
  an505::TimedConsoleLog sink{console, clock};
  an505::SerialEntropy entropy{an505::peripheral::kUart2};
  an505::CmsdkWatchdog watchdog;
  an505::BoardReset reset;
  an505::FpgaLed led;
  an505::StackStats memory;
  an505::WfiIdle idle{clock};
  lwip::LwipNetwork network;
  lwip::LwipTcpSocket cloud_socket{network};
  lwip::LwipTcpSocket download_socket{network};
  lwip::LwipUdpSocket time_socket{network};
  an505::MappedFlash settings_flash = an505::OpenPartition(layout::an505::kSettings);
  an505::MappedFlash store_flash = an505::OpenPartition(layout::an505::kReleaseStore);
  an505::MappedFlash app_flash = an505::OpenPartition(layout::an505::kApp);
  an505::MappedFlash second_flash = an505::OpenPartition(layout::an505::kSecond);
  vault::VeneerGate gate;
  hal::Radio& radio;
  Board board{
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
      .second_area = second_flash,
      .vault = gate,
  };
};

}  // namespace linnet::device
