// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The application as a Linux process, started by images/loader.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/log.hpp"
#include "images/device/build_info.hpp"
#include "images/device/run.hpp"
#include "images/loader/socket_gate.hpp"
#include "ports/linux/devices.hpp"
#include "ports/linux/exit_codes.hpp"
#include "ports/linux/partition.hpp"
#include "ports/linux/posix_network.hpp"
#include "ports/linux/sockets.hpp"
#include "ports/standin_radio/standin_radio.hpp"

using namespace linnet;

namespace {

/// What the loader hands over; ends the program when it was not started by the loader.
const char* FromLoader(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) {
    std::fprintf(stderr,
                 "This is a device's application. Start it with: linnet_loader DIRECTORY\n");
    std::exit(2);
  }
  return value;
}

void Open(const std::string& directory, const layout::linux::Partition& partition,
          posix::FileFlash& flash) {
  if (const Status status = posix::OpenPartition(directory, partition, flash); !status.ok()) {
    log::Error("start", "cannot open the flash files: {}", status);
    std::exit(2);
  }
}

}  // namespace

int main() {
  static posix::SteadyClock clock;
  static posix::StdoutConsole console;
  static posix::ConsoleLog sink(console, clock);
  log::SetSink(&sink);

  const std::string directory = FromLoader(posix::kDirectoryVariable);
  const int cause = std::atoi(FromLoader(posix::kResetCauseVariable));
  static loader::SocketGate gate(std::atoi(FromLoader(posix::kGateVariable)));

  static posix::KernelEntropy entropy;
  static posix::AlarmWatchdog watchdog;
  static posix::ProcessReset reset(static_cast<hal::ResetCause>(cause));
  static posix::MemoryLed led;
  static posix::StackStats memory;
  static posix::WatchList watched;
  static posix::PollIdle idle(watched, clock);
  static posix::PosixNetwork network(watched);
  static posix::PosixTcpSocket cloud_socket(watched);
  static posix::PosixTcpSocket download_socket(watched);
  static posix::PosixUdpSocket time_socket(watched);
  static posix::FileFlash settings_flash;
  static posix::FileFlash store_flash;
  static posix::FileFlash app_flash;
  static posix::FileFlash second_flash;
  Open(directory, layout::linux::kSettings, settings_flash);
  Open(directory, layout::linux::kReleaseStore, store_flash);
  Open(directory, layout::linux::kApp, app_flash);
  Open(directory, layout::linux::kSecond, second_flash);
  static standin::StandinRadio radio(device::DriverFirmware());
  radio.SetSilent(!device::ThisBuild().radio_works);
  static device::Board board{
      .name = "linux",
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
  device::Run(board);
}
