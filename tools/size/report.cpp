// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/report.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "tools/size/names.hpp"

namespace linnet::size {
namespace {

constexpr std::size_t kMaxMap = std::size_t{512} << 20U;
constexpr std::array<std::string_view, 7> kLevelNames = {"memory",   "section", "module", "file",
                                                         "function", "symbol",  "kind"};

LinkMap ReadMap(const std::string& elf, const std::string& given) {
  std::vector<std::string> names = {given};
  if (given.empty()) {
    names = {elf + ".map", std::filesystem::path(elf).replace_extension(".map").string()};
  }
  for (const std::string& name : names) {
    if (!given.empty() || std::filesystem::exists(name)) {
      return ParseLinkMap(ReadText(name, kMaxMap));
    }
  }
  return {};
}

std::string KeyOf(const Piece& piece, Level level) {
  switch (level) {
    case Level::kSection:
      return piece.section;
    case Level::kModule:
      return piece.module;
    case Level::kFile:
      return piece.file.empty() ? "(no file)" : piece.file;
    case Level::kFunction:
      return piece.function;
    case Level::kSymbol:
      return piece.symbol;
    case Level::kKind:
      return ToText(piece.kind);
    case Level::kMemory:
      break;
  }
  return {};
}

struct Branch {
  Node node{};
  std::unordered_map<std::string, Branch> children{};

  void Add(const Piece& piece, std::uint64_t flash, std::uint64_t ram,
           const std::vector<Level>& levels, std::size_t depth) {
    if (flash + ram == 0) {
      return;
    }
    node.flash += flash;
    node.ram += ram;
    ++node.pieces;
    if (depth == levels.size()) {
      return;
    }
    if (levels[depth] == Level::kMemory) {
      children["flash"].Add(piece, flash, 0, levels, depth + 1);
      children["ram"].Add(piece, 0, ram, levels, depth + 1);
    } else {
      children[KeyOf(piece, levels[depth])].Add(piece, flash, ram, levels, depth + 1);
    }
  }

  Node Finish(const std::string& name) {
    node.name = name;
    for (auto& [key, child] : children) {
      if (child.node.pieces > 0) {
        node.children.push_back(child.Finish(key));
      }
    }
    std::sort(node.children.begin(), node.children.end(), [](const Node& a, const Node& b) {
      return std::tuple(b.flash, b.ram, a.name) < std::tuple(a.flash, a.ram, b.name);
    });
    return std::move(node);
  }
};

std::string StemOf(const std::string& path) {
  return std::filesystem::path(path).stem().string();
}

// The part of a path behind the folder that both images were built in need not be equal.
std::string LastOf(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

bool MatchesRow(const std::string& rest, const Piece& piece) {
  const std::string whole = piece.module + "/" + LastOf(piece.file) + "/" + piece.function;
  return rest.empty() || whole == rest || whole.starts_with(rest + "/") || piece.module == rest;
}

}  // namespace

std::uint64_t Analysis::ram() const {
  std::uint64_t sum = 0;
  for (const Piece& piece : pieces)
    sum += piece.in_ram();
  return sum;
}

std::uint64_t Analysis::unattributed() const {
  std::uint64_t sum = 0;
  for (const Piece& piece : pieces)
    sum += piece.module == kUnknownModule ? piece.size : 0;
  return sum;
}

Analysis Analyse(const ElfImage& image, const LinkMap& map, const Rules& rules,
                 const OnProgress& progress) {
  const DebugInfo debug(image, progress);
  Analysis analysis{.name = image.name(),
                    .totals = Sum(image),
                    .regions = map.regions,
                    .pieces = Attribute(image, debug, map, rules),
                    .inlined = debug.inlined(),
                    .damaged_debug = debug.damaged(),
                    .has_debug = !debug.empty()};
  for (Inlined& entry : analysis.inlined) {
    entry.name = Fold(Demangle(entry.name));
  }
  std::map<std::pair<std::string, std::string>, Inlined> folded;
  for (const Inlined& entry : analysis.inlined) {
    Inlined& sum = folded[{entry.name, entry.file}];
    sum.name = entry.name;
    sum.file = entry.file;
    sum.copies += entry.copies;
    sum.bytes += entry.bytes;
  }
  analysis.inlined.clear();
  for (auto& [key, entry] : folded)
    analysis.inlined.push_back(std::move(entry));
  std::stable_sort(analysis.inlined.begin(), analysis.inlined.end(),
                   [](const Inlined& a, const Inlined& b) { return a.bytes > b.bytes; });
  return analysis;
}

Analysis Analyse(const std::string& elf, const std::string& map, const Rules& rules,
                 const OnProgress& progress) {
  return Analyse(ElfImage::FromFile(elf), ReadMap(elf, map), rules, progress);
}

std::vector<Level> ParseLevels(const std::string& text) {
  std::vector<Level> levels;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string_view word = std::string_view(text).substr(at, end - at);
    const auto found = std::find(kLevelNames.begin(), kLevelNames.end(), word);
    if (found == kLevelNames.end() || levels.size() >= kLevelNames.size()) {
      throw BadInput("'" + std::string(word) +
                     "' is no level: memory, section, module, file, function, symbol, kind");
    }
    levels.push_back(static_cast<Level>(found - kLevelNames.begin()));
    at = end + 1;
  }
  return levels;
}

Node Group(const Analysis& analysis, const std::vector<Level>& levels) {
  Branch root;
  for (const Piece& piece : analysis.pieces) {
    root.Add(piece, piece.in_flash(), piece.in_ram(), levels, 0);
  }
  return root.Finish(analysis.name);
}

std::string_view NameOf(Level level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}

std::vector<Change> Compare(const Analysis& base, const Analysis& now,
                            const std::vector<Level>& levels) {
  struct Pair {
    Change change{};
    bool before = false;
    bool after = false;
  };
  std::map<std::vector<std::string>, Pair> pairs;
  const auto add = [&](const Piece& piece, std::string_view memory, std::int64_t flash,
                       std::int64_t ram, bool after) {
    std::vector<std::string> names;
    std::vector<std::string> key;
    for (const Level level : levels) {
      names.push_back(level == Level::kMemory ? std::string(memory) : KeyOf(piece, level));
      key.push_back(level == Level::kFile ? LastOf(names.back()) : names.back());
    }
    Pair& pair = pairs[key];
    pair.change.names = std::move(names);
    pair.change.flash += after ? flash : -flash;
    pair.change.ram += after ? ram : -ram;
    (after ? pair.after : pair.before) = true;
  };
  const bool by_memory = std::find(levels.begin(), levels.end(), Level::kMemory) != levels.end();
  const auto collect = [&](const Analysis& analysis, bool after) {
    for (const Piece& piece : analysis.pieces) {
      const auto flash = static_cast<std::int64_t>(piece.in_flash());
      const auto ram = static_cast<std::int64_t>(piece.in_ram());
      if (!by_memory) {
        add(piece, "", flash, ram, after);
        continue;
      }
      if (flash != 0)
        add(piece, "flash", flash, 0, after);
      if (ram != 0)
        add(piece, "ram", 0, ram, after);
    }
  };
  collect(base, false);
  collect(now, true);
  std::vector<Change> changes;
  for (auto& [key, pair] : pairs) {
    if (pair.change.flash != 0 || pair.change.ram != 0) {
      pair.change.added = !pair.before;
      pair.change.removed = !pair.after;
      changes.push_back(std::move(pair.change));
    }
  }
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return a.flash + a.ram > b.flash + b.ram;
  });
  return changes;
}

