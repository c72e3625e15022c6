// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What provisioning knows of the device's Wi-Fi: what is heard around, and how trying a network
// goes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/status.hpp"
#include "base/view.hpp"
#include "hal/wifi.hpp"
#include "wifi/messages.hpp"

namespace linnet::provision {

/// How the last credentials that were given did.
struct Trial {
  enum class State : std::uint8_t { kNone, kGoing, kWorked, kFailed };
  State state = State::kNone;
  wifi::Reason reason = wifi::Reason::kNone;  ///< Of kFailed.
  hal::Ssid ssid{};                           ///< Of all but kNone.
};

/// Whoever has the radio tells it by On…().
class Networks {
 public:
  /// What was heard before stays until something new is. Ignored while one goes on.
  void StartScan();
  [[nodiscard]] bool scanning() const { return scan_ != Scan::kNone; }
  /// Strongest first, each name once, none without a name; of too many, the weakest are missing.
  [[nodiscard]] Span<const hal::AccessPoint> heard() const {
    return std::span(points_).first(count_);
  }

  /// nullptr: not heard.
  [[nodiscard]] const hal::AccessPoint* Find(StringView ssid) const;

  /// Tries it; only what has worked is kept. kInvalidArgument: see wifi::Check().
  /// kFailedPrecondition: another trial has not ended.
  Status Try(const wifi::Network& network);
  [[nodiscard]] const Trial& trial() const { return trial_; }

  void OnHeard(const hal::AccessPoint& point);
  void OnScanEnded();
  void OnTrialEnded(wifi::Reason reason);

 protected:
  ~Networks() = default;  // nobody deletes through it

  /// As Try(), whose notes are not this one's business.
  virtual Status Begin(const wifi::Network& network) = 0;
  [[nodiscard]] bool scan_wanted() const { return scan_ == Scan::kWanted; }
  void OnScanBegun() { scan_ = Scan::kRunning; }
  /// The radio has begun anew.
  void ForgetHeard();

 private:
  enum class Scan : std::uint8_t { kNone, kWanted, kRunning };

  Trial trial_{};
  Scan scan_ = Scan::kNone;
  bool complete_ = false;  // what follows is of another scan
  std::size_t count_ = 0;
  std::array<hal::AccessPoint, wifi::kMaxScanRecords> points_{};
};

}  // namespace linnet::provision
