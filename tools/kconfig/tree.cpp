// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/kconfig/tree.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>

#include "tools/kconfig/text.hpp"
#include "tools/layout/yaml.hpp"

namespace linnet::kconfig {

namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxFiles = 20'000;
constexpr std::size_t kMaxBlocks = 500'000;
constexpr std::size_t kMaxLine = 16U << 10;

bool IsNameSign(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Columns of white space in front; a tab goes to the next multiple of 8.
std::size_t IndentOf(std::string_view line) {
  std::size_t column = 0;
  for (const char c : line) {
    if (c == '\t') {
      column = column / 8 * 8 + 8;
    } else if (c == ' ') {
      ++column;
    } else {
      break;
    }
  }
  return column;
}

/// Up to a '#' that stands in no text.
std::string_view WithoutComment(std::string_view line) {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quote != '\0') {
      quote = line[i] == quote ? '\0' : quote;
    } else if (line[i] == '"' || line[i] == '\'') {
      quote = line[i];
    } else if (line[i] == '#') {
      return line.substr(0, i);
    }
  }
  return line;
}

/// The text in quotes at the front of `rest`, which is taken off.
std::optional<std::string> TakeText(std::string_view& rest) {
  rest = Trim(rest);
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) {
    return std::nullopt;
  }
  const std::size_t end = rest.find(rest.front(), 1);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  std::string text(rest.substr(1, end - 1));
  rest = Trim(rest.substr(end + 1));
  return text;
}

/// The condition behind the last "if" of a property, which is taken off `rest`; empty: none.
std::string_view TakeIf(std::string_view& rest) {
  char quote = '\0';
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (quote != '\0') {
      quote = rest[i] == quote ? '\0' : quote;
    } else if (rest[i] == '"' || rest[i] == '\'') {
      quote = rest[i];
    } else if (rest.substr(i, 2) == "if" && (i == 0 || !IsNameSign(rest[i - 1])) &&
               (i + 2 == rest.size() || !IsNameSign(rest[i + 2]))) {
      const std::string_view condition = Trim(rest.substr(i + 2));
      rest = Trim(rest.substr(0, i));
      return condition;
    }
  }
  return {};
}

}  // namespace

class Tree::Reader {
 public:
  Reader(Tree& tree, const std::string& path, std::string_view text)
      : tree_(tree), path_(path), text_(text), file_(tree.files_.size()) {}

  void Run() {
    around_.push_back(NewBlock(kNone));
    tree_.files_.push_back({path_, around_.back(), 0});
    while (!text_.empty()) {
      const std::string raw = NextLine();
      if (InHelp(raw)) {
        continue;
      }
      const std::string_view line = Trim(WithoutComment(raw));
      if (!line.empty()) {
        Take(line);
      }
    }
  }

 private:
  [[nodiscard]] std::string Here() const { return path_ + ":" + std::to_string(line_); }
  [[noreturn]] void Fail(const std::string& what) const { throw layout::Error(path_, line_, what); }

  /// With the lines that a backslash joins.
  std::string NextLine() {
    std::string line;
    line_ = next_line_;
    for (;;) {
      const std::size_t end = text_.find('\n');
      line += text_.substr(0, end);
      text_ = end == std::string_view::npos ? std::string_view() : text_.substr(end + 1);
      ++next_line_;
      if (line.size() > kMaxLine || line.find('\0') != std::string::npos) {
        Fail("a line that no Kconfig file has");
      }
      if (line.empty() || line.back() != '\\' || text_.empty()) {
        return line;
      }
      line.back() = ' ';
    }
  }

  /// A help text goes on as long as its lines are indented as its first one.
  bool InHelp(std::string_view raw) {
    if (!help_) {
      return false;
    }
    if (Trim(raw).empty()) {
      return true;
    }
    const std::size_t indent = IndentOf(raw);
    if (help_indent_ == 0) {
      help_indent_ = indent;
    }
    help_ = indent != 0 && indent >= help_indent_;
    return help_;
  }

