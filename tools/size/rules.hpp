// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Which part of the firmware a piece belongs to: rules in a file, the first that matches wins.
//
//   KIND PATTERN -> NAME
//
// KIND is path (source file), archive, object, symbol (as people write it, demangled) or section.
// In PATTERN "*" stands for any run of characters; {1}, {2} … in NAME are what each "*" stood for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/size/input.hpp"

namespace linnet::size {

struct Subject {
  std::string_view path;
  std::string_view archive;
  std::string_view object;
  std::string_view symbol;
  std::string_view section;
};

class Rules {
 public:
  /// Throws BadInput with the line of the first fault. At most 10,000 rules.
  explicit Rules(const Text& text);
  /// The rules that Linnet ships: tools/size/default.rules.
  static Rules Default();

  /// The name of the first rule that matches, or empty.
  [[nodiscard]] std::string ModuleOf(const Subject& subject) const;

 private:
  enum class Kind : std::uint8_t { kPath, kArchive, kObject, kSymbol, kSection };
  struct Rule {
    Kind kind;
    std::string pattern;
    std::string name;
  };

  std::vector<Rule> rules_;
};

}  // namespace linnet::size
