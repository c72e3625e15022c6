// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/air.hpp"

namespace linnet::air {

std::vector<Beacon> Air::Beacons() const {
  std::vector<Beacon> heard;
  for (const auto& [bssid, beacon] : beacons_) {
    if (beacon.rssi_dbm >= kFaintest) {
      heard.push_back(beacon);
    }
  }
  return heard;
}

// Only access points are somewhere; stations are where we are.
bool Air::InRange(const Mac& mac) const {
  const auto beacon = beacons_.find(mac);
  return beacon == beacons_.end() || beacon->second.rssi_dbm >= kFaintest;
}

void Air::Deliver() {
  while (!queue_.empty()) {
    const AirFrame frame = std::move(queue_.front());
    queue_.pop_front();
    const auto receiver = receivers_.find(frame.to);
    if (receiver != receivers_.end() && InRange(frame.from) && InRange(frame.to)) {
      const Receive receive = receiver->second;  // it may detach itself
      receive(frame);
    }
  }
}

std::optional<Mac> MacPool::Take() {
  for (std::uint8_t last = 1; last < 255; ++last) {
    if (used_.insert(last).second) {
      Mac mac = base_;
      mac[5] = last;
      return mac;
    }
  }
  return std::nullopt;
}

}  // namespace linnet::air
