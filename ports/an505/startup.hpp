// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From reset to main(), the same for both images: memory, stack paint, constructors.
#pragma once

#include <cstdint>

namespace linnet::an505 {

/// An entry of a vector table: the first is the stack's top, the others are handlers.
using Vector = void (*)();

/// Bytes of the main stack that were ever used, and its size.
std::uint32_t StackPeak();
std::uint32_t StackSize();

}  // namespace linnet::an505

extern "C" {
/// Sets up memory and calls main(); a main() that returns is an assertion failure.
void ResetHandler();
void SysTickHandler();
/// Prints what is known and resets, with cause kFault.
void FaultHandler();
}
