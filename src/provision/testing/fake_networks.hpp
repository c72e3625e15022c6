// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A Wi-Fi that hears and does what the test says.
#pragma once

#include <string>
#include <vector>

#include "base/view.hpp"
#include "provision/core.hpp"
#include "provision/networks.hpp"

namespace linnet::provision::testing {

inline hal::AccessPoint Heard(StringView ssid, std::int8_t rssi_dbm,
                              hal::WifiSecurity security = hal::WifiSecurity::kWpa2Psk) {
  hal::AccessPoint point;
  IgnoreStatus(point.ssid.Assign(ssid));
  point.rssi_dbm = rssi_dbm;
  point.security = security;
  point.channel = 6;
  point.bssid = {2, 0, 0, 0, 0, static_cast<std::uint8_t>(ssid.size())};
  return point;
}

class FakeNetworks final : public Networks, public KnownNetworks {
 public:
  using Networks::OnScanBegun;
  using Networks::scan_wanted;

  void SetAround(const std::vector<hal::AccessPoint>& points) {
    ForgetHeard();
    for (const hal::AccessPoint& point : points) {
      OnHeard(point);
    }
  }
  /// A trial of it goes on.
  void Give(StringView ssid) {
    wifi::Network network;
    IgnoreStatus(network.ssid.Assign(ssid));
    IgnoreStatus(Try(network));
  }
  /// The trial that goes on ends.
  void End(wifi::Reason reason) {
    OnTrialEnded(reason);
    now = {reason == wifi::Reason::kNone ? wifi::State::kOnline : wifi::State::kIdle, reason};
  }

  void Forget() override { ++forgotten; }
  [[nodiscard]] wifi::DeviceStatus status() const override { return now; }

  int forgotten = 0;
  std::vector<wifi::Network> tried;
  wifi::DeviceStatus now{};

 private:
  Status Begin(const wifi::Network& network) override {
    LINNET_TRY(wifi::Check(network));
    if (trial().state == Trial::State::kGoing) {
      return Code::kFailedPrecondition;
    }
    tried.push_back(network);
    now = {wifi::State::kJoining, wifi::Reason::kNone};
    return OkStatus();
  }
};

}  // namespace linnet::provision::testing
