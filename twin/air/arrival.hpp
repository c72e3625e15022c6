// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a phone does first in a network: it asks for an address (DHCP, RFC 2131), and then what
// there is (multicast DNS, RFC 6762). A machine: frames and time come in, frames go out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "twin/air/medium.hpp"
#include "twin/air/packets.hpp"

namespace linnet::air {

class Arrival {
 public:
  static constexpr Millis kAskAgain = 1'200;
  static constexpr Millis kAddressLimit = 10'000;
  static constexpr Millis kServiceLimit = 5'000;

  struct Lease {
    std::uint32_t address = 0;
    std::uint32_t router = 0;  ///< Who gives addresses here, too: the device.
  };
  /// A web service that somebody announces.
  struct Service {
    std::string host;
    std::uint16_t port = 0;
    std::string text;  ///< Its attributes, a comma between two.
  };
  enum class State { kDiscovering, kRequesting, kLooking, kDone, kNoAddress };

  /// `send` takes frames for the network.
  Arrival(const Mac& mac, std::function<void(Bytes ethernet)> send)
      : mac_(mac), send_(std::move(send)) {}

  void Tick(Millis now);
  void OnFrame(Bytes ethernet);

  [[nodiscard]] State state() const { return state_; }
  /// Nothing before kLooking.
  [[nodiscard]] const std::optional<Lease>& lease() const { return lease_; }
  /// Nothing: none was found.
  [[nodiscard]] const std::optional<Service>& service() const { return service_; }

 private:
  void SetState(State state);
  void Ask();
  void SendDhcp(std::uint8_t kind);
  void OnDhcp(Bytes message);

  Mac mac_;
  std::function<void(Bytes)> send_;
  State state_ = State::kDiscovering;
  Millis now_ = 0;
  std::optional<Millis> since_{};  ///< Of the state.
  Millis asked_at_ = 0;
  Lease offered_{};
  std::optional<Lease> lease_{};
  std::optional<Service> service_{};
};

}  // namespace linnet::air
