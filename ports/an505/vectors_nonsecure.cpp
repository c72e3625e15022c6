// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The application's vector table. It has no fault handlers: faults escalate to the Secure
// HardFault, which prints them and resets (fault.cpp).
#include <array>

#include "ports/an505/lan9118.hpp"
#include "ports/an505/radio_line.hpp"
#include "ports/an505/registers.hpp"
#include "ports/an505/startup.hpp"

extern "C" std::uint32_t linker_stack_top[];

namespace linnet::an505 {

constexpr std::size_t kFirstIrq = 16;

struct Table {
  const std::uint32_t* stack_top = linker_stack_top;
  Vector reset = ResetHandler;
  std::array<Vector, 13> faults_and_calls{};
  Vector sys_tick = SysTickHandler;
  std::array<Vector, kUart3Irq> unused_interrupts{};
  Vector radio = RadioLine::OnInterrupt;
  std::array<Vector, kEthernetIrq - kUart3Irq - 1> more_unused_interrupts{};
  Vector ethernet = Lan9118::OnInterrupt;
};
static_assert(sizeof(Table) == (kFirstIrq + kEthernetIrq + 1) * sizeof(Vector));

// The linker scripts ask for it by this name.
extern "C"
    [[gnu::section(".vectors")]] constinit const Table linker_vectors{};  // NOLINT: see above

}  // namespace linnet::an505