std::vector<BudgetRow> ParseBudget(const Text& text) {
  std::vector<BudgetRow> rows;
  for (const Line& line : text.Lines()) {
    const auto words = Words(line.text);
    const std::int64_t bytes = words.size() >= 3 ? ParseNumber(words.back()) : -1;
    if (bytes < 0) {
      throw text.Fault(line.number,
                       "a budget is written: IMAGE ROW BYTES, as in 'boot flash 40960'");
    }
    // A row may hold blanks, as names of functions do.
    const auto begin = static_cast<std::size_t>(words[1].data() - line.text.data());
    const auto end = static_cast<std::size_t>(words.back().data() - line.text.data());
    std::string row(Trim(line.text.substr(begin, end - begin)));
    const std::string memory = row.substr(0, row.find('/'));
    if (memory != "flash" && memory != "ram") {
      throw text.Fault(line.number, "'" + row + "' is no row: it begins with flash or ram");
    }
    rows.push_back({std::string(words[0]), std::move(row), static_cast<std::uint64_t>(bytes), 0});
  }
  return rows;
}

std::vector<BudgetRow> Judge(const Text& budget, const Analysis& analysis) {
  std::vector<BudgetRow> rows = ParseBudget(budget);
  const std::string stem = StemOf(analysis.name);
  std::erase_if(rows, [&](const BudgetRow& row) { return !MatchGlob(row.image, stem); });
  if (rows.empty()) {
    throw BadInput(budget.name + ": no line is for the image '" + stem + "'");
  }
  for (BudgetRow& row : rows) {
    const bool flash = row.row.starts_with("flash");
    const std::size_t slash = row.row.find('/');
    const std::string rest = slash == std::string::npos ? "" : row.row.substr(slash + 1);
    for (const Piece& piece : analysis.pieces) {
      if (MatchesRow(rest, piece)) {
        row.used += flash ? piece.in_flash() : piece.in_ram();
      }
    }
  }
  return rows;
}

nlohmann::json ToJson(const Node& node) {
  nlohmann::json json{{"name", node.name}, {"flash", node.flash}, {"ram", node.ram}};
  for (const Node& child : node.children) {
    json["children"].push_back(ToJson(child));
  }
  return json;
}

}  // namespace linnet::size
