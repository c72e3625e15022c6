// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Findings of `layout check` and `doctor` on the terminal and as JSON.
#pragma once

#include <string>
#include <vector>

#include "tools/layout/finding.hpp"
#include "tools/linnet/context.hpp"

namespace linnet::cli {

/// Worst first; a last line, or a last JSON value, with how many of each there are.
void PrintFindings(const Context& context, const std::vector<layout::Finding>& findings);

}  // namespace linnet::cli
