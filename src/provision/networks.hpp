// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What provisioning asks of the device's Wi-Fi: what is heard around, and to try a network.
#pragma once

#include <cstdint>
#include <span>

#include "base/status.hpp"
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

class Networks {
 public:
  /// What was heard before stays until the scan has ended. Ignored while one goes on.
  virtual void StartScan() = 0;
  [[nodiscard]] virtual bool scanning() const = 0;
  /// Strongest first, each name once, none without a name; valid until the next call.
  [[nodiscard]] virtual std::span<const hal::AccessPoint> heard() const = 0;

  /// Tries it; only what has worked is kept. kInvalidArgument: see wifi::Check().
  /// kFailedPrecondition: another trial has not ended. kUnsupported: it is not to be kept, which
  /// this device cannot do.
  virtual Status Try(const wifi::Configuration& configuration) = 0;
  [[nodiscard]] virtual Trial trial() const = 0;

  /// Forgets every network that the device knows.
  virtual void Forget() = 0;
  /// For the protocol's own reports.
  [[nodiscard]] virtual wifi::DeviceStatus status() const = 0;

 protected:
  ~Networks() = default;  // nobody deletes through it
};

}  // namespace linnet::provision
