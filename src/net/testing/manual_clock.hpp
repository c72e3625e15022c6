// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A clock that only a test moves.
#pragma once

#include "hal/clock.hpp"

namespace linnet::net::testing {

class ManualClock final : public hal::Clock {
 public:
  explicit ManualClock(Instant start = Instant{}) : now_(start) {}
  [[nodiscard]] Instant Now() const override { return now_; }
  void Advance(Milliseconds step) { now_ += step; }

 private:
  Instant now_;
};

}  // namespace linnet::net::testing
