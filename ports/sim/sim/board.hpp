// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The small parts of a simulated board: entropy, watchdog, reset, console, light, memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/view.hpp"
#include "hal/console.hpp"
#include "hal/entropy.hpp"
#include "hal/led.hpp"
#include "hal/memory_stats.hpp"
#include "hal/reset.hpp"
#include "hal/watchdog.hpp"
#include "sim/clock.hpp"
#include "sim/random.hpp"

namespace linnet::sim {

/// The same bytes for the same seed; can be told to fail.
class Entropy final : public hal::Entropy {
 public:
  explicit Entropy(std::uint64_t seed) : random_(seed) {}
  Status Fill(MutableBytes out) override;
  /// While failed, Fill returns kUnavailable and writes nothing.
  void SetFailed(bool failed) { failed_ = failed; }

 private:
  SeededRandom random_;
  bool failed_ = false;
};

/// Does not reset anything by itself: the test asks expired() after it has advanced the clock.
class Watchdog final : public hal::Watchdog {
 public:
  static constexpr Milliseconds kLongest{60'000};

  explicit Watchdog(const Clock& clock) : clock_(clock) {}
  /// kOutOfRange: not between 1 ms and kLongest.
  Status Start(Milliseconds timeout) override;
  /// A watchdog that has expired cannot be fed back to life.
  void Feed() override;
  [[nodiscard]] bool started() const { return timeout_.count() > 0; }
  [[nodiscard]] bool expired() const { return started() && clock_.Now() >= deadline_; }

 private:
  const Clock& clock_;
  Milliseconds timeout_{0};
  Instant deadline_{};
};

/// What Reset::Now throws. Catch it in the test outside of all device objects, discard these, and
/// start new ones. Device code is compiled without exceptions, so no destructor runs on the way.
struct ResetRequest {};

class Reset final : public hal::Reset {
 public:
  explicit Reset(hal::ResetCause cause = hal::ResetCause::kPowerOn) : cause_(cause) {}
  [[nodiscard]] hal::ResetCause cause() const override { return cause_; }
  /// Counts, sets the cause of the next start to kSoftware and throws ResetRequest.
  [[noreturn]] void Now() override;
  /// What the next start will report.
  void SetCause(hal::ResetCause cause) { cause_ = cause; }
  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  hal::ResetCause cause_;
  std::uint32_t count_ = 0;
};

/// Keeps everything that was written.
class Console final : public hal::Console {
 public:
  void Write(StringView text) override { text_ += text; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool Contains(StringView part) const {
    return text_.find(part) != std::string::npos;
  }
  void Clear() { text_.clear(); }

 private:
  std::string text_;
};

class Led final : public hal::Led {
 public:
  void Set(bool on) override { on_ = on; }
  [[nodiscard]] bool on() const override { return on_; }

 private:
  bool on_ = false;
};

/// Reports what the test sets.
class MemoryStats final : public hal::MemoryStats {
 public:
  [[nodiscard]] std::uint32_t stack_peak() const override { return peak; }
  [[nodiscard]] std::uint32_t stack_size() const override { return size; }
  std::uint32_t peak = 1024;
  std::uint32_t size = 8192;
};

}  // namespace linnet::sim
