// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Secure fault handler, for faults of both sides: registers to the console, then a reset.
#include <array>

#include "base/format.hpp"
#include "ports/an505/console.hpp"
#include "ports/an505/registers.hpp"
#include "ports/an505/retained.hpp"
#include "ports/an505/secure.hpp"
#include "ports/an505/startup.hpp"

namespace linnet::an505 {

namespace {

/// What the core pushes on exception entry.
constexpr std::array<const char*, 8> kFrameNames = {"r0",  "r1", "r2", "r3",
                                                    "r12", "lr", "pc", "xpsr"};
using Frame = std::array<std::uint32_t, kFrameNames.size()>;

struct FaultRegister {
  const char* name;
  std::uintptr_t address;
};

constexpr std::array<FaultRegister, 7> kFaultRegisters = {{
    {"hfsr", scs::kHfsr},
    {"cfsr", scs::kCfsr},
    {"cfsr_ns", scs::kCfsr + scs::kNonSecureScs},
    {"sfsr", scs::kSfsr},
    {"sfar", scs::kSfar},
    {"bfar", scs::kBfar},
    {"mmfar_ns", scs::kMmfar + scs::kNonSecureScs},
}};

constexpr std::uint32_t kFromSecure = 1U << 6;
constexpr std::uint32_t kProcessStack = 1U << 2;

/// The frame of what was interrupted; its stack may be what broke, so the caller checks it.
const Frame* FindFrame(std::uint32_t own_msp, std::uint32_t exc_return) {
  std::uint32_t sp = own_msp;
  if ((exc_return & kFromSecure) == 0) {
    if ((exc_return & kProcessStack) != 0) {
      __asm volatile("mrs %0, psp_ns" : "=r"(sp));
    } else {
      __asm volatile("mrs %0, msp_ns" : "=r"(sp));
    }
  } else if ((exc_return & kProcessStack) != 0) {
    __asm volatile("mrs %0, psp" : "=r"(sp));
  }
  return At<const Frame>(sp);
}

void Print(UartConsole& console, const char* name, std::uint32_t value) {
  std::array<char, 32> text{};
  console.Write(Format(text, " {}={:x}", name, value));
}

void PrintFrame(UartConsole& console, const Frame* frame) {
  if (!IsRam(frame, sizeof *frame)) {
    console.Write(" stack pointer outside of RAM");
    return;
  }
  for (std::size_t i = 0; i < frame->size(); ++i) {
    Print(console, kFrameNames[i], (*frame)[i]);
  }
}

}  // namespace

extern "C" [[noreturn, gnu::used]] void ReportFault(std::uint32_t own_msp,
                                                    std::uint32_t exc_return) {
  UartConsole console(peripheral::kUart0);
  const bool secure = (exc_return & kFromSecure) != 0;
  const Frame* frame = FindFrame(own_msp, exc_return);
  console.Write(secure ? "\nfault in Secure code:\n" : "\nfault in the application:\n");
  PrintFrame(console, frame);
  Print(console, "sp", static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(frame)));
  Print(console, "exc_return", exc_return);
  for (const FaultRegister& fault : kFaultRegisters) {
    Print(console, fault.name, Register(fault.address));
  }
  console.Write("\n");
  ResetDevice(hal::ResetCause::kFault);
}

}  // namespace linnet::an505

extern "C" [[gnu::naked]] void FaultHandler() {
  __asm volatile(
      "mrs r0, msp\n"
      "mov r1, lr\n"
      // The handler may be here because the stack overflowed: it starts on a fresh one.
      "movs r2, #0\n"
      "msr msplim, r2\n"
      "movw r2, #:lower16:linker_stack_top\n"
      "movt r2, #:upper16:linker_stack_top\n"
      "msr msp, r2\n"
      "b ReportFault\n");
}
