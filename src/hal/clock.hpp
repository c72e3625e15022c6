// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Monotonic time since the last reset.
#pragma once

#include "base/time.hpp"

namespace linnet::hal {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Never goes back, never steps, advances while the core sleeps. Never fails.
  [[nodiscard]] virtual Instant Now() const = 0;
};

}  // namespace linnet::hal
