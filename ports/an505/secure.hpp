// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Who may touch what: attribution of memory and devices, and the step into the Non-secure world.
#pragma once

#include <cstdint>

#include "hal/reset.hpp"

namespace linnet::an505 {

/// The first thing the Secure image does. Afterwards these, and only these, are Non-secure:
///  - flash from the `app` partition to the end of the medium, and SRAM 2;
///  - UART0 (console), UART2 (entropy), LED, Ethernet, the Non-secure watchdog.
/// Also: the memory controllers are locked until reset; Secure code can neither be written nor can
/// anything else be executed in the Secure state; Secure exceptions come first; the FPU is denied
/// to the Non-secure side. Peripherals named here answer at their Non-secure address from now on,
/// for Secure code too.
void SetUpSecurity();

/// Whether `size` bytes from `start` lie in one of the two RAMs.
bool IsRam(const void* start, std::uint32_t size);

/// Whether an application could start from the vector table at `table`: the stack's top lies in the
/// Non-secure RAM, and the entry in the `app` partition. No word on whether it may.
bool IsStartable(std::uint32_t table);

/// Leaves the Secure state for the application whose vector table lies at `table`. Requires
/// IsStartable. From here on Secure code runs only through the gateway and for faults.
[[noreturn]] void StartNonSecure(std::uint32_t table);

}  // namespace linnet::an505
