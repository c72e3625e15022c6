// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The supply that several simulated flashes share, and the plan for when it fails.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace linnet::sim {

/// What the operation in which power fails leaves behind.
enum class CutMode : std::uint8_t {
  kBefore,           ///< Nothing of it happened.
  kAfter,            ///< All of it happened; only the answer never arrived.
  kTornPrefix,       ///< The first bytes are done, cut at any byte; the rest is untouched.
  kTornBits,         ///< A random subset of the bits that it changes.
  kUnstableBits,     ///< Every bit that it changes reads at random, at every read, until erased.
  kUnstableSession,  ///< The range reads as done or as not begun; which one, each start decides.
  kUnreadable,       ///< Reading any unit of it fails with kDataLoss until erased.
};

/// Every mode; `seed` picks the prefix, the subset and the readings.
struct Cut {
  std::uint64_t operation = 0;  ///< Program and erase operations since ResetCount, from 0.
  CutMode mode = CutMode::kBefore;
  std::uint32_t seed = 0;
};

/// "before", "after", "prefix3", "bits0", "noisy1", "flips2", "unreadable": the mode and its seed,
/// for case ids.
std::string ToString(const Cut& cut);

/// Counts operations of every flash connected to it and fails at the planned one. From then on
/// every access to these flashes returns kUnavailable until On().
class Power {
 public:
  /// Restores the supply and forgets the plan. A new session: see CutMode::kUnstableSession.
  void On();
  [[nodiscard]] bool on() const { return on_; }

  void PlanCut(const Cut& cut) { plan_ = cut; }
  /// Starts to count operations from 0.
  void ResetCount() { operations_ = 0; }
  [[nodiscard]] std::uint64_t operations() const { return operations_; }
  /// Grows by one at each On(). Setting it makes a replay read the same; see kUnstableSession.
  void SetSession(std::uint32_t session) { session_ = session; }
  [[nodiscard]] std::uint32_t session() const { return session_; }

  /// For the flashes: counts one operation; the cut to apply when power fails in it.
  std::optional<Cut> BeginOperation();

 private:
  bool on_ = true;
  std::optional<Cut> plan_;
  std::uint64_t operations_ = 0;
  std::uint32_t session_ = 0;
};

}  // namespace linnet::sim
