// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Runs the conformance suites on the simulator.
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "ports/standin_radio/standin_radio.hpp"
#include "sim/board.hpp"
#include "sim/clock.hpp"
#include "sim/network.hpp"
#include "sim/nor_flash.hpp"
#include "tests/conformance/radio_patch.hpp"
#include "tests/conformance/suites.hpp"

namespace linnet {
namespace {

class StdoutConsole final : public hal::Console {
 public:
  void Write(StringView text) override { std::fwrite(text.data(), 1, text.size(), stdout); }
};

/// Sends back what it gets, and ends the stream after "close".
class EchoServer {
 public:
  EchoServer(sim::Network& network, sim::Listener& listener)
      : network_(network), listener_(listener) {}

  static void Step(void* self) { static_cast<EchoServer*>(self)->Step(); }
  static void Call(void* self, std::uint16_t port) {
    auto& server = *static_cast<EchoServer*>(self);
    server.peers_.push_back({server.network_.ConnectToDevice(port, {{10, 0, 2, 2}}), {}});
  }

 private:
  struct Peer {
    std::shared_ptr<sim::TcpPeer> socket;
    std::string received;
  };

  void Step() {
    while (auto peer = listener_.Accept()) {
      peers_.push_back({std::move(peer), {}});
    }
    for (Peer& peer : peers_) {
      const std::string text = peer.socket->ReadAll();
      peer.socket->Send(text);
      peer.received += text;
      if (peer.received.ends_with("close")) {
        peer.socket->Close();
      }
    }
  }

  sim::Network& network_;
  sim::Listener& listener_;
  std::vector<Peer> peers_;
};

void Flashes(conformance::Report& report) {
  const std::array<hal::FlashGeometry, 4> geometries = {{{4096, 512, 1, std::byte{0xFF}},
                                                         {16384, 4096, 4, std::byte{0xFF}},
                                                         {16384, 2048, 16, std::byte{0x00}},
                                                         {262144, 65536, 32, std::byte{0xFF}}}};
  for (const hal::FlashGeometry& geometry : geometries) {
    sim::NorFlash flash(geometry);
    conformance::FlashSuite(flash, report);
  }
}

void Network(conformance::Report& report, sim::Clock& clock, sim::Idle& idle) {
  constexpr hal::Ipv4Address kServer{{10, 0, 2, 2}};
  for (const sim::LinkBehaviour& behaviour :
       {sim::LinkBehaviour{}, sim::LinkBehaviour{7, 3, 100, Milliseconds(2)}}) {
    sim::Network network(clock);
    network.SetBehaviour(behaviour);
    EchoServer server(network, network.Listen(kServer, 7));
    network.Serve(kServer, 7, [](Bytes request) {
      return std::vector<std::byte>(request.begin(), request.end());
    });
    sim::TcpSocket tcp(network);
    sim::UdpSocket udp(network);
    sim::TcpListener listener(network);
    conformance::NetworkSuite({.network = network,
                               .clock = clock,
                               .idle = idle,
                               .tcp = tcp,
                               .udp = udp,
                               .tcp_echo = {{kServer, 7}},
                               .udp_echo = {{kServer, 7}},
                               .refusing = {{kServer, 9}},
                               .listener = &listener,
                               .listen_port = 80,
                               .call = EchoServer::Call,
                               .step = EchoServer::Step,
                               .context = &server},
                              report);
  }
}

int Main() {
  StdoutConsole console;
  conformance::Report report(console);
  sim::Clock clock;
  sim::Idle idle(clock);
  Flashes(report);
  conformance::ClockSuite(clock, idle, report);
  sim::Entropy entropy(1);
  conformance::EntropySuite(entropy, report);
  conformance::ResetSuite(sim::Reset(), report);
  conformance::ConsoleSuite(console, report);
  sim::Led led;
  conformance::LedSuite(led, report);
  conformance::MemoryStatsSuite(sim::MemoryStats(), report);
  const conformance::StandinPatch patch;
  standin::StandinRadio radio(conformance::kStandinFirmware);
  conformance::RadioSuite({.radio = radio, .clock = clock, .idle = idle, .patch = patch.bytes()},
                          report);
  Network(report, clock, idle);
  sim::Watchdog watchdog(clock);
  conformance::WatchdogSuite(watchdog, clock, idle, report);
  report.Finish();
  return report.failed() == 0 && !watchdog.expired() ? 0 : 1;
}

}  // namespace
}  // namespace linnet

int main() {
  return linnet::Main();
}
