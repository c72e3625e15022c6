// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The half of Tree that answers: why an option has the value that it has.
#include <fnmatch.h>

#include <algorithm>

#include "tools/kconfig/tree.hpp"

namespace linnet::kconfig {

std::vector<const Tree::Block*> Tree::Around(std::size_t block) const {
  constexpr std::size_t kMaxNesting = 200;  // Files may include each other in a circle.
  std::vector<const Block*> blocks;
  for (; block != kNone && blocks.size() < kMaxNesting; block = blocks_[block].around) {
    blocks.push_back(&blocks_[block]);
  }
  return blocks;
}

/// One letter more, less or different: what was probably meant.
std::string Tree::Similar(const std::string& name) const {
  const auto close = [&](const std::string& other) {
    if (other.size() + 1 < name.size() || name.size() + 1 < other.size()) {
      return false;
    }
    const auto ends = std::mismatch(name.begin(), name.end(), other.begin(), other.end());
    const std::string a(ends.first, name.end());
    const std::string b(ends.second, other.end());
    return (!a.empty() && a.substr(1) == b) || (!b.empty() && b.substr(1) == a) ||
           (!a.empty() && !b.empty() && a.substr(1) == b.substr(1));
  };
  for (const auto& [other, option] : options_) {
    if (!option.definitions.empty() && close(other)) {
      return other;
    }
  }
  return "";
}

class Tree::Answer {
 public:
  Answer(const Tree& tree, const Values& values) : tree_(tree), values_(values) {}

  std::vector<std::string> For(const std::string& name, const std::string& asked) {
    const auto found = tree_.options_.find(name);
    if (found == tree_.options_.end() || found->second.definitions.empty()) {
      Undefined(name);
      return std::move(reasons_);
    }
    if (asked == "n") {
      Selected(found->second);
      return std::move(reasons_);
    }
    const Definition& definition = Nearest(found->second);
    Dependencies(name, definition, 0);
    if (reasons_.empty()) {
      Prompt(found->second);
      Choice(name, definition);
      if (!definition.range.empty() && asked != "y") {
        reasons_.push_back("its range is " + definition.range);
      }
    }
    if (reasons_.empty()) {
      Unknown(definition);
    }
    return std::move(reasons_);
  }

 private:
  static constexpr int kMaxChain = 4;

  [[nodiscard]] std::string Shown(const std::string& name) const {
    return (values_.prefix == "SB_" ? "SB_CONFIG_" : "CONFIG_") + name;
  }

  void Undefined(const std::string& name) {
    for (const std::string& glob : tree_.templates_) {
      if (fnmatch(glob.c_str(), name.c_str(), 0) == 0) {
        return;  // Made by a macro; not judged.
      }
    }
    const std::string similar = tree_.Similar(name);
    reasons_.push_back("no Kconfig file of this build defines it" +
                       (similar.empty() ? "" : "; " + Shown(similar) + " is defined"));
  }

  void Selected(const Option& option) {
    for (const Selector& selector : option.selectors) {
      const bool holds = std::all_of(selector.conditions.begin(), selector.conditions.end(),
                                     [&](const Condition& condition) {
                                       return condition.expression.Evaluate(values_) == Truth::kYes;
                                     });
      if (holds && values_.Of(selector.by) == "y") {
        reasons_.push_back(Shown(selector.by) + ", which is y, selects it (" + selector.where +
                           "): that is stronger than any file");
      }
    }
  }

  template <typename Use>
  void EachTerm(const Definition& definition, Use use) const {
    for (const Block* block : tree_.Around(definition.block)) {
      for (const Condition& condition : block->depends) {
        for (const Expression::Term& term : condition.expression.Terms(values_)) {
          use(term, condition.where);
        }
      }
    }
  }

  /// Of several definitions, the one that lacks least.
  [[nodiscard]] const Definition& Nearest(const Option& option) const {
    const auto lacks = [&](const Definition& definition) {
      std::size_t count = 0;
      EachTerm(definition, [&](const Expression::Term& term, const std::string&) {
        count += term.truth == Truth::kNo ? 1 : 0;
      });
      return count;
    };
    return *std::min_element(
        option.definitions.begin(), option.definitions.end(),
        [&](const Definition& a, const Definition& b) { return lacks(a) < lacks(b); });
  }

  // Down to the option that lacks nothing itself: that is the one to set.
  void Dependencies(const std::string& name, const Definition& definition, int depth) {  // NOLINT
    std::vector<std::string> missing;
    EachTerm(definition, [&](const Expression::Term& term, const std::string& where) {
      if (term.truth != Truth::kNo) {
        return;
      }
      reasons_.push_back((depth == 0 ? "it" : Shown(name)) + " depends on " +
                         (term.symbol.empty() ? "'" + term.text + "', which does not hold"
                                              : Shown(term.symbol) + ", which is not set") +
                         " (" + where + ")");
      if (!term.symbol.empty()) {
        missing.push_back(term.symbol);
      }
    });
    for (const std::string& symbol : missing) {
      const auto found = tree_.options_.find(symbol);
      if (depth + 1 >= kMaxChain || !seen_.emplace(symbol, true).second ||
          found == tree_.options_.end() || found->second.definitions.empty()) {
        continue;
      }
      Dependencies(symbol, Nearest(found->second), depth + 1);
    }
  }

  void Prompt(const Option& option) {
    std::string hidden;
    for (const Definition& definition : option.definitions) {
      std::vector<Condition> conditions = definition.prompt_if;
      for (const Block* block : tree_.Around(definition.block)) {
        conditions.insert(conditions.end(), block->visible.begin(), block->visible.end());
      }
      if (!definition.prompt) {
        continue;
      }
      const auto closed =
          std::find_if(conditions.begin(), conditions.end(), [&](const Condition& condition) {
            return condition.expression.Evaluate(values_) == Truth::kNo;
          });
      if (closed == conditions.end()) {
        return;
      }
      hidden = closed->where;
    }
    std::string selectors;
    for (const Selector& selector : option.selectors) {
      if (selectors.size() < 200) {
        selectors += (selectors.empty() ? "; what selects it: " : ", ") + Shown(selector.by);
      }
    }
    reasons_.push_back((hidden.empty() ? "it has no prompt (" + option.definitions[0].where + ")"
                                       : "its prompt is hidden here (" + hidden + ")") +
                       ", so no file can set it, only a default or a select" + selectors);
  }

  void Choice(const std::string& name, const Definition& definition) {
    const std::size_t choice = tree_.blocks_[definition.block].choice;
    if (choice == kNone) {
      return;
    }
    for (const std::string& other : tree_.choices_[choice]) {
      if (other != name && values_.Of(other) == "y") {
        reasons_.push_back("of its choice, " + Shown(other) + " is set, and only one can be (" +
                           definition.where + ")");
      }
    }
  }

  void Unknown(const Definition& definition) {
    EachTerm(definition, [&](const Expression::Term& term, const std::string& where) {
      if (term.truth == Truth::kUnknown) {
        reasons_.push_back("it depends on '" + term.text +
                           "', which only the build itself can judge (" + where + ")");
      }
    });
  }

  const Tree& tree_;
  const Values& values_;
  std::vector<std::string> reasons_{};
  std::map<std::string, bool> seen_{};
};

std::vector<std::string> Tree::WhyNot(const std::string& name, const std::string& asked,
                                      const Values& values) const {
  return Answer(*this, values).For(name, asked);
}

}  // namespace linnet::kconfig
