// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/networks.hpp"

#include "base/view.hpp"

namespace linnet::provision {

void Networks::StartScan() {
  if (scan_ == Scan::kNone) {
    scan_ = Scan::kWanted;
  }
}

void Networks::OnScanEnded() {
  scan_ = Scan::kNone;
  complete_ = true;
}

void Networks::ForgetHeard() {
  scan_ = Scan::kNone;
  count_ = 0;
}

const hal::AccessPoint* Networks::Find(StringView ssid) const {
  for (const hal::AccessPoint& point : heard()) {
    if (point.ssid == ssid) {
      return &point;
    }
  }
  return nullptr;
}

void Networks::OnHeard(const hal::AccessPoint& point) {
  if (complete_) {
    complete_ = false;
    count_ = 0;
  }
  if (point.ssid.empty()) {
    return;
  }
  const hal::AccessPoint* const known = Find(point.ssid);
  std::size_t place = count_;
  if (known == nullptr && count_ < points_.size()) {
    ++count_;  // It gets a place of its own, at the end.
  } else {
    // Or its own, or that of the weakest.
    place = known == nullptr ? count_ - 1 : static_cast<std::size_t>(known - points_.data());
    if (points_[place].rssi_dbm >= point.rssi_dbm) {
      return;
    }
  }
  for (; place > 0 && points_[place - 1].rssi_dbm < point.rssi_dbm; --place) {
    points_[place] = points_[place - 1];
  }
  points_[place] = point;
}

Status Networks::Try(const wifi::Network& network) {
  LINNET_TRY(Begin(network));
  trial_.state = Trial::State::kGoing;
  trial_.ssid = network.ssid;
  return OkStatus();
}

void Networks::OnTrialEnded(wifi::Reason reason) {
  if (trial_.state == Trial::State::kGoing) {
    trial_.reason = reason;
    trial_.state = reason == wifi::Reason::kNone ? Trial::State::kWorked : Trial::State::kFailed;
  }
}

}  // namespace linnet::provision
