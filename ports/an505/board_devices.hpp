// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The small devices of the application's side: light, button, reset, stack use, sleep.
#pragma once

#include "hal/button.hpp"
#include "hal/clock.hpp"
#include "hal/idle.hpp"
#include "hal/led.hpp"
#include "hal/memory_stats.hpp"
#include "hal/reset.hpp"
#include "ports/an505/serial.hpp"

namespace linnet::an505 {

/// LED 0 of the FPGA's I/O block.
class FpgaLed final : public hal::Led {
 public:
  void Set(bool on) override;
  [[nodiscard]] bool on() const override;
};

/// The emulator lets nobody press the buttons of the FPGA's I/O block, so this one is a key of the
/// console: '[' presses it, any other lets it go.
class ConsoleButton final : public hal::Button {
 public:
  /// `base` as this side sees the console's UART; it enables both directions.
  explicit ConsoleButton(std::uintptr_t base) : keys_(base) {}
  [[nodiscard]] bool pressed() const override;

 private:
  mutable UartSerial keys_;
  mutable bool pressed_ = false;
};

class BoardReset final : public hal::Reset {
 public:
  [[nodiscard]] hal::ResetCause cause() const override;
  [[noreturn]] void Now() override;
};

/// Counts the words at the far end of the stack that still hold the start-up code's paint.
class StackStats final : public hal::MemoryStats {
 public:
  [[nodiscard]] std::uint32_t stack_peak() const override;
  [[nodiscard]] std::uint32_t stack_size() const override;
};

/// Sleeps with WFI. Ends early for any interrupt: each SysTick (10 ms) and each received packet.
class WfiIdle final : public hal::Idle {
 public:
  explicit WfiIdle(const hal::Clock& clock) : clock_(clock) {}
  void WaitUntil(Instant deadline) override;

 private:
  const hal::Clock& clock_;
};

}  // namespace linnet::an505
