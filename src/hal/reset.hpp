// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Restarting the device, and why it last started.
#pragma once

#include <cstdint>

#include "base/view.hpp"

namespace linnet::hal {

enum class ResetCause : std::uint8_t {
  kPowerOn = 0,   ///< Power came (back).
  kSoftware = 1,  ///< Reset() was called.
  kWatchdog = 2,  ///< The watchdog was not fed in time.
  kFault = 3,     ///< A processor fault; its registers were printed before the reset.
  kAssert = 4,    ///< LINNET_ASSERT failed.
};

/// "power-on", "software", "watchdog", "fault", "assert".
constexpr StringView ToString(ResetCause cause) {
  switch (cause) {
    case ResetCause::kPowerOn:
      return "power-on";
    case ResetCause::kSoftware:
      return "software";
    case ResetCause::kWatchdog:
      return "watchdog";
    case ResetCause::kFault:
      return "fault";
    case ResetCause::kAssert:
      return "assert";
  }
  return "unknown";
}

class Reset {
 public:
  /// The cause of the last start; the same answer until the next one.
  [[nodiscard]] virtual ResetCause cause() const = 0;
  /// Resets the whole device now. The simulator's implementation may return to its caller by
  /// throwing; device code never relies on anything after this call.
  [[noreturn]] virtual void Now() = 0;

 protected:
  ~Reset() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
