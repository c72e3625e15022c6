// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The application of the tests on the board: does the scenario that it finds in its flash and says
// on the console how it went.
#include <array>

#include "base/log.hpp"
#include "ports/an505/board_devices.hpp"
#include "ports/an505/clock.hpp"
#include "ports/an505/console.hpp"
#include "ports/an505/entropy.hpp"
#include "ports/an505/lan9118.hpp"
#include "ports/an505/partition.hpp"
#include "ports/an505/registers.hpp"
#include "ports/an505/watchdog.hpp"
#include "ports/lwip/lwip_network.hpp"
#include "ports/lwip/lwip_tcp.hpp"
#include "ports/lwip/lwip_udp.hpp"
#include "ports/standin_radio/standin_radio.hpp"
#include "tests/board/gateway_cases.hpp"
#include "tests/board/order.hpp"
#include "tests/conformance/radio_patch.hpp"
#include "tests/conformance/suites.hpp"

namespace linnet::board_test {
namespace {

namespace board = layout::an505;

constexpr hal::Ipv4Address kHost{{10, 0, 2, 2}};
constexpr const char* kTag = "test";

struct App {
  an505::SysTickClock clock;
  an505::UartConsole console{an505::peripheral::kUart0};
  an505::TimedConsoleLog log{console, clock};
  an505::SerialEntropy entropy{an505::peripheral::kUart2};
  an505::MappedFlash settings = an505::OpenPartition(board::kSettings);
  an505::MappedFlash store = an505::OpenPartition(board::kReleaseStore);
  an505::BoardReset reset;
  an505::CmsdkWatchdog watchdog;
  an505::FpgaLed led;
  an505::StackStats memory;
  an505::WfiIdle idle{clock};
  an505::Lan9118 ethernet;
  lwip::LwipNetwork network{clock, entropy, ethernet, Milliseconds{250}};
  lwip::LwipTcpSocket tcp{network};
  lwip::LwipUdpSocket udp{network};
  lwip::LwipTcpListener listener{network};
  std::uint16_t caller = 0;
};

conformance::NetworkSetup::Peer HostPort(std::uint32_t port) {
  return {kHost, static_cast<std::uint16_t>(port)};
}

void CallBack(void* self, std::uint16_t /*port*/) {
  App& app = *static_cast<App*>(self);
  IgnoreStatus(app.udp.Open());
  constexpr std::byte kPlease{1};
  IgnoreStatus(app.udp.SendTo(kHost, app.caller, std::span(&kPlease, 1)));
  app.udp.Close();
}

void SocketPlaces(App& app, const Order& order, conformance::Report& report) {
  conformance::Case test(report, "an505", "sockets are bounded, and a place that is free is found");
  std::array<lwip::LwipTcpSocket, lwip::LwipNetwork::kMaxTcpSockets> sockets{
      lwip::LwipTcpSocket(app.network), lwip::LwipTcpSocket(app.network),
      lwip::LwipTcpSocket(app.network)};
  for (int round = 0; round < 4; ++round) {
    for (lwip::LwipTcpSocket& socket : sockets) {
      test.Expect(socket.Connect(kHost, static_cast<std::uint16_t>(order.tcp_echo)).ok(),
                  "a place is missing");
    }
    test.Expect(app.tcp.Connect(kHost, 9).code() == Code::kResourceExhausted, "one too many");
    for (lwip::LwipTcpSocket& socket : sockets) {
      socket.Close();
    }
  }
}

void Conformance(App& app, const Order& order) {
  conformance::Report report(app.console);
  conformance::FlashSuite(app.settings, report);
  conformance::FlashSuite(app.store, report);
  conformance::ClockSuite(app.clock, app.idle, report);
  conformance::EntropySuite(app.entropy, report);
  conformance::ResetSuite(app.reset, report);
  conformance::ConsoleSuite(app.console, report);
  conformance::LedSuite(app.led, report);
  conformance::MemoryStatsSuite(app.memory, report);
  static const conformance::StandinPatch patch;
  standin::StandinRadio radio(conformance::kStandinFirmware);
  conformance::RadioSuite(
      {.radio = radio, .clock = app.clock, .idle = app.idle, .patch = patch.bytes()}, report);
  log::Info(kTag, "network: {}", app.network.Start());
  // The suite may wait for longer than boot's first time-out.
  IgnoreStatus(app.watchdog.Start(Milliseconds(400'000)));
  app.caller = static_cast<std::uint16_t>(order.caller);
  conformance::NetworkSuite({.network = app.network,
                             .clock = app.clock,
                             .idle = app.idle,
                             .tcp = app.tcp,
                             .udp = app.udp,
                             .tcp_echo = HostPort(order.tcp_echo),
                             .udp_echo = HostPort(order.udp_echo),
                             .refusing = HostPort(order.refusing),
                             .listener = &app.listener,
                             .listen_port = kListenPort,
                             .call = CallBack,
                             .context = &app},
                            report);
  SocketPlaces(app, order, report);
  conformance::WatchdogSuite(app.watchdog, app.clock, app.idle, report);
  report.Finish();
}

[[gnu::noinline]] int Overflow(int depth) {
  std::array<volatile int, 64> frame{};
  frame[0] = depth;
  return depth == 0 ? 0 : Overflow(depth - 1) + frame[0];
}

/// Each start goes one step on, by the cause of the reset that the step before led to. The
/// watchdog step takes the time-out that boot has set.
void Resets(App& app) {
  static constexpr std::uintptr_t kSecureFlash = 0x8000'0000;
  const hal::ResetCause cause = app.reset.cause();
  log::Info(kTag, "started by {}", hal::ToString(cause));
  switch (cause) {
    case hal::ResetCause::kPowerOn:
      app.reset.Now();
    case hal::ResetCause::kSoftware:
      LINNET_ASSERT(app.led.on());
    case hal::ResetCause::kAssert:
      break;  // Nobody feeds the watchdog.
    case hal::ResetCause::kWatchdog:
      an505::Touch(kSecureFlash);
      break;
    case hal::ResetCause::kFault: {
      // Which fault it was is on the console; here the next follows: a stack that overflows, and,
      // when the mark is set already, a unit that is programmed twice.
      constexpr std::uint32_t kMark = kOrderOffset + 0x800;
      const std::array<std::byte, 4> mark{};
      std::array<std::byte, 4> found{};
      IgnoreStatus(app.settings.Read(kMark, found));
      if (found == mark) {
        IgnoreStatus(app.settings.Program(kMark, mark));
      }
      IgnoreStatus(app.settings.Program(kMark, mark));
      log::Info(kTag, "{}", Overflow(100'000));
    }
  }
}

void NoEntropy(App& app) {
  std::array<std::byte, 16> bytes;
  bytes.fill(std::byte{0xAA});
  log::Info(kTag, "entropy: {}, {}", app.entropy.Fill(bytes), Bytes(bytes));
  log::Info(kTag, "network: {}", app.network.Start());
}

void Throughput(App& app, const Order& order) {
  log::Info(kTag, "network: {}", app.network.Start());
  while (app.network.link() != hal::LinkState::kUp) {
    app.network.Poll();
  }
  IgnoreStatus(app.tcp.Connect(kHost, static_cast<std::uint16_t>(order.tcp_echo)));
  std::uint32_t total = 0;
  std::uint32_t sum = 0;
  std::array<std::byte, 1024> buffer{};
  Status status;
  while (status.ok()) {
    app.network.Poll();
    app.watchdog.Feed();
    const Result<std::size_t> read = app.tcp.Read(buffer);
    for (const std::byte byte : Bytes(buffer).first(read.value_or(0))) {
      sum = sum * 31 + std::to_integer<std::uint32_t>(byte);
    }
    total += static_cast<std::uint32_t>(read.value_or(0));
    status = read.status();
  }
  log::Info(kTag, "stream ended with {}: {} bytes, sum {:x}", status, total, sum);
}

void Run(App& app) {
  Order order{};
  IgnoreStatus(app.settings.Read(kOrderOffset, std::as_writable_bytes(std::span(&order, 1))));
  if (order.magic != Order::kMagic) {
    log::Error(kTag, "no scenario in the flash");
    return;
  }
  switch (order.scenario) {
    case Scenario::kConformance:
      return Conformance(app, order);
    case Scenario::kResets:
      return Resets(app);
    case Scenario::kGateway:
      return GatewayCases(app.console);
    case Scenario::kNoEntropy:
      return NoEntropy(app);
    case Scenario::kThroughput:
      return Throughput(app, order);
  }
}

}  // namespace
}  // namespace linnet::board_test

int main() {
  static linnet::board_test::App app;
  linnet::log::SetSink(&app.log);
  linnet::board_test::Run(app);
  linnet::log::Info("test", "done");
  while (true) {
    app.idle.WaitUntil(linnet::kNever);
  }
}
