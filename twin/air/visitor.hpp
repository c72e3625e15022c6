// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Somebody with a phone or a laptop: a station that joins a device's own access point, and opens
// loopback ports of this machine that lead to the device.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "twin/air/air.hpp"
#include "twin/air/arrival.hpp"
#include "twin/air/network.hpp"
#include "twin/air/station.hpp"

namespace linnet::air {

class Visitor {
 public:
  struct Wish {
    std::string ssid;
    std::string passphrase;  ///< Empty: open.
    std::vector<Forward> forwards = {{0, 80, false}, {0, 443, false}, {0, 53, true}};
  };
  /// How it came out: joined, with Describe(), or one sentence why not.
  using Outcome = std::function<void(Status, const std::string& reason)>;

  /// `number` from 1, which its MAC address follows from; its address in the device's network comes
  /// from there. `air` outlives it.
  Visitor(Air& air, int number, Wish wish, Outcome outcome);
  ~Visitor();
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  void Tick();
  /// Nothing before it has joined.
  [[nodiscard]] SlirpNetwork* network() const { return network_.get(); }
  /// Lost, or never joined: it can go.
  [[nodiscard]] bool gone() const { return gone_; }
  [[nodiscard]] int number() const { return number_; }
  /// number, mac, ssid, address, device, the service that the device announces ({host, port, text}
  /// or null), and the ports: [{port, remote, udp}].
  [[nodiscard]] nlohmann::json Describe() const;

 private:
  void OnJoined(Status status);
  void OnFrame(Bytes ethernet);
  void OpenPorts();
  void Fail(Status status, const std::string& reason);

  Air& air_;
  int number_;
  Wish wish_;
  Outcome outcome_;
  Station station_;
  std::optional<Arrival> arrival_;  ///< From when it has joined.
  bool told_ = false;               ///< The outcome.
  std::unique_ptr<SlirpNetwork> network_;
  bool gone_ = false;
};

}  // namespace linnet::air
