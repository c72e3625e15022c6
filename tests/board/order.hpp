// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a test on the board is to do; the host puts it into the flash before the board starts.
#pragma once

#include <cstdint>

namespace linnet::board_test {

enum class Scenario : std::uint32_t {
  kConformance = 1,  ///< Every suite of tests/conformance.
  kResets = 2,       ///< Resets in each way that there is, once after the other.
  kGateway = 3,      ///< Calls the vault, as it may and as it must not.
  kNoEntropy = 4,    ///< The source of entropy is dead.
  kThroughput = 5,   ///< Reads a stream from `tcp_echo` until it ends.
};

/// Lies at kOrderOffset of the `settings` partition, which no suite touches.
struct Order {
  static constexpr std::uint32_t kMagic = 0x7E57B0A2;
  std::uint32_t magic = kMagic;
  Scenario scenario = Scenario::kConformance;
  /// Ports of the host's loopback, which the board sees as 10.0.2.2.
  std::uint32_t tcp_echo = 0;
  std::uint32_t udp_echo = 0;
  std::uint32_t refusing = 0;
  /// A datagram there makes the host connect to the board's kListenPort.
  std::uint32_t caller = 0;
};

inline constexpr std::uint16_t kListenPort = 443;
inline constexpr std::uint32_t kOrderOffset = 5 * 0x1000;

}  // namespace linnet::board_test
