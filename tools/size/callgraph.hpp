// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Who calls whom, with which frame: what GCC writes with -fcallgraph-info=su,da (.ci) and
// -fstack-usage (.su).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/size/elf_image.hpp"
#include "tools/size/input.hpp"

namespace linnet::size {

struct StackNode {
  std::string name{};                   ///< As people write it.
  std::string location{};               ///< "file.c:12:3"
  std::int64_t frame = -1;              ///< Bytes; -1: not known.
  bool dynamic = false;                 ///< Its frame grows at run time without a bound.
  std::vector<std::string> calls{};     ///< Titles.
  std::vector<std::string> may_call{};  ///< What an indirect call may reach, judged by names.
  std::vector<std::string> indirect{};  ///< Places of indirect calls that nothing is known of.
};

/// Functions by GCC's title: static ones with their file in front.
class CallGraph {
 public:
  /// Adds one .ci file. Throws BadInput.
  void AddCi(const Text& text);
  /// Adds one .su file: frames for nodes that have none. Throws BadInput.
  void AddSu(const Text& text);
  /// Adds every .ci and .su file below a directory. With `image`, the file name of an ELF file, the
  /// graphs that the links of others wrote are left out. Throws BadInput, also if there is no .ci.
  void AddDirectory(const std::string& directory, const std::string& image = "");

  /// Joins what several files say: a call of a name that only another file defines, as after
  /// link-time optimisation has made it local.
  void Join();

  /// Follows indirect calls: one at a source line may reach each function of the image's virtual
  /// tables whose name that line calls. Sources are looked for where the graph says, and below
  /// `sources`. Indirect calls at places that match a glob of `never` are known to call nothing.
  void Follow(const ElfImage& image, const std::string& sources,
              const std::vector<std::string>& never);

  [[nodiscard]] const std::map<std::string, StackNode>& nodes() const { return nodes_; }
  /// Frame of a node, from either source; -1 if unknown.
  [[nodiscard]] std::int64_t FrameOf(const StackNode& node) const;

 private:
  std::map<std::string, StackNode> nodes_;
  std::map<std::string, std::int64_t> frames_;
};

}  // namespace linnet::size
