// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/networks.hpp"

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

void Networks::OnHeard(const hal::AccessPoint& point) {
  if (complete_) {
    complete_ = false;
    count_ = 0;
  }
  if (point.ssid.empty()) {
    return;
  }
  std::size_t place = 0;
  while (place < count_ && !(points_[place].ssid == point.ssid.view())) {
    ++place;
  }
  if (place == count_ && count_ < points_.size()) {
    ++count_;  // It gets a place of its own, at the end.
  } else {
    place -= place == count_ ? 1 : 0;  // Or that of the weakest.
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
