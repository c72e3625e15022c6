// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The Kconfig files that a build was made from: what an option depends on, and what sets it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/kconfig/expression.hpp"

namespace linnet::kconfig {

/// Reads many files into one set of options. Keeps of the language what answers "why has this
/// option another value": dependencies of the option and of everything around it, prompts, choices,
/// `select`, `range`. Macros are not expanded: what hangs on `$(...)` is unknown, not wrong.
class Tree {
 public:
  /// `text` of the file `path`, which others find by that path. Throws layout::Error beyond the
  /// limits and for a condition that is none.
  void AddFile(const std::string& path, std::string_view text);

  /// Joins the files: what stands around a `source` holds for the file that it names. `variables`
  /// stand for $(NAME) in paths; without a prefix, paths are below `base`.
  void Join(const std::string& base, const std::map<std::string, std::string>& variables);

  /// Why `name` is not `asked`, each a sentence without a full stop. Empty: nothing in these files
  /// explains it.
  [[nodiscard]] std::vector<std::string> WhyNot(const std::string& name, const std::string& asked,
                                                const Values& values) const;

  [[nodiscard]] std::size_t files() const { return files_.size(); }

 private:
  struct Condition {
    Expression expression;
    std::string where{};
  };
  /// A file, an `if`, a `menu`, a `choice` or an option: what it asks for, and what is around it.
  struct Block {
    std::size_t around = kNone;
    std::vector<Condition> depends{};
    std::vector<Condition> visible{};  ///< For the prompts inside only.
    std::size_t choice = kNone;
  };
  struct Definition {
    std::size_t block = kNone;
    std::string where{};
    bool prompt = false;
    std::vector<Condition> prompt_if{};
    std::string range{};  ///< "1 to 8 (where)"
  };
  struct Selector {
    std::string by{};
    std::string where{};
    std::vector<Condition> conditions{};
  };
  struct Option {
    std::vector<Definition> definitions{};
    std::vector<Selector> selectors{};
  };
  struct Source {
    std::string pattern{};
    bool relative = false;
    std::size_t file = kNone;
    std::size_t block = kNone;
  };
  struct File {
    std::string path{};
    std::size_t block = kNone;
    int parents = 0;
  };
  class Reader;
  class Answer;

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  [[nodiscard]] std::vector<const Block*> Around(std::size_t block) const;
  [[nodiscard]] std::string Similar(const std::string& name) const;

  std::vector<File> files_{};
  std::vector<Block> blocks_{};
  std::vector<Source> sources_{};
  std::vector<std::vector<std::string>> choices_{};  ///< The options of each.
  std::map<std::string, Option, std::less<>> options_{};
  std::vector<std::string> templates_{};  ///< Names of options with a macro, as globs.
  std::size_t bytes_ = 0;
};

}  // namespace linnet::kconfig