  std::size_t NewBlock(std::size_t around) {
    if (tree_.blocks_.size() >= kMaxBlocks) {
      Fail("more than " + std::to_string(kMaxBlocks) + " options and menus");
    }
    tree_.blocks_.push_back({.around = around});
    return tree_.blocks_.size() - 1;
  }

  Condition Parse(std::string_view text) const { return {Expression(path_, line_, text), Here()}; }
  std::vector<Condition> ParseIf(std::string_view text) const {
    return text.empty() ? std::vector<Condition>{} : std::vector<Condition>{Parse(text)};
  }

  void Take(std::string_view line) {
    std::size_t end = 0;
    while (end < line.size() && (IsNameSign(line[end]) || line[end] == '-')) {
      ++end;
    }
    const std::string_view word = line.substr(0, end);
    const std::string_view rest = Trim(line.substr(end));
    const bool assigns = rest.starts_with("=") || rest.starts_with(":=") || rest.starts_with("+=");
    if (assigns) {
      return;  // A macro.
    }
    if (!Structure(word, rest)) {
      Property(word, rest);  // Unknown words are the language's future; they answer no question.
    }
  }

  bool Structure(std::string_view word, std::string_view rest) {
    if (word == "config" || word == "menuconfig") {
      Config(std::string(rest));
    } else if (word == "if") {
      Open();
      tree_.blocks_[around_.back()].depends.push_back(Parse(rest));
      Belongs(kNone);
    } else if (word == "menu" || word == "choice") {
      Open();
      Belongs(around_.back());
      if (word == "choice") {
        tree_.blocks_[entity_].choice = tree_.choices_.size();
        tree_.choices_.emplace_back();
      }
    } else if (word == "endif" || word == "endmenu" || word == "endchoice") {
      if (around_.size() > 1) {
        around_.pop_back();
      }
      Belongs(kNone);
    } else if (word == "source" || word == "rsource" || word == "osource" || word == "orsource") {
      if (const auto pattern = TakeText(rest)) {
        tree_.sources_.push_back(
            {*pattern, word == "rsource" || word == "orsource", file_, around_.back()});
      }
      Belongs(kNone);
    } else if (word == "comment" || word == "mainmenu" || word == "configdefault") {
      Belongs(kNone);
    } else {
      return false;
    }
    return true;
  }

  /// Whose properties the next lines are; a definition is set by Config() alone.
  void Belongs(std::size_t entity, Definition* definition = nullptr) {
    entity_ = entity;
    definition_ = definition;
  }

  void Open() { around_.push_back(NewBlock(around_.back())); }

  void Config(const std::string& name) {
    Belongs(NewBlock(around_.back()));
    name_ = name;
    if (name.find('$') != std::string::npos) {
      Template(name);
      return;
    }
    Option& option = tree_.options_[name];
    option.definitions.push_back({.block = entity_, .where = Here()});
    definition_ = &option.definitions.back();
    for (auto block = around_.rbegin(); block != around_.rend(); ++block) {
      const std::size_t choice = tree_.blocks_[*block].choice;
      if (choice != kNone) {
        tree_.blocks_[entity_].choice = choice;
        tree_.choices_[choice].push_back(name);
        break;
      }
    }
  }

  /// "$(module)_LOG_LEVEL" stands for many options.
  void Template(const std::string& name) {
    std::string glob;
    int open = 0;
    for (const char c : name) {
      open += c == '(' ? 1 : 0;
      if (open == 0 && c != '$') {
        glob += c;
      } else if (glob.empty() || glob.back() != '*') {
        glob += '*';
      }
      open -= c == ')' ? 1 : 0;
    }
    if (std::find(tree_.templates_.begin(), tree_.templates_.end(), glob) ==
        tree_.templates_.end()) {
      tree_.templates_.push_back(glob);
    }
  }

