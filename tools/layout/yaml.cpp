// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <utility>

namespace linnet::layout {

namespace {

constexpr std::string_view kSpaces = " \r";

std::string_view TrimRight(std::string_view text) {
  const auto last = text.find_last_not_of(kSpaces);
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(kSpaces);
  return first == std::string_view::npos ? std::string_view() : TrimRight(text.substr(first));
}

/// A file may hold anything: only what can be printed is repeated, and not at length.
std::string Quote(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string quoted = "'";
  for (const char c : text.substr(0, kLongest)) {
    quoted += c >= ' ' && c <= '~' ? c : '?';
  }
  return quoted + (text.size() > kLongest ? "...'" : "'");
}

/// A `#` begins a comment at the start of a line or behind a space, and not between quotes.
std::string_view WithoutComment(std::string_view line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      quote = c == quote ? '\0' : quote;
    } else if ((c == '"' || c == '\'') &&
               (i == 0 || std::string_view(" [{,").find(line[i - 1]) != std::string_view::npos)) {
      quote = c;
    } else if (c == '#' && (i == 0 || line[i - 1] == ' ')) {
      return line.substr(0, i);
    }
  }
  return line;
}

struct Line {
  int number = 0;
  std::size_t indent = 0;
  std::string_view text{};  ///< Without indentation and comment; never empty.
};

class Parser {
 public:
  explicit Parser(std::string file) : file_(std::move(file)) {}

  Document Parse(std::string_view text) {
    if (text.size() > kMaxYamlSize) {
      throw Error(file_, 0, "is longer than the " + std::to_string(kMaxYamlSize) + " bytes read");
    }
    Split(text);
    Node root{.kind = Node::Kind::kMap};
    if (!lines_.empty()) {
      if (lines_[0].indent != 0) {
        Fail(lines_[0].number, "an indented line before the first name");
      }
      root = Block(0, 0);
      if (at_ < lines_.size()) {
        Fail(lines_[at_].number, "its indentation fits nothing above it");
      }
      if (root.kind != Node::Kind::kMap) {
        Fail(root.line, "expected 'name:' at the top, found a list");
      }
    }
    return {file_, std::move(root)};
  }

 private:
  [[noreturn]] void Fail(int line, const std::string& what) const {
    throw Error(file_, line, what);
  }

  void Split(std::string_view text) {
    int number = 0;
    while (!text.empty()) {
      const auto end = text.find('\n');
      const std::string_view raw = text.substr(0, end);
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
      ++number;
      if (raw.find('\t') != std::string_view::npos) {
        Fail(number, "a tab; indent with spaces");
      }
      const std::string_view line = TrimRight(WithoutComment(raw));
      const auto indent = line.find_first_not_of(' ');
      if (indent == std::string_view::npos || (line == "---" && lines_.empty())) {
        continue;
      }
      if (line == "---" || line == "...") {
        Fail(number, "a second document; one file holds one map");
      }
      lines_.push_back({number, indent, line.substr(indent)});
    }
  }

  void Count(int line) {
    if (++nodes_ > kMaxYamlNodes) {
      Fail(line, "more than " + std::to_string(kMaxYamlNodes) + " values in one file");
    }
  }

  void CheckDepth(int depth, int line) const {
    if (depth > kMaxYamlDepth) {
      Fail(line, "nested deeper than " + std::to_string(kMaxYamlDepth) + " levels");
    }
  }

  static bool IsItem(std::string_view text) { return text == "-" || text.starts_with("- "); }

  /// Everything at `indent` from the current line on.
  Node Block(std::size_t indent, int depth) {
    CheckDepth(depth, lines_[at_].number);
    Count(lines_[at_].number);
    const bool list = IsItem(lines_[at_].text);
    Node node{.kind = list ? Node::Kind::kList : Node::Kind::kMap, .line = lines_[at_].number};
    while (at_ < lines_.size() && lines_[at_].indent == indent &&
           IsItem(lines_[at_].text) == list) {
      if (list) {
        node.children.push_back(Item(depth));
      } else {
        AddEntry(node, depth);
      }
    }
    return node;
  }

  Node Item(int depth) {
    const Line line = lines_[at_++];
    const std::string_view value = Trim(line.text.substr(1));
    if (value.empty() || value.find(": ") != std::string_view::npos || value.back() == ':') {
      Fail(line.number, "a list holds words here, one a line behind '- '");
    }
    return Value(value, line.number, depth);
  }

