// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What every application of the Linux board has, whatever its network comes through.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/log.hpp"
#include "images/device/board.hpp"
#include "images/loader/socket_gate.hpp"
#include "ports/linux/devices.hpp"
#include "ports/linux/exit_codes.hpp"
#include "ports/linux/partition.hpp"
#include "ports/linux/watch_list.hpp"

namespace linnet::device {

/// One a process, static. The log goes to the console from here on. Ends the process when the
/// loader did not start it, or the flash files cannot be opened.
struct LinuxDevices {
  struct Network {
    hal::Network& network;
    hal::TcpSocket& cloud_socket;
    hal::TcpSocket& download_socket;
    hal::UdpSocket& time_socket;
    hal::Idle& idle;
  };

  LinuxDevices() {
    log::SetSink(&sink);
    Open(layout::linux::kSettings, settings_flash);
    Open(layout::linux::kReleaseStore, store_flash);
    Open(layout::linux::kApp, app_flash);
    Open(layout::linux::kSecond, second_flash);
  }

  [[nodiscard]] Board MakeBoard(const Network& net, hal::Radio& radio) {
    return {
        .name = "linux",
        .clock = clock,
        .entropy = entropy,
        .watchdog = watchdog,
        .reset = reset,
        .led = led,
        .memory = memory,
        .idle = net.idle,
        .network = net.network,
        .cloud_socket = net.cloud_socket,
        .download_socket = net.download_socket,
        .time_socket = net.time_socket,
        .radio = radio,
        .settings_flash = settings_flash,
        .store_flash = store_flash,
        .execution_area = app_flash,
        .second_area = second_flash,
        .vault = gate,
    };
  }

  posix::SteadyClock clock;
  posix::StdoutConsole console;
  posix::ConsoleLog sink{console, clock};
  std::string directory = FromLoader(posix::kDirectoryVariable);
  loader::SocketGate gate{std::atoi(FromLoader(posix::kGateVariable))};
  posix::KernelEntropy entropy;
  posix::AlarmWatchdog watchdog;
  posix::ProcessReset reset{
      static_cast<hal::ResetCause>(std::atoi(FromLoader(posix::kResetCauseVariable)))};
  posix::MemoryLed led;
  posix::StackStats memory;
  posix::WatchList watched;
  posix::PollIdle idle{watched, clock};
  posix::FileFlash settings_flash;
  posix::FileFlash store_flash;
  posix::FileFlash app_flash;
  posix::FileFlash second_flash;

 private:
  static const char* FromLoader(const char* variable) {
    const char* value = std::getenv(variable);
    if (value == nullptr) {
      std::fprintf(stderr,
                   "This is a device's application. Start it with: linnet_loader DIRECTORY\n");
      std::exit(2);
    }
    return value;
  }
  void Open(const layout::linux::Partition& partition, posix::FileFlash& flash) const {
    if (const Status status = posix::OpenPartition(directory, partition, flash); !status.ok()) {
      log::Error("start", "cannot open the flash files: {}", status);
      std::exit(2);
    }
  }
};

}  // namespace linnet::device
