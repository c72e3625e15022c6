// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The parts of `linnet size` that need no table of an image: advice and stacks.
#pragma once

#include <string>
#include <vector>

#include "tools/linnet/context.hpp"

namespace linnet::cli {

/// Prints what could be changed in a Zephyr build with this .config, and with a memory report of
/// the linker also what then fits. An empty `facts` takes those that Linnet ships.
void PrintAdvice(const Context& context, const std::string& config, const std::string& report,
                 const std::string& facts);

/// Prints the worst-case stack of each entry point from the .ci and .su files below `directory`.
void PrintStacks(const Context& context, const std::string& directory,
                 const std::vector<std::string>& entries, std::size_t rows);

}  // namespace linnet::cli
