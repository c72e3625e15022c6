// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/rules.hpp"

#include <array>

#include "tools/size/embedded.hpp"

namespace linnet::size {
namespace {

constexpr std::size_t kMaxRules = 10'000;
constexpr std::array<std::string_view, 5> kKinds = {"path", "archive", "object", "symbol",
                                                    "section"};

std::string Expand(const std::string& name, const std::vector<std::string>& captures) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '{' && i + 2 < name.size() && name[i + 2] == '}') {
      const auto which = static_cast<std::size_t>(name[i + 1] - '1');
      out += which < captures.size() ? captures[which] : "";
      i += 2;
    } else {
      out += name[i];
    }
  }
  return out;
}

}  // namespace

Rules::Rules(const Text& text) {
  for (const Line& line : text.Lines()) {
    const std::size_t arrow = line.text.find(" -> ");
    const std::size_t blank = line.text.find(' ');
    if (arrow == std::string_view::npos || blank >= arrow) {
      throw text.Fault(line.number, "a rule is written: KIND PATTERN -> NAME");
    }
    const std::string_view word = line.text.substr(0, blank);
    std::size_t kind = 0;
    while (kind < kKinds.size() && kKinds.at(kind) != word) {
      ++kind;
    }
    if (kind == kKinds.size()) {
      throw text.Fault(line.number,
                       "'" + std::string(word) +
                           "' is no kind of rule (path, archive, object, symbol, section)");
    }
    if (rules_.size() >= kMaxRules) {
      throw text.Fault(line.number, "more than " + std::to_string(kMaxRules) + " rules");
    }
    rules_.push_back({static_cast<Kind>(kind),
                      std::string(Trim(line.text.substr(blank, arrow - blank))),
                      std::string(Trim(line.text.substr(arrow + 4)))});
  }
}

Rules Rules::Default() {
  return Rules(Text{"default.rules", std::string(kDefaultRules)});
}

std::string Rules::ModuleOf(const Subject& of) const {
  const std::array<std::string_view, 5> subjects = {of.path, of.archive, of.object, of.symbol,
                                                    of.section};
  std::vector<std::string> captures;
  for (const Rule& rule : rules_) {
    const std::string_view subject = subjects.at(static_cast<std::size_t>(rule.kind));
    captures.clear();
    if (!subject.empty() && MatchGlob(rule.pattern, subject, &captures)) {
      return Expand(rule.name, captures);
    }
  }
  return {};
}

}  // namespace linnet::size