  /// Splits `key: value`; the value may be empty.
  std::pair<std::string, std::string_view> KeyOf(std::string_view text, int line) const {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
      Fail(line, "expected 'name:' or 'key: value', found " + Quote(text));
    }
    const std::string_view key = Trim(text.substr(0, colon));
    const std::string_view rest = text.substr(colon + 1);
    if (key.empty() || key.find_first_of("[]{}&*!|>'\"%@`, ") != std::string_view::npos) {
      Fail(line, Quote(key) + " is not a name");
    }
    if (!rest.empty() && rest[0] != ' ') {
      Fail(line, Quote(key) + " needs a space behind its ':'");
    }
    return {std::string(key), Trim(rest)};
  }

  void CheckNew(const Node& map, const std::string& key, int line) const {
    if (const Node* other = map.Find(key); other != nullptr) {
      Fail(line, Quote(key) + " is there already, in line " + std::to_string(other->line));
    }
  }

  void AddEntry(Node& map, int depth) {
    const Line line = lines_[at_];
    auto [key, value] = KeyOf(line.text, line.number);
    CheckNew(map, key, line.number);
    ++at_;
    Node entry = Anchored(value, line, key, depth);
    entry.key = std::move(key);
    entry.line = line.number;
    map.children.push_back(std::move(entry));
  }

  Node Anchored(std::string_view value, const Line& line, const std::string& key, int depth) {
    std::string anchor;
    if (value.starts_with('&')) {
      const auto end = std::min(value.find(' '), value.size());
      anchor = value.substr(1, end - 1);
      value = Trim(value.substr(end));
      if (anchor.empty()) {
        Fail(line.number, "'&' needs a name behind it");
      }
    }
    Node entry = value.empty() ? Nested(line, key, depth) : Value(value, line.number, depth);
    if (!anchor.empty()) {
      anchors_[anchor] = entry;
    }
    return entry;
  }

  Node Nested(const Line& line, const std::string& key, int depth) {
    const bool more = at_ < lines_.size();
    if (more && lines_[at_].indent > line.indent) {
      return Block(lines_[at_].indent, depth + 1);
    }
    if (more && lines_[at_].indent == line.indent && IsItem(lines_[at_].text)) {
      return Block(line.indent, depth + 1);
    }
    Fail(line.number, Quote(key) + " has nothing behind it or under it");
  }

  Node Value(std::string_view text, int line, int depth) {
    if (text[0] == '*') {
      return Alias(Trim(text.substr(1)), line);
    }
    std::string_view rest = text;
    Node node = Flow(rest, line, depth + 1, std::string_view());
    if (!Trim(rest).empty()) {
      Fail(line, Quote(Trim(rest)) + " stands behind a value that has ended");
    }
    return node;
  }

  Node Alias(std::string_view name, int line) {
    const auto found = anchors_.find(std::string(name));
    if (found == anchors_.end()) {
      Fail(line, "'*" + std::string(name.substr(0, 40)) + "' is not defined above with '&'");
    }
    CountAll(found->second, line);
    return found->second;
  }

  void CountAll(const Node& node, int line) {  // NOLINT(misc-no-recursion): depth is bounded
    Count(line);
    for (const Node& child : node.children) {
      CountAll(child, line);
    }
  }

  /// One value of a flow; `ends` are the characters that end a plain scalar.
  Node Flow(std::string_view& text, int line, int depth, std::string_view ends) {
    CheckDepth(depth, line);
    Count(line);
    if (text[0] == '[' || text[0] == '{') {
      return FlowGroup(text, line, depth);
    }
    Node node{.line = line};
    if (text[0] == '"' || text[0] == '\'') {
      const auto end = text.find(text[0], 1);
      if (end == std::string_view::npos) {
        Fail(line, "a quote that does not end on its line");
      }
      node.value = text.substr(1, end - 1);
      text = text.substr(end + 1);
      return node;
    }
    const auto end = std::min(ends.empty() ? text.size() : text.find_first_of(ends), text.size());
    const std::string_view plain = Trim(text.substr(0, end));
    if (plain.empty() || plain.find_first_of("&*!|>%@`") == 0 ||
        plain.find(": ") != std::string_view::npos) {
      Fail(line, Quote(plain) + " is not a plain value, a list or a map that is read here");
    }
    node.value = plain;
    text = text.substr(end);
    return node;
  }

  Node FlowGroup(std::string_view& text, int line, int depth) {
    const bool list = text[0] == '[';
    const char close = list ? ']' : '}';
    Node node{.kind = list ? Node::Kind::kList : Node::Kind::kMap, .line = line};
    text = Trim(text.substr(1));
    while (!text.empty() && text[0] != close) {
      std::string key;
      if (!list) {
        const auto colon = std::min(text.find(':'), text.size() - 1);
        key = KeyOf(text.substr(0, colon + 1), line).first;
        CheckNew(node, key, line);
        text = Trim(text.substr(colon + 1));
      }
      if (text.empty()) {
        break;
      }
      node.children.push_back(Flow(text, line, depth + 1, list ? ",]" : ",}"));
      node.children.back().key = std::move(key);
      text = Trim(text);
      if (!text.empty() && text[0] == ',') {
        text = Trim(text.substr(1));
      } else if (!text.empty() && text[0] != close) {
        Fail(line, "expected ',' or '" + std::string(1, close) + "', found " + Quote(text));
      }
    }
    if (text.empty()) {
      Fail(line, std::string("a '") + (list ? "[" : "{") + "' that does not end on its line");
    }
    text = text.substr(1);
    return node;
  }

  std::string file_;
  std::vector<Line> lines_;
  std::size_t at_ = 0;
  std::size_t nodes_ = 0;
  std::map<std::string, Node> anchors_;
};

}  // namespace

Error::Error(const std::string& file, int line, const std::string& what)
    : std::runtime_error(file + ":" + (line > 0 ? std::to_string(line) + ":" : "") + " " + what),
      line_(line) {}

const Node* Node::Find(std::string_view entry) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const Node& child) { return child.key == entry; });
  return kind != Kind::kMap || found == children.end() ? nullptr : &*found;
}

Document ParseYaml(std::string file, std::string_view text) {
  return Parser(std::move(file)).Parse(text);
}

std::uint32_t ParseNumber(const std::string& file, const Node& node) {
  if (node.kind != Node::Kind::kScalar) {
    throw Error(file, node.line, "'" + node.key + "' needs one number, not a list or a map");
  }
  std::string_view digits = node.value;
  const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
  digits.remove_prefix(hexadecimal ? 2 : 0);
  std::uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value, hexadecimal ? 16 : 10);
  if (result.ec == std::errc::result_out_of_range) {
    throw Error(file, node.line, Quote(node.value) + " of '" + node.key + "' is over 32 bits");
  }
  if (result.ec != std::errc() || result.ptr != end) {
    throw Error(file, node.line,
                Quote(node.value) + " of '" + node.key + "' is not a number (as 4096 or 0x1000)");
  }
  return value;
}

}  // namespace linnet::layout
