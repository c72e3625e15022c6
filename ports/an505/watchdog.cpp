// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/watchdog.hpp"

#include "ports/an505/registers.hpp"

namespace linnet::an505 {

namespace {

constexpr std::uintptr_t kLoad = peripheral::kWatchdog + 0x00;
constexpr std::uintptr_t kControl = peripheral::kWatchdog + 0x08;
constexpr std::uintptr_t kInterruptClear = peripheral::kWatchdog + 0x0C;
constexpr std::uintptr_t kLock = peripheral::kWatchdog + 0xC00;
constexpr std::uint32_t kUnlockKey = 0x1ACC'E551;
constexpr std::uint32_t kInterruptAndReset = 3;

// It resets when it runs out for the second time; the interrupt of the first is not enabled in the
// NVIC. So the counter gets half of the time-out.
constexpr std::int64_t kCyclesPerTimeoutMs = kCoreHz / 1000 / 2;
constexpr std::int64_t kMaxTimeoutMs = 400'000;
static_assert(kMaxTimeoutMs * kCyclesPerTimeoutMs <= 0xFFFF'FFFF);

void Unlocked(std::uintptr_t address, std::uint32_t value) {
  Register(kLock) = kUnlockKey;
  Register(address) = value;
  Register(kLock) = 0;
}

}  // namespace

Status CmsdkWatchdog::Start(Milliseconds timeout) {
  if (timeout.count() <= 0 || timeout.count() > kMaxTimeoutMs) {
    return Code::kOutOfRange;
  }
  Unlocked(kLoad, static_cast<std::uint32_t>(timeout.count() * kCyclesPerTimeoutMs));
  Unlocked(kControl, kInterruptAndReset);
  Feed();
  return OkStatus();
}

void CmsdkWatchdog::Feed() {
  // Clearing the interrupt reloads the counter.
  Unlocked(kInterruptClear, 1);
}

}  // namespace linnet::an505
