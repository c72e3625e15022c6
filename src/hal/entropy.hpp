// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Unpredictable bytes from the hardware.
#pragma once

#include "base/bytes.hpp"
#include "base/status.hpp"

namespace linnet::hal {

class Entropy {
 public:
  /// Fills all of `out` with full-entropy bytes, different after each reset.
  /// kUnavailable: the source has failed; whoever needs randomness must then stop, not go on.
  virtual Status Fill(MutableBytes out) = 0;

 protected:
  ~Entropy() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
