// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Virtual time: moves only when a test says so.
#pragma once

#include "base/assert.hpp"
#include "hal/clock.hpp"
#include "hal/idle.hpp"

namespace linnet::sim {

class Clock final : public hal::Clock {
 public:
  [[nodiscard]] Instant Now() const override { return now_; }
  void Advance(Milliseconds by) {
    LINNET_ASSERT(by >= Milliseconds(0));
    now_ += by;
  }
  /// Does nothing when `time` has passed already.
  void AdvanceTo(Instant time) { now_ = time > now_ ? time : now_; }

 private:
  Instant now_{};
};

/// Sleeping is advancing the clock: at once to the deadline, but at most by `longest`, because a
/// loop that waits for the network has no deadline.
class Idle final : public hal::Idle {
 public:
  explicit Idle(Clock& clock, Milliseconds longest = Milliseconds(100))
      : clock_(clock), longest_(longest) {}
  void WaitUntil(Instant deadline) override {
    const Instant limit = clock_.Now() + longest_;
    clock_.AdvanceTo(deadline < limit ? deadline : limit);
  }

 private:
  Clock& clock_;
  Milliseconds longest_;
};

}  // namespace linnet::sim
