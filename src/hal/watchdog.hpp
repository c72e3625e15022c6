// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Resets the device unless it is fed.
#pragma once

#include "base/status.hpp"
#include "base/time.hpp"

namespace linnet::hal {

class Watchdog {
 public:
  /// Starts it, or changes its time-out. Once started it cannot be stopped before the next reset.
  /// kOutOfRange: the hardware cannot time that long.
  virtual Status Start(Milliseconds timeout) = 0;
  /// Restarts the time-out. Does nothing before Start.
  virtual void Feed() = 0;

 protected:
  ~Watchdog() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
