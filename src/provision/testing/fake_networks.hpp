// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A Wi-Fi that hears and does what the test says.
#pragma once

#include <string>
#include <vector>

#include "provision/networks.hpp"

namespace linnet::provision::testing {

inline hal::AccessPoint Heard(std::string_view ssid, std::int8_t rssi_dbm,
                              hal::WifiSecurity security = hal::WifiSecurity::kWpa2Psk) {
  hal::AccessPoint point;
  IgnoreStatus(point.ssid.Assign(ssid));
  point.rssi_dbm = rssi_dbm;
  point.security = security;
  point.channel = 6;
  point.bssid = {2, 0, 0, 0, 0, static_cast<std::uint8_t>(ssid.size())};
  return point;
}

class FakeNetworks final : public Networks {
 public:
  void StartScan() override { ++scans; }
  [[nodiscard]] bool scanning() const override { return is_scanning; }
  [[nodiscard]] std::span<const hal::AccessPoint> heard() const override { return around; }

  Status Try(const wifi::Configuration& configuration) override {
    LINNET_TRY(wifi::Check(configuration.network));
    if (!configuration.keep) {
      return Code::kUnsupported;
    }
    if (last.state == Trial::State::kGoing) {
      return Code::kFailedPrecondition;
    }
    tried.push_back(configuration);
    last = {.state = Trial::State::kGoing, .ssid = configuration.network.ssid};
    now = {wifi::State::kJoining, wifi::Reason::kNone};
    return OkStatus();
  }
  [[nodiscard]] Trial trial() const override { return last; }
  void Forget() override { ++forgotten; }
  [[nodiscard]] wifi::DeviceStatus status() const override { return now; }

  /// The trial that goes on ends.
  void End(wifi::Reason reason) {
    last.state = reason == wifi::Reason::kNone ? Trial::State::kWorked : Trial::State::kFailed;
    last.reason = reason;
    now = {reason == wifi::Reason::kNone ? wifi::State::kOnline : wifi::State::kIdle, reason};
  }

  std::vector<hal::AccessPoint> around;
  bool is_scanning = false;
  int scans = 0;
  int forgotten = 0;
  std::vector<wifi::Configuration> tried;
  Trial last{};
  wifi::DeviceStatus now{};
};

}  // namespace linnet::provision::testing
