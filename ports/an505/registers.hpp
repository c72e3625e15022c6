// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Registers of the Cortex-M33, the SSE-200 subsystem and the AN505 FPGA image that the port uses.
// Names and offsets are those of the Armv8-M manual, the SSE-200 TRM (101104) and AN505 (DAI0505).
#pragma once

#include <cstdint>

namespace linnet::an505 {

/// What lies at an address of the chip. The one place where a number becomes a pointer.
template <typename T>
T* At(std::uintptr_t address) {
  return reinterpret_cast<T*>(address);  // NOLINT(performance-no-int-to-ptr)
}

inline volatile std::uint32_t& Register(std::uintptr_t address) {
  return *At<volatile std::uint32_t>(address);
}

/// Reads it for what reading does.
inline void Touch(std::uintptr_t address) {
  [[maybe_unused]] const std::uint32_t value = Register(address);
}

/// The core runs from MAINCLK.
inline constexpr std::uint32_t kCoreHz = 20'000'000;

/// Peripherals answer at one of two addresses, as their protection controller says: the Secure
/// alias differs in bit 28.
inline constexpr std::uintptr_t kSecureAlias = 0x1000'0000;

namespace peripheral {
inline constexpr std::uintptr_t kWatchdog = 0x4008'1000;  ///< The Non-secure CMSDK watchdog.
inline constexpr std::uintptr_t kUart0 = 0x4020'0000;
inline constexpr std::uintptr_t kUart1 = 0x4020'1000;
inline constexpr std::uintptr_t kUart2 = 0x4020'2000;
inline constexpr std::uintptr_t kUart3 = 0x4020'3000;
inline constexpr std::uintptr_t kFpgaIo = 0x4030'2000;
inline constexpr std::uintptr_t kEthernet = 0x4200'0000;
}  // namespace peripheral

inline constexpr unsigned kUart3Irq = 45;  ///< Both directions.
inline constexpr unsigned kEthernetIrq = 48;
inline constexpr unsigned kIrqsAWord = 32;

/// System control space of the current security state; + kNonSecureScs for the Non-secure one, as
/// seen from the Secure state.
namespace scs {
inline constexpr std::uintptr_t kSysTickControl = 0xE000'E010;
inline constexpr std::uintptr_t kSysTickReload = 0xE000'E014;
inline constexpr std::uintptr_t kSysTickValue = 0xE000'E018;
inline constexpr std::uintptr_t kInterruptEnable = 0xE000'E100;   ///< NVIC_ISER0.
inline constexpr std::uintptr_t kInterruptDisable = 0xE000'E180;  ///< NVIC_ICER0.
inline constexpr std::uintptr_t kInterruptTarget = 0xE000'E380;   ///< NVIC_ITNS0.
inline constexpr std::uintptr_t kIcsr = 0xE000'ED04;
inline constexpr std::uintptr_t kVtor = 0xE000'ED08;
inline constexpr std::uintptr_t kAircr = 0xE000'ED0C;
inline constexpr std::uintptr_t kShcsr = 0xE000'ED24;
inline constexpr std::uintptr_t kCfsr = 0xE000'ED28;
inline constexpr std::uintptr_t kHfsr = 0xE000'ED2C;
inline constexpr std::uintptr_t kMmfar = 0xE000'ED34;
inline constexpr std::uintptr_t kBfar = 0xE000'ED38;
inline constexpr std::uintptr_t kNsacr = 0xE000'ED8C;
inline constexpr std::uintptr_t kMpuControl = 0xE000'ED94;
inline constexpr std::uintptr_t kMpuNumber = 0xE000'ED98;
inline constexpr std::uintptr_t kMpuBase = 0xE000'ED9C;
inline constexpr std::uintptr_t kMpuLimit = 0xE000'EDA0;
inline constexpr std::uintptr_t kMpuAttributes = 0xE000'EDC0;
inline constexpr std::uintptr_t kSauControl = 0xE000'EDD0;
inline constexpr std::uintptr_t kSauNumber = 0xE000'EDD8;
inline constexpr std::uintptr_t kSauBase = 0xE000'EDDC;
inline constexpr std::uintptr_t kSauLimit = 0xE000'EDE0;
inline constexpr std::uintptr_t kSfsr = 0xE000'EDE4;
inline constexpr std::uintptr_t kSfar = 0xE000'EDE8;
inline constexpr std::uintptr_t kNonSecureScs = 0x0002'0000;

inline constexpr std::uint32_t kAircrKey = 0x05FA'0000;
inline constexpr std::uint32_t kAircrResetRequest = 1U << 2;
inline constexpr std::uint32_t kIcsrSysTickPending = 1U << 26;
}  // namespace scs

/// Completes all accesses before it and refetches after it.
inline void Barrier() {
#if defined(__arm__)
  __asm volatile("dsb sy\n isb sy" ::: "memory");
#endif
}

}  // namespace linnet::an505
