// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/clock.hpp"

#include <algorithm>
#include <cstdint>

#include "ports/an505/registers.hpp"

namespace linnet::an505 {

namespace {

constexpr std::uint32_t kCyclesPerMs = kCoreHz / 1000;
constexpr std::uint32_t kReload = kCyclesPerMs * SysTickClock::kTickMs - 1;

volatile std::uint64_t g_ticks = 0;

}  // namespace

extern "C" void SysTickHandler() {
  g_ticks = g_ticks + 1;
}

SysTickClock::SysTickClock() {
  constexpr std::uint32_t kEnableWithInterruptFromCore = 7;
  Register(scs::kSysTickReload) = kReload;
  Register(scs::kSysTickValue) = 0;
  Register(scs::kSysTickControl) = kEnableWithInterruptFromCore;
  while (Register(scs::kSysTickValue) == 0) {
  }
}

Instant SysTickClock::Now() const {
  std::uint64_t ticks = 0;
  std::uint32_t value = 0;
  // Taken again when the interrupt came in between, which also excludes a torn 64-bit read.
  do {
    ticks = g_ticks;
    value = Register(scs::kSysTickValue);
    if ((Register(scs::kIcsr) & scs::kIcsrSysTickPending) != 0) {
      // Wrapped, but interrupts are masked: this tick is not counted yet.
      value = Register(scs::kSysTickValue);
      ++ticks;
    }
  } while (g_ticks > ticks);
  // The counter reads zero both before its first reload and at the very end of a tick.
  const std::uint32_t elapsed_ms = (kReload - value) / kCyclesPerMs;
  last_ms_ = std::max(last_ms_, ticks * kTickMs + elapsed_ms);
  return Instant(Milliseconds(static_cast<std::int64_t>(last_ms_)));
}

}  // namespace linnet::an505
