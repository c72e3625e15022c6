// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the loop does when there is nothing to do.
#pragma once

#include "base/time.hpp"

namespace linnet::hal {

class Idle {
 public:
  /// Sleeps until `deadline`, or until something happened that the loop should look at (a packet,
  /// an interrupt), whichever is first. May return early for no reason.
  virtual void WaitUntil(Instant deadline) = 0;

 protected:
  ~Idle() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
