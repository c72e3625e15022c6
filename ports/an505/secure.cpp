// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/secure.hpp"

#include "layout/an505.hpp"
#include "ports/an505/emulator_extras.hpp"
#include "ports/an505/memory.hpp"
#include "ports/an505/registers.hpp"

namespace linnet::an505 {

namespace {

namespace board = layout::an505;

// Secure privilege control block of the SSE-200.
constexpr std::uintptr_t kSecCtl = 0x5008'0000;
constexpr std::uintptr_t kNonSecureCallable = kSecCtl + 0x14;
constexpr std::uintptr_t kAhbNonSecure = kSecCtl + 0x60;
constexpr std::uintptr_t kApb1NonSecure = kSecCtl + 0x84;
constexpr std::uintptr_t kApb2NonSecure = kSecCtl + 0x88;

constexpr std::uint32_t kEthernetPort = 1U << 5;
constexpr std::uint32_t kUart0Port = 1U << 5;
constexpr std::uint32_t kUart2Port = 1U << 7;
constexpr std::uint32_t kUart3Port = 1U << 8;
constexpr std::uint32_t kFpgaIoPort = 1U << 2;

// Memory protection controllers: of the FPGA's three SRAMs, and of the subsystem's own.
constexpr std::uintptr_t kNonSecureRamMpc = 0x5800'8000;
constexpr std::uintptr_t kMpcs[] = {0x5800'7000, kNonSecureRamMpc, 0x5800'9000, 0x5008'3000};
constexpr std::uint32_t kMpcAutoIncrement = 1U << 8;
constexpr std::uint32_t kMpcLock = 1U << 31;

constexpr std::uint32_t End(const board::Region& region) {
  return region.base + region.size;
}

void SetUpMpcs() {
  Register(kNonSecureRamMpc) = Register(kNonSecureRamMpc) | kMpcAutoIncrement;
  Register(kNonSecureRamMpc + 0x18) = 0;
  const std::uint32_t last = Register(kNonSecureRamMpc + 0x10);
  for (std::uint32_t block = 0; block <= last; ++block) {
    Register(kNonSecureRamMpc + 0x1C) = 0xFFFF'FFFF;
  }
  for (const std::uintptr_t mpc : kMpcs) {
    Register(mpc) = Register(mpc) | kMpcLock;
  }
}

void SetUpPpcs() {
  Register(kAhbNonSecure) = kEthernetPort;
  Register(kApb1NonSecure) = kUart0Port | kUart2Port | kUart3Port;
  Register(kApb2NonSecure) = kFpgaIoPort;
  static_assert(kEthernetIrq / kIrqsAWord == kUart3Irq / kIrqsAWord);
  Register(scs::kInterruptTarget + kEthernetIrq / kIrqsAWord * 4) =
      1U << (kEthernetIrq % kIrqsAWord) | 1U << (kUart3Irq % kIrqsAWord);
}

void SetSauRegion(std::uint32_t number, std::uint32_t start, std::uint32_t end, bool callable) {
  constexpr std::uint32_t kEnable = 1;
  constexpr std::uint32_t kCallable = 2;
  Register(scs::kSauNumber) = number;
  Register(scs::kSauBase) = start;
  Register(scs::kSauLimit) = ((end - 1) & ~0x1FU) | (callable ? kCallable : 0) | kEnable;
}

void SetUpSau() {
  SetSauRegion(0, board::kApp.address(), kMediumBase + kMediumSize, false);
  SetSauRegion(1, board::kSramNonsecure.base, End(board::kSramNonsecure), false);
  SetSauRegion(2, 0x4000'0000, 0x5000'0000, false);
  SetSauRegion(3, kGatewayAddress, kGatewayAddress + kGatewaySize, true);
  Register(kNonSecureCallable) = 1;  // The IDAU lets the code region hold callable entries.
  Register(scs::kSauControl) = 1;
}

void SetMpuRegion(std::uint32_t number, std::uint32_t start, std::uint32_t end, bool code) {
  constexpr std::uint32_t kReadOnly = 2U << 1;
  constexpr std::uint32_t kNeverExecute = 1;
  constexpr std::uint32_t kEnable = 1;
  Register(scs::kMpuNumber) = number;
  Register(scs::kMpuBase) = start | (code ? kReadOnly : kNeverExecute);
  Register(scs::kMpuLimit) = ((end - 1) & ~0x1FU) | kEnable;
}

void SetUpMpu() {
  constexpr std::uint32_t kNormalNonCacheable = 0x44;
  constexpr std::uint32_t kEnableWithDefaultMap = 1U | 1U << 2;
  Register(scs::kMpuAttributes) = kNormalNonCacheable;
  SetMpuRegion(0, board::kBootCode.base, End(board::kBootCode), true);
  SetMpuRegion(1, 0x2000'0000, 0x4000'0000, false);
  SetMpuRegion(2, kMediumBase, kMediumBase + kMediumSize, false);
  Register(scs::kMpuControl) = kEnableWithDefaultMap;
}

}  // namespace

void SetUpSecurity() {
  constexpr std::uint32_t kSecureFirst = 1U << 14;  // PRIS; faults stay Secure (BFHFNMINS 0).
  constexpr std::uint32_t kAllFaults = 0xFU << 16;  // Mem, bus, usage and Secure fault handlers.
  SetUpMpcs();
  SetUpPpcs();
  SetUpSau();
  SetUpMpu();
  Register(scs::kNsacr) = 0;
  Register(scs::kAircr) = scs::kAircrKey | kSecureFirst;
  Register(scs::kShcsr) = kAllFaults;
  Barrier();
}

bool IsRam(const void* start, std::uint32_t size) {
  const auto address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(start));
  for (const board::Region* ram : {&board::kSramSecure, &board::kSramNonsecure}) {
    if (address >= ram->base && address - ram->base < ram->size &&
        size <= ram->size - (address - ram->base)) {
      return true;
    }
  }
  return false;
}

bool IsStartable(std::uint32_t table) {
  const std::uint32_t stack = Register(table);
  const std::uint32_t entry = Register(table + 4);
  return stack > board::kSramNonsecure.base && stack <= End(board::kSramNonsecure) &&
         stack % 8 == 0 && (entry & 1) != 0 && entry >= board::kApp.address() &&
         entry < board::kApp.address() + board::kApp.size;
}

void StartNonSecure(std::uint32_t table) {
  const std::uint32_t stack = Register(table);
  const std::uint32_t entry = Register(table + 4) & ~1U;
  Register(scs::kVtor + scs::kNonSecureScs) = table;
  Barrier();
  __asm volatile(
      "msr msp_ns, %[stack]\n"
      "movs r0, #0\n"
      "msr psp_ns, r0\n"
      "msr msplim_ns, r0\n"
      "msr control_ns, r0\n"
      "mov lr, %[entry]\n"
      // Nothing Secure is left in a register.
      "movs r1, #0\n movs r2, #0\n movs r3, #0\n movs r4, #0\n movs r5, #0\n"
      "movs r6, #0\n movs r7, #0\n mov r8, r0\n mov r9, r0\n mov r10, r0\n"
      "mov r11, r0\n mov r12, r0\n msr apsr_nzcvq, r0\n"
      "bxns lr\n"
      :
      : [stack] "r"(stack), [entry] "r"(entry)
      : "r0", "memory");
  __builtin_unreachable();
}

}  // namespace linnet::an505
