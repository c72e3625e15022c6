// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A simulated device whose updates are measured: bytes, flash, virtual time, stack.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "tests/update/stack_meter.hpp"
#include "update/testing/release_set.hpp"
#include "update/testing/rig.hpp"

namespace linnet::update::testing {

/// What the clock of the simulator counts; a link and flashes as the reference board has them.
/// Computing costs nothing here.
struct Costs {
  std::uint32_t link_bytes_per_second = 60'000;
  Milliseconds round_trip{100};  ///< Of a request for a range.
  std::chrono::microseconds internal_word{41};
  std::chrono::microseconds internal_erase{85'000};
  std::chrono::microseconds external_page{850};  ///< To program up to 256 bytes.
  std::chrono::microseconds external_erase{40'000};
};

struct AreaCost {
  std::uint64_t bytes = 0;
  std::uint64_t erases = 0;
};

struct Measured {
  std::uint64_t air = 0;  ///< Bytes that came over the air.
  AreaCost execution, store, record, notes;
  Milliseconds time{};
  std::size_t stack = 0;
};

class MeasuredDevice {
 public:
  /// It runs `first` and has that, and its firmware, in its store.
  MeasuredDevice(const SampleRelease& first, const Octets& package);

  /// From the offer to the verdict. When `cut_at` bytes have come, a reset.
  Measured Install(const Octets& package, std::size_t cut_at = 0);

 private:
  [[nodiscard]] std::chrono::microseconds FlashTime() const;
  void Spend(std::size_t fetches_before, std::chrono::microseconds flash_before);
  void Offer(const Octets& package);
  /// Until the engine waits for somebody, or `delivered` bytes have come.
  void Run(std::size_t delivered = SIZE_MAX);
  void Restart();
  [[nodiscard]] std::array<AreaCost, 4> Areas() const;

  Costs costs_;
  World world_;
  StackMeter meter_;
  std::chrono::microseconds rest_{};  ///< Less than the clock's millisecond.
};

}  // namespace linnet::update::testing
