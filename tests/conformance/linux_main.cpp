// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Runs the conformance suites on the Linux port, against servers in threads of the same process.
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>

#include "ports/linux/devices.hpp"
#include "ports/linux/file_flash.hpp"
#include "ports/linux/posix_network.hpp"
#include "ports/linux/sockets.hpp"
#include "tests/conformance/suites.hpp"

namespace linnet {
namespace {

constexpr hal::Ipv4Address kLoopback{{127, 0, 0, 1}};

/// A socket on a loopback port that the kernel chose.
class BoundSocket {
 public:
  explicit BoundSocket(int type) : file_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (file_ < 0 || ::bind(file_, generic, size) != 0 ||
        ::getsockname(file_, generic, &size) != 0) {
      std::perror("conformance: no loopback socket");
      std::exit(1);
    }
    port_ = ntohs(address.sin_port);
  }
  BoundSocket(const BoundSocket&) = delete;
  BoundSocket& operator=(const BoundSocket&) = delete;
  ~BoundSocket() { ::close(file_); }

  [[nodiscard]] int file() const { return file_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int file_;
  std::uint16_t port_ = 0;
};

void EchoConnection(int file) {
  std::string tail;
  std::array<char, 512> buffer{};
  ssize_t count = 0;
  while (!tail.ends_with("close") && (count = ::read(file, buffer.data(), buffer.size())) > 0) {
    const auto size = static_cast<std::size_t>(count);
    if (::send(file, buffer.data(), size, MSG_NOSIGNAL) != count) {
      break;
    }
    tail.append(buffer.data(), size);
    tail.erase(0, tail.size() > 5 ? tail.size() - 5 : 0);
  }
  ::close(file);
}

/// The threads end with the process.
void StartTcpEcho(const BoundSocket& socket) {
  ::listen(socket.file(), 8);
  std::thread([file = socket.file()] {
    int connection = 0;
    while ((connection = ::accept(file, nullptr, nullptr)) >= 0) {
      EchoConnection(connection);
    }
  }).detach();
}

void StartUdpEcho(const BoundSocket& socket) {
  std::thread([file = socket.file()] {
    std::array<char, 512> buffer{};
    while (true) {
      sockaddr_in from = {};
      socklen_t size = sizeof(from);
      auto* generic = reinterpret_cast<sockaddr*>(&from);
      const ssize_t count = ::recvfrom(file, buffer.data(), buffer.size(), 0, generic, &size);
      if (count < 0) {
        return;
      }
      ::sendto(file, buffer.data(), static_cast<std::size_t>(count), 0, generic, size);
    }
  }).detach();
}

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
  const BoundSocket tcp_server(SOCK_STREAM);
  const BoundSocket udp_server(SOCK_DGRAM);
  const BoundSocket refusing(SOCK_STREAM);  // Bound, so that nobody else listens there.
  StartTcpEcho(tcp_server);
  StartUdpEcho(udp_server);
  posix::WatchList watched;
  posix::PollIdle idle(watched, clock);
  posix::PosixNetwork network(watched);
  posix::PosixTcpSocket tcp(watched);
  posix::PosixUdpSocket udp(watched);
  conformance::NetworkSuite({.network = network,
                             .clock = clock,
                             .idle = idle,
                             .tcp = tcp,
                             .udp = udp,
                             .tcp_echo = {{kLoopback, tcp_server.port()}},
                             .udp_echo = {{kLoopback, udp_server.port()}},
                             .refusing = {{kLoopback, refusing.port()}}},
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
