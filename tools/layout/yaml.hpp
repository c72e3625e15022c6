// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The part of YAML that partition maps and data files use, read strictly into a tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::layout {

/// What is wrong, where: "pm_static.yml:12: ...". Line 0 leaves the line out.
class Error : public std::runtime_error {
 public:
  Error(const std::string& file, int line, const std::string& what);
  [[nodiscard]] int line() const { return line_; }

 private:
  int line_;
};

struct Node {
  enum class Kind : std::uint8_t { kScalar, kList, kMap };

  Kind kind = Kind::kScalar;
  std::string key{};    ///< Of an entry of a map; empty in a list.
  std::string value{};  ///< Of a scalar.
  int line = 0;
  std::vector<Node> children{};  ///< Of a list or a map, in the order of the file.

  /// The entry of a map, or nullptr.
  [[nodiscard]] const Node* Find(std::string_view entry) const;
};

struct Document {
  std::string file{};  ///< For messages only.
  Node root{};         ///< Always a map; empty for an empty file.
};

/// Limits, so that a hostile file ends in an error and not in the machine's memory.
inline constexpr std::size_t kMaxYamlSize = 1U << 20;
inline constexpr std::size_t kMaxYamlNodes = 20000;
inline constexpr int kMaxYamlDepth = 12;

/// Understands comments, maps and lists by indentation, `[a, b]` and `{a: b}` on one line, plain
/// and quoted scalars, and `&name` with `*name` behind it, which is how the vendor's tool writes a
/// list that stands twice. Refused: tabs, block scalars, tags, several documents, a key that stands
/// twice, an entry without a value, and what exceeds the limits above. Throws Error.
Document ParseYaml(std::string file, std::string_view text);

/// Reads a number in decimal or in hexadecimal with 0x, at most 32 bits. Throws Error.
std::uint32_t ParseNumber(const std::string& file, const Node& node);

}  // namespace linnet::layout
