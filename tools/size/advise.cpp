// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/advise.hpp"

#include <algorithm>
#include <set>

#include "tools/size/embedded.hpp"

namespace linnet::size {
namespace {

constexpr std::size_t kMaxOptions = 1'000;

std::string_view AfterWord(std::string_view text, std::size_t& word) {
  word = std::min(text.find(' '), text.size());
  return Trim(text.substr(word));
}

class FactsReader {
 public:
  explicit FactsReader(const Text& text) : text_(text) {}

  Facts Read() {
    for (const Line& line : text_.Lines()) {
      Take(line);
    }
    if (facts_.options.empty()) {
      throw text_.Fault(1, "holds no option");
    }
    for (const Option& option : facts_.options) {
      if (option.source.empty()) {
        throw text_.Fault(1, "option '" + option.name + "' does not say its source");
      }
      for (const std::string& covered : option.covers) {
        if (!names_.contains(covered)) {
          throw text_.Fault(1, option.name + " covers '" + covered + "', which is no option");
        }
      }
      std::set<std::string> seen;
      NoCircle(option, option.name, seen);
    }
    if (facts_.title.empty() || facts_.revision.empty()) {
      throw text_.Fault(1, "does not say what it is about and which revision it is");
    }
    return std::move(facts_);
  }

 private:
  void Take(const Line& line) {
    std::size_t word = 0;
    const std::string rest(AfterWord(line.text, word));
    const std::string_view key = line.text.substr(0, word);
    if (rest.empty()) {
      throw text_.Fault(line.number, "'" + std::string(key) + "' lacks its value");
    }
    if (key == "facts") {
      facts_.title = rest;
    } else if (key == "revision") {
      facts_.revision = rest;
    } else if (key == "need") {
      const std::int64_t bytes = ParseNumber(rest.substr(0, rest.find(' ')));
      if (bytes < 0 || rest.find(' ') == std::string::npos) {
        throw text_.Fault(line.number, "a need is written: need BYTES NAME");
      }
      facts_.needs.push_back({static_cast<std::uint64_t>(bytes), rest.substr(rest.find(' ') + 1)});
    } else if (key == "option") {
      if (!names_.insert(rest).second || names_.size() > kMaxOptions) {
        throw text_.Fault(line.number,
                          "option '" + rest + "' is there twice, or there are too many");
      }
      facts_.options.emplace_back().name = rest;
    } else if (facts_.options.empty()) {
      throw text_.Fault(line.number, "'" + std::string(key) + "' stands before the first option");
    } else {
      Detail(line, key, rest, facts_.options.back());
    }
  }

  void Detail(const Line& line, std::string_view key, const std::string& rest, Option& option) {
    if (key == "when") {
      option.when.push_back(rest);
    } else if (key == "set") {
      option.set.push_back(rest);
    } else if (key == "costs") {
      option.costs = rest;
    } else if (key == "source") {
      option.source = rest;
    } else if (key == "breaks") {
      option.breaks = rest;
    } else if (key == "covers") {
      option.covers.push_back(rest);
    } else if (key == "flash" || key == "ram" || key == "elsewhere") {
      const std::int64_t value = ParseNumber(rest);
      if (value < 0) {
        throw text_.Fault(line.number, "'" + rest + "' is no number of bytes");
      }
      (key == "flash" ? option.flash : key == "ram" ? option.ram : option.elsewhere) = value;
    } else {
      throw text_.Fault(line.number, "'" + std::string(key) + "' is no word of a facts file");
    }
  }

  void NoCircle(const Option& option, const std::string& start, std::set<std::string>& seen) {
    for (const std::string& covered : option.covers) {
      if (covered == start) {
        throw text_.Fault(1, "option '" + start + "' covers itself");
      }
      if (seen.insert(covered).second) {
        NoCircle(*std::find_if(facts_.options.begin(), facts_.options.end(),
                               [&](const Option& other) { return other.name == covered; }),
                 start, seen);
      }
    }
  }

  const Text& text_;
  Facts facts_{};
  std::set<std::string> names_{};
};

bool Holds(const std::string& condition, const kconfig::Settings& config) {
  const std::size_t equal = condition.find('=');
  if (equal == std::string::npos || equal == 0) {
    return false;
  }
  const bool negated = condition[equal - 1] == '!';
  const auto name = std::string_view(condition).substr(0, negated ? equal - 1 : equal);
  const std::string is = kconfig::ValueOf(config, name);
  return ((is.empty() ? "n" : is) == std::string_view(condition).substr(equal + 1)) != negated;
}

// Everything that an option contains, in any depth.
void Collect(const Facts& facts, const Option& option, std::set<std::string>& covered) {
  for (const std::string& name : option.covers) {
    if (covered.insert(name).second) {
      for (const Option& other : facts.options) {
        if (other.name == name)
          Collect(facts, other, covered);
      }
    }
  }
}

}  // namespace

Facts ParseFacts(const Text& text) {
  return FactsReader(text).Read();
}

Facts DefaultFacts() {
  return ParseFacts(Text{"ncs.facts", std::string(kDefaultFacts)});
}

std::vector<Used> ParseMemoryReport(const Text& text) {
  std::vector<Used> regions;
  for (const Line& line : text.Lines()) {
    const auto words = Words(line.text);
    if (words.size() < 5 || !words[0].ends_with(':')) {
      continue;
    }
    const auto scale = [](std::string_view unit) -> std::int64_t {
      return unit == "B"    ? 1
             : unit == "KB" ? 1024
             : unit == "MB" ? 1024 * 1024
             : unit == "GB" ? 1 << 30
                            : -1;
    };
    const std::int64_t used = ParseNumber(words[1]);
    const std::int64_t size = ParseNumber(words[3]);
    if (used < 0 || size < 0 || scale(words[2]) < 0 || scale(words[4]) < 0 ||
        used > (std::int64_t{1} << 40) || size > (std::int64_t{1} << 40)) {
      throw text.Fault(line.number, "is no line 'REGION: USED B SIZE KB PERCENT'");
    }
    regions.push_back({std::string(words[0].substr(0, words[0].size() - 1)),
                       static_cast<std::uint64_t>(used * scale(words[2])),
                       static_cast<std::uint64_t>(size * scale(words[4]))});
  }
  if (regions.empty()) {
    throw text.Fault(1, "is no memory report of the linker (FLASH: 742308 B 784 KB 92.46%)");
  }
  return regions;
}

Advices Advise(const Facts& facts, const kconfig::Settings& config) {
  Advices advices;
  std::set<std::string> covered;
  for (const Option& option : facts.options) {
    if (std::all_of(option.when.begin(), option.when.end(),
                    [&](const std::string& condition) { return Holds(condition, config); })) {
      advices.options.push_back({&option, option.breaks.empty(), option.breaks});
      if (option.breaks.empty()) {
        Collect(facts, option, covered);
      }
    }
  }
  for (Advice& advice : advices.options) {
    if (advice.summed && covered.contains(advice.option->name)) {
      advice.summed = false;
      advice.why_not = "contained in a change above";
    }
    if (advice.summed) {
      advices.flash += advice.option->flash;
      advices.ram += advice.option->ram;
      advices.elsewhere += advice.option->elsewhere;
    }
  }
  std::stable_sort(
      advices.options.begin(), advices.options.end(), [](const Advice& a, const Advice& b) {
        if (a.summed != b.summed)
          return a.summed;
        return a.option->flash + a.option->elsewhere > b.option->flash + b.option->elsewhere;
      });
  return advices;
}

}  // namespace linnet::size
