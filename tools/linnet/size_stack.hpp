// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// `linnet size --stack`: how deep the stack can get, and whether its room is enough.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/linnet/context.hpp"

namespace linnet::cli {

struct StackRequest {
  std::string directory{};  ///< With GCC's .ci and .su files.
  std::string elf{};        ///< Its virtual tables tell what indirect calls reach; may be empty.
  std::string sources = ".";
  std::vector<std::string> entries{};
  std::vector<std::string> never{};  ///< Places of indirect calls that call nothing.
  std::int64_t assume = -1;
  std::string room{};  ///< Bytes, or a section or symbol of the ELF; empty: not judged.
  std::uint64_t margin = 0;
  bool path = false;
  bool verdict_only = false;
  std::size_t rows = 0;  ///< Most entries that are shown; 0: all.
};

/// Prints the worst-case stack of each entry point. Throws Failure when `room` is not enough, or
/// cannot be judged because the depth has no bound.
void PrintStacks(const Context& context, const StackRequest& request);

}  // namespace linnet::cli
