// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/board_devices.hpp"

#include "ports/an505/lan9118.hpp"
#include "ports/an505/radio_line.hpp"
#include "ports/an505/registers.hpp"
#include "ports/an505/retained.hpp"
#include "ports/an505/startup.hpp"

namespace linnet::an505 {

void FpgaLed::Set(bool on) {
  Register(peripheral::kFpgaIo) = on ? 1 : 0;
}

bool FpgaLed::on() const {
  return (Register(peripheral::kFpgaIo) & 1) != 0;
}

bool ConsoleButton::pressed() const {
  if (std::byte key{}; keys_.Take(key)) {
    pressed_ = key == std::byte{'['};
  }
  return pressed_;
}

hal::ResetCause BoardReset::cause() const {
  return LastResetCause();
}

void BoardReset::Now() {
  ResetDevice(hal::ResetCause::kSoftware);
}

std::uint32_t StackStats::stack_peak() const {
  return StackPeak();
}

std::uint32_t StackStats::stack_size() const {
  return StackSize();
}

void WfiIdle::WaitUntil(Instant deadline) {
  // With interrupts masked nothing can slip in between the look and the WFI, which a pending
  // interrupt ends all the same.
  __asm volatile("cpsid i" ::: "memory");
  if (clock_.Now() < deadline && !Lan9118::HasPacketSinceLastLook() &&
      !RadioLine::HasByteSinceLastLook()) {
    __asm volatile("dsb sy\n wfi" ::: "memory");
  }
  __asm volatile("cpsie i\n isb sy" ::: "memory");
}

}  // namespace linnet::an505
