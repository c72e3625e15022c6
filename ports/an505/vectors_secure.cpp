// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The Secure image's vector table.
#include <array>

#include "ports/an505/startup.hpp"

extern "C" std::uint32_t linker_stack_top[];

namespace linnet::an505 {

struct Table {
  const std::uint32_t* stack_top = linker_stack_top;
  Vector reset = ResetHandler;
  /// NMI, HardFault, MemManage, BusFault, UsageFault, SecureFault.
  std::array<Vector, 6> faults{FaultHandler, FaultHandler, FaultHandler,
                               FaultHandler, FaultHandler, FaultHandler};
  std::array<Vector, 7> unused{};
  Vector sys_tick = nullptr;
};
static_assert(sizeof(Table) == 16 * sizeof(Vector));

// The linker scripts ask for it by this name.
extern "C"
    [[gnu::section(".vectors")]] constinit const Table linker_vectors{};  // NOLINT: see above

}  // namespace linnet::an505