  void Property(std::string_view word, std::string_view rest) {
    if (word == "help" || word == "---help---") {
      help_ = true;
      help_indent_ = 0;
    } else if (entity_ == kNone) {
      return;
    } else if (word == "depends" && rest.starts_with("on")) {
      tree_.blocks_[entity_].depends.push_back(Parse(Trim(rest.substr(2))));
    } else if (word == "visible" && rest.starts_with("if")) {
      tree_.blocks_[entity_].visible.push_back(Parse(Trim(rest.substr(2))));
    } else if (word == "select") {
      const std::vector<Condition> conditions = ParseIf(TakeIf(rest));
      tree_.options_[std::string(rest)].selectors.push_back({name_, Here(), conditions});
    } else if (definition_ != nullptr) {
      OfDefinition(word, rest);
    }
  }

  void OfDefinition(std::string_view word, std::string_view rest) {
    constexpr std::array<std::string_view, 6> kWithPrompt{"bool", "tristate", "string",
                                                          "hex",  "int",      "prompt"};
    if (std::find(kWithPrompt.begin(), kWithPrompt.end(), word) != kWithPrompt.end()) {
      if (TakeText(rest)) {
        definition_->prompt = true;
        definition_->prompt_if = ParseIf(TakeIf(rest));
      }
    } else if (word == "range") {
      TakeIf(rest);
      const std::size_t space = rest.find_first_of(" \t");
      if (space != std::string_view::npos) {
        definition_->range = std::string(rest.substr(0, space)) + " to " +
                             std::string(Trim(rest.substr(space))) + " (" + Here() + ")";
      }
    }
  }

  Tree& tree_;
  const std::string& path_;
  std::string_view text_;
  std::size_t file_;
  int line_ = 0;
  int next_line_ = 1;
  bool help_ = false;
  std::size_t help_indent_ = 0;
  std::vector<std::size_t> around_{};
  std::size_t entity_ = kNone;        ///< What properties belong to.
  Definition* definition_ = nullptr;  ///< If that is an option.
  std::string name_{};
};

void Tree::AddFile(const std::string& path, std::string_view text) {
  bytes_ += text.size();
  if (bytes_ > kMaxBytes || files_.size() >= kMaxFiles) {
    throw layout::Error(path, 0, "the Kconfig files are more than are read here");
  }
  Reader(*this, path, text).Run();
}

void Tree::Join(const std::string& base, const std::map<std::string, std::string>& variables) {
  namespace fs = std::filesystem;
  std::map<std::string, std::size_t, std::less<>> by_path;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    by_path[files_[i].path] = i;
  }
  const auto link = [&](std::size_t child, const Source& source) {
    File& file = files_[child];
    // One that is read at several places stands under no one of their conditions.
    blocks_[file.block].around = file.parents++ == 0 && child != source.file ? source.block : kNone;
  };
  for (const Source& source : sources_) {
    std::string pattern = source.pattern;
    for (const auto& [name, value] : variables) {
      const std::string macro = "$(" + name + ")";
      if (const auto at = pattern.find(macro); at != std::string::npos) {
        pattern.replace(at, macro.size(), value);
      }
    }
    if (pattern.find('$') != std::string::npos) {
      continue;
    }
    const fs::path folder =
        source.relative ? fs::path(files_[source.file].path).parent_path() : fs::path(base);
    const std::string path = (folder / pattern).lexically_normal().string();
    if (path.find_first_of("*?[") == std::string::npos) {
      if (const auto found = by_path.find(path); found != by_path.end()) {
        link(found->second, source);
      }
      continue;
    }
    const std::string stem = path.substr(0, path.find_first_of("*?["));
    for (auto at = by_path.lower_bound(stem); at != by_path.end() && at->first.starts_with(stem);
         ++at) {
      if (fnmatch(path.c_str(), at->first.c_str(), FNM_PATHNAME) == 0) {
        link(at->second, source);
      }
    }
  }
}

}  // namespace linnet::kconfig
