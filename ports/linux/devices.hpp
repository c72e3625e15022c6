// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The small devices of a Linux process: clock, entropy, console, light, memory, watchdog, reset.
#pragma once

#include <cstdint>

#include "base/log.hpp"
#include "base/view.hpp"
#include "hal/clock.hpp"
#include "hal/console.hpp"
#include "hal/entropy.hpp"
#include "hal/led.hpp"
#include "hal/memory_stats.hpp"
#include "hal/reset.hpp"
#include "hal/watchdog.hpp"

namespace linnet::posix {

/// CLOCK_BOOTTIME since the object was made: it also advances while the machine sleeps.
class SteadyClock final : public hal::Clock {
 public:
  SteadyClock();
  [[nodiscard]] Instant Now() const override;

 private:
  Instant start_{};
};

class KernelEntropy final : public hal::Entropy {
 public:
  Status Fill(MutableBytes out) override;
};

/// Standard output, without a buffer.
class StdoutConsole final : public hal::Console {
 public:
  void Write(StringView text) override;
};

/// Log lines with the time since start, as the board prints them.
class ConsoleLog final : public log::Sink {
 public:
  ConsoleLog(hal::Console& console, const hal::Clock& clock) : console_(console), clock_(clock) {}
  void Write(log::Level level, StringView tag, StringView text) override;

 private:
  hal::Console& console_;
  const hal::Clock& clock_;
};

/// Only remembers; the application reports the state.
class MemoryLed final : public hal::Led {
 public:
  void Set(bool on) override { on_ = on; }
  [[nodiscard]] bool on() const override { return on_; }

 private:
  bool on_ = false;
};

/// The main thread's stack: what the kernel has mapped of it, and the limit that it may grow to.
class StackStats final : public hal::MemoryStats {
 public:
  [[nodiscard]] std::uint32_t stack_peak() const override;
  [[nodiscard]] std::uint32_t stack_size() const override;
};

/// Ends the process with kExitWatchdog through SIGALRM. One object a process; nobody else may use
/// that signal or the process's real-time interval timer.
class AlarmWatchdog final : public hal::Watchdog {
 public:
  static constexpr Milliseconds kLongest{3'600'000};
  /// kOutOfRange: not between 1 ms and kLongest.
  Status Start(Milliseconds timeout) override;
  void Feed() override;

 private:
  Milliseconds timeout_{0};
};

/// Ends the process; the loader starts it again and says why.
class ProcessReset final : public hal::Reset {
 public:
  explicit ProcessReset(hal::ResetCause cause) : cause_(cause) {}
  [[nodiscard]] hal::ResetCause cause() const override { return cause_; }
  [[noreturn]] void Now() override;

 private:
  hal::ResetCause cause_;
};

}  // namespace linnet::posix
