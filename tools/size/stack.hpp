// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Worst-case stack of each entry point.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/size/callgraph.hpp"

namespace linnet::size {

struct StackStep {
  std::string name{};
  std::int64_t frame = 0;
};

struct StackResult {
  std::string entry{};
  std::int64_t bytes = 0;  ///< Of the deepest path; a lower bound if anything is named below.
  std::vector<StackStep> path{};  ///< The entry first, or what it is entered on top of.
  std::vector<std::string> recursive{};
  std::vector<std::string> indirect{};
  std::vector<std::string> dynamic{};
  std::vector<std::string> unknown{};  ///< Called, and without a frame.
  std::vector<std::string> tangled{};  ///< In circles of indirect calls with too many ways.
  std::size_t assumed = 0;             ///< Functions whose frame was assumed; not a fault.

  [[nodiscard]] bool bounded() const {
    return recursive.empty() && indirect.empty() && dynamic.empty() && unknown.empty() &&
           tangled.empty();
  }
};

struct StackOptions {
  /// Globs of names; of "NAME@BELOW", NAME is entered from outside while BELOW runs, at the deepest
  /// direct way from the other entries to BELOW. Empty: what nothing calls.
  std::vector<std::string> entries{};
  std::int64_t assume = -1;  ///< Frame of functions that have none; -1: they are named instead.
};

/// Deepest first. A circle that only indirect calls close is not taken for recursion: it stands for
/// names that several functions share. Throws BadInput for a BELOW that cannot be reached.
std::vector<StackResult> WorstStacks(const CallGraph& graph, const StackOptions& options);

}  // namespace linnet::size
