// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// UART0, shared by both worlds: Secure code writes first, then the application.
#pragma once

#include <cstdint>

#include "base/log.hpp"
#include "base/view.hpp"
#include "hal/clock.hpp"
#include "hal/console.hpp"

namespace linnet::an505 {

class UartConsole final : public hal::Console {
 public:
  /// `base` as this side sees the UART now; it enables the transmitter.
  explicit UartConsole(std::uintptr_t base);
  /// Waits while the transmitter is full. Sends "\r\n" for "\n".
  void Write(StringView text) override;

 private:
  std::uintptr_t base_;
};

/// Writes each line as `warning net: text`.
class ConsoleLog final : public log::Sink {
 public:
  /// Must outlive the sink.
  explicit ConsoleLog(hal::Console& console) : console_(console) {}
  void Write(log::Level level, StringView tag, StringView text) override;

 private:
  hal::Console& console_;
};

/// As ConsoleLog, with the time since reset in front: `[12.345] `.
class TimedConsoleLog final : public log::Sink {
 public:
  TimedConsoleLog(hal::Console& console, const hal::Clock& clock)
      : console_(console), plain_(console), clock_(clock) {}
  void Write(log::Level level, StringView tag, StringView text) override;

 private:
  hal::Console& console_;
  ConsoleLog plain_;
  const hal::Clock& clock_;
};

}  // namespace linnet::an505
