// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A condition of the Kconfig language, as in `depends on A && (B || C = "x")`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/kconfig/settings.hpp"

namespace linnet::kconfig {

/// What a condition comes to. Unknown: it asks the devicetree or the environment, `$(...)`.
enum class Truth : std::uint8_t { kNo, kUnknown, kYes };

/// The values of one image. Names of sysbuild's own options begin with SB_ in `settings`.
struct Values {
  const Settings& settings;
  std::string_view prefix{};  ///< "SB_" where the Kconfig files are sysbuild's.

  [[nodiscard]] std::string Of(std::string_view name) const {
    return ValueOf(settings, std::string(prefix) + std::string(name));
  }
};

class Expression {
 public:
  /// Throws layout::Error, with `file` and `line`, for what is no condition.
  Expression(const std::string& file, int line, std::string_view text);

  [[nodiscard]] Truth Evaluate(const Values& values) const { return Evaluate(root_, values); }

  /// One of the parts that all must hold.
  struct Term {
    std::string text{};
    std::string symbol{};  ///< If the part is nothing but an option.
    Truth truth = Truth::kUnknown;
  };
  [[nodiscard]] std::vector<Term> Terms(const Values& values) const;

 private:
  enum class Kind : std::uint8_t { kSymbol, kText, kNot, kAnd, kOr, kCompare };
  struct Node {
    Kind kind = Kind::kSymbol;
    std::string text{};  ///< Of a symbol or a text; of a comparison, its sign.
    std::size_t left = 0;
    std::size_t right = 0;
  };
  class Parser;

  [[nodiscard]] Truth Evaluate(std::size_t node, const Values& values) const;
  [[nodiscard]] std::string Show(std::size_t node) const;
  [[nodiscard]] Truth Compare(const Node& node, const Values& values) const;
  void Collect(std::size_t node, const Values& values, std::vector<Term>& terms) const;

  std::vector<Node> nodes_{};
  std::size_t root_ = 0;
};

}  // namespace linnet::kconfig
