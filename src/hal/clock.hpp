// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Monotonic time since the last reset.
#pragma once

#include "base/time.hpp"

namespace linnet::hal {

class Clock {
 public:
  /// Never goes back, never steps, advances while the core sleeps. Never fails.
  [[nodiscard]] virtual Instant Now() const = 0;

 protected:
  ~Clock() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
