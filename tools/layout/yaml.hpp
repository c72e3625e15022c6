// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The part of YAML that partition maps use, read strictly: names, each with `key: value` lines.
#pragma once

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

struct Field {
  std::string key;
  std::string value;
  int line = 0;
};

/// A top-level name and the indented fields under it, in the order of the file.
struct Section {
  std::string name;
  int line = 0;
  std::vector<Field> fields;

  /// The field, or nullptr.
  [[nodiscard]] const Field* Find(std::string_view key) const;
};

struct Document {
  std::string file;  ///< For messages only.
  std::vector<Section> sections;
};

/// Understands comments, blank lines, `name:` in the first column and `key: value` lines indented
/// by spaces. Everything else (tabs, lists, nested maps, quotes, anchors, several documents) is
/// refused, as are a name or key that stands twice and a name without fields. Throws Error.
Document ParseYaml(std::string file, std::string_view text);

/// Reads a number in decimal or in hexadecimal with 0x, at most 32 bits. Throws Error.
std::uint32_t ParseNumber(const std::string& file, const Field& field);

}  // namespace linnet::layout
