// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Runs the conformance suites on the Linux port, against servers in threads of the same process.
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include "ports/linux/devices.hpp"
#include "ports/linux/file_flash.hpp"
#include "ports/linux/posix_network.hpp"
#include "ports/linux/sockets.hpp"
#include "ports/standin_radio/standin_radio.hpp"
#include "tests/conformance/echo_servers.hpp"
#include "tests/conformance/radio_patch.hpp"
#include "tests/conformance/suites.hpp"

namespace linnet {
namespace {

constexpr hal::Ipv4Address kLoopback{{127, 0, 0, 1}};

void Flash(conformance::Report& report) {
  std::string folder = std::filesystem::temp_directory_path() / "linnet-conformance-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    std::perror("conformance: no temporary folder");
    std::exit(1);
  }
  {
    posix::FileFlash flash;
    const hal::FlashGeometry geometry{.size = 16384, .page_size = 4096, .program_unit = 4};
    if (!flash.Open(folder + "/flash", geometry).ok()) {
      std::perror("conformance: no flash file");
      std::exit(1);
    }
    conformance::FlashSuite(flash, report);
  }
  std::filesystem::remove_all(folder);
}

void Network(conformance::Report& report, const hal::Clock& clock) {
  const conformance::EchoServers peers;
  posix::WatchList watched;
  posix::PollIdle idle(watched, clock);
  posix::PosixNetwork network(watched);
  posix::PosixTcpSocket tcp(watched);
  posix::PosixUdpSocket udp(watched);
  posix::PosixTcpListener listener(watched, kLoopback);
  conformance::NetworkSuite({.network = network,
                             .clock = clock,
                             .idle = idle,
                             .tcp = tcp,
                             .udp = udp,
                             .tcp_echo = {{kLoopback, peers.tcp_port()}},
                             .udp_echo = {{kLoopback, peers.udp_port()}},
                             .refusing = {{kLoopback, peers.refusing_port()}},
                             .listener = &listener,
                             .listen_port = peers.free_port(),
                             .call = conformance::EchoServers::Call},
                            report);
}

int Main() {
  posix::StdoutConsole console;
  posix::SteadyClock clock;
  posix::WatchList nothing;
  posix::PollIdle idle(nothing, clock);
  conformance::Report report(console);
  Flash(report);
  conformance::ClockSuite(clock, idle, report);
  posix::KernelEntropy entropy;
  conformance::EntropySuite(entropy, report);
  conformance::ResetSuite(posix::ProcessReset(hal::ResetCause::kPowerOn), report);
  conformance::ConsoleSuite(console, report);
  posix::MemoryLed led;
  conformance::LedSuite(led, report);
  conformance::MemoryStatsSuite(posix::StackStats(), report);
  const conformance::StandinPatch patch;
  standin::StandinRadio radio(conformance::kStandinFirmware);
  conformance::RadioSuite({.radio = radio, .clock = clock, .idle = idle, .patch = patch.bytes()},
                          report);
  Network(report, clock);
  posix::AlarmWatchdog watchdog;
  conformance::WatchdogSuite(watchdog, clock, idle, report);
  report.Finish();
  return report.failed() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace linnet

int main() {
  const int result = linnet::Main();
  std::fflush(stdout);
  _exit(result);  // The echo threads still use their sockets.
}
