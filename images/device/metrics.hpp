// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the device says about itself in telemetry.
#pragma once

#include "base/view.hpp"
#include "images/device/board.hpp"
#include "net/wall_clock.hpp"
#include "telemetry/reporter.hpp"

namespace linnet::device {

class Metrics final : public telemetry::MetricsSource {
 public:
  /// All outlive this; `firmware` is the running release's version as text.
  Metrics(Board& board, net::WallClock& wall_clock, StringView firmware)
      : board_(board), wall_clock_(wall_clock), firmware_(firmware) {}

  telemetry::Metrics Sample(Instant now) override;

 private:
  Board& board_;
  net::WallClock& wall_clock_;
  StringView firmware_;
};

}  // namespace linnet::device
