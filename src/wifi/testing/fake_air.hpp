// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A chip, and access points that do what a test says, under virtual time.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/view.hpp"
#include "wifi/supervisor.hpp"

namespace linnet::wifi::testing {

/// One access point, to be changed while things run.
struct FakeAccessPoint {
  hal::AccessPoint seen{};
  std::string key{};
  bool on = true;
  bool full = false;      ///< Takes nobody.
  bool silent = false;    ///< Never answers a join.
  bool addresses = true;  ///< DHCP has some left.
  enum class Behind : std::uint8_t { kInternet, kNothing, kPortal } behind = Behind::kInternet;
};

/// What the chip was told to do; for faults at one of them.
enum class Command : std::uint8_t { kNone, kBoot, kScan, kJoin, kCheck };

class FakeAir final : public hal::Wifi, public Surroundings {
 public:
  std::vector<FakeAccessPoint> points;
  Command hangs_at = Command::kNone;  ///< Until it is started anew.
  Status firmware = OkStatus();
  std::int64_t unix_now = 0;
  int starts = 0;
  int joins = 0;
  std::vector<std::string> refused_keys;
  std::optional<std::string> own;  ///< The name of the device's own access point.

  FakeAccessPoint& Add(StringView ssid, std::uint8_t number, std::string key,
                       std::int8_t rssi = -50) {
    FakeAccessPoint point{.key = std::move(key)};
    LINNET_ASSERT(point.seen.ssid.Assign(ssid).ok());
    point.seen.bssid = {2, 0, 0, 0, 0, number};
    point.seen.channel = number;
    point.seen.security =
        point.key.empty() ? hal::WifiSecurity::kOpen : hal::WifiSecurity::kWpa2Psk;
    point.seen.rssi_dbm = rssi;
    points.push_back(point);
    return points.back();
  }

  Status StartScan() override {
    if (!Obeys(Command::kScan)) {
      return dead_ ? OkStatus() : Status(Code::kFailedPrecondition);
    }
    next_heard_ = 0;
    return OkStatus();
  }
  Result<hal::AccessPoint> NextAccessPoint() override {
    if (dead_) {
      return Code::kPending;
    }
    while (next_heard_ < points.size()) {
      const FakeAccessPoint& point = points[next_heard_++];
      if (point.on) {
        return point.seen;
      }
    }
    return Code::kNotFound;
  }
  Status StartJoin(const hal::JoinOrder& order) override {
    ++joins;
    joined_.reset();
    if (!Obeys(Command::kJoin)) {
      return dead_ ? OkStatus() : Status(Code::kFailedPrecondition);
    }
    wanted_ = {order.bssid, std::string(order.passphrase)};
    return OkStatus();
  }
  Status PollJoin() override {
    FakeAccessPoint* point = dead_ ? nullptr : Find(wanted_.first);
    if (dead_ || (point != nullptr && point->silent)) {
      return Code::kPending;
    }
    if (point == nullptr || !point->on) {
      return Code::kNotFound;
    }
    if (point->full) {
      return Code::kResourceExhausted;
    }
    if (point->key != wanted_.second) {
      refused_keys.push_back(wanted_.second);
      return Code::kUnauthenticated;
    }
    joined_ = wanted_.first;
    return OkStatus();
  }
  void Leave() override { joined_.reset(); }
  [[nodiscard]] hal::WifiLink link() const override {
    const FakeAccessPoint* point = Joined();
    return point == nullptr ? hal::WifiLink{}
                            : hal::WifiLink{true, point->seen.bssid, point->seen.rssi_dbm};
  }
  [[nodiscard]] std::uint32_t signs_of_life() const override {
    signs_of_life_ += dead_ ? 0 : 1;
    return signs_of_life_;
  }
  /// From now on it does nothing, until it is started anew.
  void Hang() { dead_ = true; }

  Status StartAccessPoint(const hal::AccessPointOrder& order) override {
    if (!running_) {
      return Code::kFailedPrecondition;
    }
    if (!dead_) {
      own = std::string(order.ssid);
    }
    return OkStatus();
  }
  Status PollAccessPoint() override {
    return own ? OkStatus() : Status(dead_ ? Code::kPending : Code::kFailedPrecondition);
  }
  void StopAccessPoint() override { own.reset(); }
  Result<hal::StationEvent> NextStation() override { return Code::kPending; }

  void StartRadio() override {
    ++starts;
    joined_.reset();
    own.reset();
    dead_ = false;
    running_ = false;
    static_cast<void>(Obeys(Command::kBoot));
  }
  Status PollRadio() override {
    if (dead_) {
      return Code::kPending;
    }
    running_ = firmware.ok();
    return firmware;
  }
  void StartCheck() override { static_cast<void>(Obeys(Command::kCheck)); }
  Status PollCheck() override {
    const FakeAccessPoint* point = Joined();
    if (dead_ || point == nullptr || point->behind == FakeAccessPoint::Behind::kNothing) {
      return Code::kPending;
    }
    return point->behind == FakeAccessPoint::Behind::kPortal ? Status(Code::kUnauthenticated)
                                                             : OkStatus();
  }
  [[nodiscard]] std::int64_t UnixNow() const override { return unix_now; }

  [[nodiscard]] hal::LinkState ip_link() const override {
    const FakeAccessPoint* point = Joined();
    if (point == nullptr) {
      return hal::LinkState::kDown;
    }
    return point->addresses ? hal::LinkState::kUp : hal::LinkState::kConfiguring;
  }

  [[nodiscard]] const FakeAccessPoint* Joined() const {
    const auto found = std::ranges::find_if(points, [&](const FakeAccessPoint& point) {
      return point.on && joined_ == point.seen.bssid;
    });
    return found == points.end() ? nullptr : &*found;
  }

 private:
  FakeAccessPoint* Find(const hal::Bssid& bssid) {
    const auto found = std::ranges::find_if(
        points, [&](const FakeAccessPoint& point) { return point.seen.bssid == bssid; });
    return found == points.end() ? nullptr : &*found;
  }
  bool Obeys(Command command) {
    if (command == hangs_at) {
      dead_ = true;
    }
    return !dead_ && (running_ || command == Command::kBoot);
  }

  std::size_t next_heard_ = 0;
  std::pair<hal::Bssid, std::string> wanted_;
  std::optional<hal::Bssid> joined_;
  bool dead_ = false;
  mutable std::uint32_t signs_of_life_ = 0;
  bool running_ = false;
};

}  // namespace linnet::wifi::testing
