// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The air: carries frames between those who are in range of each other. All that speak hear from
// one place; an access point's signal says how far away it is.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "twin/air/medium.hpp"

namespace linnet::air {

class Air final : public Medium {
 public:
  /// Weaker than this is not heard, and does not hear.
  static constexpr std::int8_t kFaintest = -95;

  using Clock = std::function<Millis()>;
  using Receive = std::function<void(const AirFrame&)>;
  explicit Air(Clock clock) : clock_(std::move(clock)) {}

  /// Frames to this address go there.
  void Attach(const Mac& mac, Receive receive) { receivers_[mac] = std::move(receive); }
  void Detach(const Mac& mac) { receivers_.erase(mac); }
  /// An access point beacons from now on; again to change it.
  void Announce(Beacon beacon) { beacons_[beacon.bssid] = std::move(beacon); }
  void Withdraw(const Mac& bssid) { beacons_.erase(bssid); }

  void Send(AirFrame frame) override { queue_.push_back(std::move(frame)); }
  [[nodiscard]] std::vector<Beacon> Beacons() const override;
  [[nodiscard]] Millis now() const override { return clock_(); }

  /// Carries everything that was sent, and what is sent because of it.
  void Deliver();
  [[nodiscard]] bool idle() const { return queue_.empty(); }

 private:
  [[nodiscard]] bool InRange(const Mac& mac) const;

  Clock clock_;
  std::map<Mac, Receive> receivers_;
  std::map<Mac, Beacon> beacons_;
  std::deque<AirFrame> queue_;
};

/// Gives out addresses that nobody else has at the moment.
class MacPool {
 public:
  /// The first five bytes; the last one counts from 1. The pool outlives what it gives out.
  explicit MacPool(const Mac& base) : base_(base) {}
  /// Nothing: all 254 are in use.
  std::optional<Mac> Take();
  void Give(const Mac& mac) { used_.erase(mac[5]); }

 private:
  Mac base_;
  std::set<std::uint8_t> used_;
};

}  // namespace linnet::air
