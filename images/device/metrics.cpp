// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/metrics.hpp"

#include "crypto/arena.hpp"

namespace linnet::device {

telemetry::Metrics Metrics::Sample(Instant now) {
  const crypto::Arena& arena = crypto::Arena::installed();
  telemetry::Metrics metrics{
      .uptime = std::chrono::duration_cast<Seconds>(now.time_since_epoch()),
      .firmware = firmware_,
      .reset = board_.reset.cause(),
      .heap = {.peak = static_cast<std::uint32_t>(arena.peak()),
               .size = static_cast<std::uint32_t>(arena.capacity())},
      .stack = {.peak = board_.memory.stack_peak(), .size = board_.memory.stack_size()},
      .link = board_.network.link(),
  };
  if (wall_clock_.time_verified()) {
    metrics.time = wall_clock_.Now();
  }
  if (board_.connectivity != nullptr) {
    board_.connectivity->Fill(metrics);
  }
  return metrics;
}

}  // namespace linnet::device
