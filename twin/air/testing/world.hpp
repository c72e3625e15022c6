// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An air under virtual time, and networks that only remember, for tests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "twin/air/air.hpp"
#include "twin/air/network.hpp"

namespace linnet::air {

struct World {
  Millis now = 0;
  Air air{[this] { return now; }};
  std::vector<std::function<void()>> ticks;

  /// Lets time pass in steps of 50 ms.
  void Run(Millis duration) {
    const Millis end = now + duration;
    air.Deliver();
    while (now < end) {
      now += 50;
      for (const auto& tick : ticks) {
        tick();
      }
      air.Deliver();
    }
  }
};

/// Keeps what comes in; `send` is what goes out of it.
struct FakeNetwork final : Network {
  explicit FakeNetwork(std::function<void(Bytes)> output) : send(std::move(output)) {}
  void Input(Bytes ethernet) override { received.push_back(BlobOf(ethernet)); }
  std::function<void(Bytes)> send;
  std::vector<Blob> received;
};

/// A frame of this type (0x0800: IPv4) with 46 bytes of content.
inline Blob Ethernet(const Mac& to, const Mac& from, std::uint16_t type = 0x88B5) {
  Blob frame(60);
  std::copy_n(MacBytes(to).begin(), 6, frame.begin());
  std::copy_n(MacBytes(from).begin(), 6, frame.begin() + 6);
  frame[12] = static_cast<std::byte>(type >> 8U);
  frame[13] = static_cast<std::byte>(type);
  return frame;
}

inline constexpr Mac kBroadcast = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

}  // namespace linnet::air
