// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// SysTick of the current security state: monotonic milliseconds.
#pragma once

#include <cstdint>

#include "hal/clock.hpp"

namespace linnet::an505 {

/// One an image. Interrupts every 10 ms; in between the counter itself is read, so the resolution
/// is a millisecond. 64 bits of ticks: no wrap in the life of a device.
class SysTickClock final : public hal::Clock {
 public:
  /// How often the interrupt ends a WFI.
  static constexpr std::uint32_t kTickMs = 10;

  SysTickClock();
  [[nodiscard]] Instant Now() const override;

 private:
  mutable std::uint64_t last_ms_ = 0;
};

}  // namespace linnet::an505
