// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Worst-case stack of each entry point, from what GCC writes with -fcallgraph-info=su,da (.ci) and
// -fstack-usage (.su).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tools/size/input.hpp"

namespace linnet::size {

struct StackNode {
  std::string name;         ///< As people write it.
  std::string location;     ///< "file.c:12:3"
  std::int64_t frame = -1;  ///< Bytes; -1: not known.
  bool dynamic = false;     ///< Its frame grows at run time without a bound.
  bool indirect = false;    ///< Calls through a pointer.
  std::vector<std::string> calls;
};

/// Functions by GCC's title: static ones with their file in front.
class CallGraph {
 public:
  /// Adds one .ci file. Throws BadInput.
  void AddCi(const Text& text);
  /// Adds one .su file: frames for nodes that have none. Throws BadInput.
  void AddSu(const Text& text);
  /// Adds every .ci and .su file below a directory. Throws BadInput, also if there is no .ci.
  void AddDirectory(const std::string& directory);

  [[nodiscard]] const std::map<std::string, StackNode>& nodes() const { return nodes_; }
  /// Frame of a node, from either source; -1 if unknown.
  [[nodiscard]] std::int64_t FrameOf(const StackNode& node) const;

 private:
  std::map<std::string, StackNode> nodes_;
  std::map<std::string, std::int64_t> frames_;
};

struct StackResult {
  std::string entry;
  std::int64_t bytes = 0;  ///< Of the deepest path; a lower bound if anything below is named.
  std::vector<std::string> path;  ///< Names, the entry first.
  std::vector<std::string> recursive;
  std::vector<std::string> indirect;
  std::vector<std::string> dynamic;
  std::vector<std::string> unknown;  ///< Called, and without a frame.

  [[nodiscard]] bool bounded() const {
    return recursive.empty() && indirect.empty() && dynamic.empty() && unknown.empty();
  }
};
/// For each function whose name matches a glob of `entries`, or that nothing calls if that is
/// empty. Deepest first.
std::vector<StackResult> WorstStacks(const CallGraph& graph,
                                     const std::vector<std::string>& entries);

}  // namespace linnet::size
