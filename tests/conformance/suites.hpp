// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// One suite for each interface of hal, the same object code on every port.
#pragma once

#include <cstdint>
#include <optional>

#include "hal/clock.hpp"
#include "hal/console.hpp"
#include "hal/entropy.hpp"
#include "hal/flash.hpp"
#include "hal/idle.hpp"
#include "hal/led.hpp"
#include "hal/memory_stats.hpp"
#include "hal/network.hpp"
#include "hal/radio.hpp"
#include "hal/reset.hpp"
#include "hal/watchdog.hpp"
#include "tests/conformance/report.hpp"

namespace linnet::conformance {

/// Erases and programs the first three pages and the last one; needs four.
void FlashSuite(hal::Flash& flash, Report& report);

/// Takes about a tenth of a second of the port's time.
void ClockSuite(const hal::Clock& clock, hal::Idle& idle, Report& report);

void EntropySuite(hal::Entropy& entropy, Report& report);

void ResetSuite(const hal::Reset& reset, Report& report);

/// What arrives at the other end only a harness can see: it may look for the line that says
/// "console reaches its end", which is longer than any buffer of a UART.
void ConsoleSuite(hal::Console& console, Report& report);

void LedSuite(hal::Led& led, Report& report);

void MemoryStatsSuite(const hal::MemoryStats& stats, Report& report);

/// Leaves the watchdog running with a time-out of 30 s and feeds it no more: the last suite to run.
void WatchdogSuite(hal::Watchdog& watchdog, const hal::Clock& clock, hal::Idle& idle,
                   Report& report);

/// What the radio suite needs around it.
struct RadioSetup {
  hal::Radio& radio;
  const hal::Clock& clock;
  hal::Idle& idle;
  /// A whole patch container for the firmware that the radio requires.
  Bytes patch{};
};

/// Turns the radio on and off and loads it some twenty times; leaves it off.
void RadioSuite(const RadioSetup& setup, Report& report);

/// What the network suites need around them.
struct NetworkSetup {
  struct Peer {
    hal::Ipv4Address address;
    std::uint16_t port = 0;
  };
  hal::Network& network;
  const hal::Clock& clock;
  hal::Idle& idle;
  hal::TcpSocket& tcp;
  hal::UdpSocket& udp;
  /// Sends back what it receives. After "close" as the last bytes of the stream it ends it.
  std::optional<Peer> tcp_echo;
  std::optional<Peer> udp_echo;
  /// Nobody listens there, and the connection is refused rather than ignored.
  std::optional<Peer> refusing;
  /// Listening is tested with these: `call` makes the world connect to the device's port, send back
  /// what it gets, and end the stream after "close"; `listener` and `tcp` belong together.
  hal::TcpListener* listener = nullptr;
  std::uint16_t listen_port = 0;
  void (*call)(void* context, std::uint16_t port) = nullptr;
  /// Called while waiting, for a world in the same thread; may be null.
  void (*step)(void* context) = nullptr;
  void* context = nullptr;
};

/// Waits for the link first, then runs everything that the setup has a peer for.
void NetworkSuite(const NetworkSetup& setup, Report& report);

}  // namespace linnet::conformance
