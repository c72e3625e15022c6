// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// `linnet size --advise`: which options would give memory back.
#pragma once

#include <string>

#include "tools/linnet/context.hpp"

namespace linnet::cli {

/// Prints what could be changed in a Zephyr build with this .config, and with a memory report of
/// the linker also what then fits. An empty `facts` takes those that Linnet ships.
void PrintAdvice(const Context& context, const std::string& config, const std::string& report,
                 const std::string& facts);

}  // namespace linnet::cli
