// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/devicetree.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "tools/layout/roles.hpp"

namespace linnet::layout {

namespace {

constexpr std::size_t kMaxPartitions = 256;
constexpr const char* kGiveMerged = "give the merged file (build/.../zephyr/zephyr.dts)";

struct Token {
  std::string_view text{};
  int line = 0;
};

/// Words, strings with their quotes, and single signs.
class Tokens {
 public:
  Tokens(const std::string& file, std::string_view text) : file_(file), text_(text) { Advance(); }

  [[noreturn]] void Fail(const std::string& what) const { throw Error(file_, now_.line, what); }
  [[nodiscard]] const Token& now() const { return now_; }
  [[nodiscard]] bool at_end() const { return now_.text.empty(); }

  Token Take() {
    const Token token = now_;
    Advance();
    return token;
  }
  bool Accept(std::string_view text) {
    if (now_.text != text) {
      return false;
    }
    Advance();
    return true;
  }
  void Expect(std::string_view text) {
    if (!Accept(text)) {
      Fail("expected '" + std::string(text) + "', found " + Shown());
    }
  }
  [[nodiscard]] std::string Shown() const {
    if (at_end()) {
      return "the end of the file";
    }
    std::string shown;
    for (const char c : now_.text.substr(0, 40)) {
      shown += c >= ' ' && c <= '~' ? c : '?';
    }
    return "'" + shown + "'";
  }

 private:
  static bool IsWord(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ',' || c == '.' ||
           c == '#' || c == '@' || c == '?';
  }

  void Newline() {
    ++line_;
    line_start_ = true;
  }

  void SkipComment() {
    const bool block = text_[at_ + 1] == '*';
    const int begin = line_;
    at_ += 2;
    while (at_ < text_.size()) {
      if (!block && text_[at_] == '\n') {
        return;
      }
      if (block && text_.substr(at_, 2) == "*/") {
        at_ += 2;
        return;
      }
      line_ += text_[at_] == '\n' ? 1 : 0;
      ++at_;
    }
    if (block) {
      throw Error(file_, begin, "a comment that does not end");
    }
  }

  void SkipSpace() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        Newline();
        ++at_;
      } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
        ++at_;
      } else if (text_.substr(at_, 2) == "/*" || text_.substr(at_, 2) == "//") {
        SkipComment();
      } else {
        return;
      }
    }
  }

  void Advance() {
    SkipSpace();
    now_ = {text_.substr(at_, 0), line_};
    if (at_ >= text_.size()) {
      return;
    }
    if (text_[at_] == '#' && line_start_) {
      Directive();
    }
    line_start_ = false;
    std::size_t end = at_ + 1;
    if (text_[at_] == '"') {
      while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') {
        end += text_[end] == '\\' ? 2 : 1;
      }
      if (end >= text_.size() || text_[end] != '"') {
        Fail("a string that does not end on its line");
      }
      ++end;
    } else if (IsWord(text_[at_])) {
      while (end < text_.size() && (IsWord(text_[end]) || (text_[end] == '-' && Joins(end)))) {
        ++end;
      }
    }
    now_.text = text_.substr(at_, end - at_);
    at_ = end;
  }

  /// A '-' belongs to a name, as in `#size-cells`, and not to a number.
  [[nodiscard]] bool Joins(std::size_t at) const {
    return std::isdigit(static_cast<unsigned char>(text_[at_])) == 0 && at + 1 < text_.size();
  }

  void Directive() const {
    for (const char* word : {"#include", "#define", "#if", "#ifdef", "#ifndef", "#else", "#elif",
                             "#endif", "#undef", "#pragma", "#error"}) {
      const std::size_t length = std::string_view(word).size();
      const bool ends = at_ + length >= text_.size() || !IsWord(text_[at_ + length]);
      if (text_.substr(at_, length) == word && ends && text_.substr(at_ + length, 1) != "-") {
        throw Error(file_, line_,
                    std::string("'") + word +
                        "' needs the C preprocessor, which is not run here; " + kGiveMerged +
                        ", or remove the line");
      }
    }
  }

  const std::string& file_;
  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool line_start_ = true;
  Token now_{};
};

class DevicetreeReader {
 public:
  DevicetreeReader(const std::string& file, std::string_view text,
                   const std::vector<Region>& regions)
      : file_(file), regions_(regions), tokens_(file, text) {}

  std::vector<Partition> Read() {
    while (!tokens_.at_end()) {
      Statement(Place{}, nullptr, 0);
    }
    return std::move(partitions_);
  }

 private:
  /// What the nodes around say.
  struct Place {
    std::string region{};     ///< Of the flash around; empty: none known.
    std::string flash{};      ///< Its label, for messages.
    bool partitions = false;  ///< Children with a reg are partitions.
    std::uint64_t base = 0;   ///< What their reg counts from.
  };
  struct Body {
    std::vector<std::uint64_t> reg{};
    std::string label{};
    bool holds_partitions = false;
    int line = 0;
  };

  void Statement(const Place& place, Body* body, int depth) {  // NOLINT(misc-no-recursion)
    if (depth > kMaxDevicetreeDepth) {
      tokens_.Fail("nested deeper than " + std::to_string(kMaxDevicetreeDepth) + " nodes");
    }
    if (tokens_.Accept("/")) {
      Slash(place, depth);
      return;
    }
    std::vector<std::string> labels;
    std::string name;
    const int line = tokens_.now().line;
    if (tokens_.Accept("&")) {
      name = tokens_.Take().text;
      labels.push_back(name);
    } else {
      name = Name();
      while (tokens_.Accept(":")) {
        labels.push_back(name);
        if (tokens_.Accept("&")) {
          name = tokens_.Take().text;
          labels.push_back(name);
        } else {
          name = Name();
        }
      }
    }
    if (tokens_.Accept("{")) {
      ReadNode(place, labels, name, line, depth);
    } else if (body != nullptr) {
      Property(name, *body);
    } else {
      tokens_.Fail("expected a node, found " + tokens_.Shown());
    }
  }

  std::string Name() {
    const char first = tokens_.at_end() ? ' ' : tokens_.now().text[0];
    if (std::isalnum(static_cast<unsigned char>(first)) == 0 && first != '_' && first != '#') {
      tokens_.Fail("expected a node or a property, found " + tokens_.Shown());
    }
    return std::string(tokens_.Take().text);
  }

  /// `/ {`, `/dts-v1/;`, `/delete-node/ &label;`
  void Slash(const Place& place, int depth) {  // NOLINT(misc-no-recursion)
    if (tokens_.Accept("{")) {
      ReadNode(place, {}, "/", tokens_.now().line, depth);
      return;
    }
    const std::string word(tokens_.Take().text);
    tokens_.Expect("/");
    if (word == "delete-node" || word == "delete-property") {
      tokens_.Accept("&");
      const std::string name(tokens_.Take().text);
      if (word == "delete-node") {
        std::erase_if(partitions_, [&](const Partition& partition) {
          return partition.name == CanonicalName(name);
        });
      }
      tokens_.Expect(";");
    } else if (word == "omit-if-no-ref") {
      Statement(place, nullptr, depth + 1);
    } else {
      while (!tokens_.at_end() && !tokens_.Accept(";")) {
        tokens_.Take();
      }
    }
  }

  void ReadNode(const Place& place, const std::vector<std::string>& labels,  // NOLINT
                const std::string& name, int line, int depth) {
    Place inner = place;
    for (const std::string& label : labels) {
      for (const Region& region : regions_) {
        if (std::find(region.nodes.begin(), region.nodes.end(), label) != region.nodes.end()) {
          inner = {.region = region.name, .flash = label};
        }
      }
    }
    if (inner.region.empty() && !labels.empty()) {
      inner.flash = labels.back();
    }
    Body body{.line = line};
    body.holds_partitions = name == "partitions";  // Newer SDKs mark each of them instead.
    const std::size_t own = partitions_.size();
    const bool is_partition = place.partitions;
    if (is_partition) {
      partitions_.push_back({.region = place.region, .line = line});
      CheckRoom();
    }
    // What a node is to its children stands in its properties, which come before them.
    while (!tokens_.Accept("}")) {
      if (tokens_.at_end()) {
        throw Error(file_, line, "the node '" + name.substr(0, 40) + "' does not end");
      }
      Statement(ForChildren(inner, body, place), &body, depth + 1);
    }
    tokens_.Expect(";");
    if (is_partition) {
      Finish(partitions_[own], body, place, labels, name);
    }
  }

  void CheckRoom() const {
    if (partitions_.size() > kMaxPartitions) {
      tokens_.Fail("more than " + std::to_string(kMaxPartitions) + " partitions");
    }
  }

  static Place ForChildren(const Place& inner, const Body& body, const Place& around) {
    Place children = inner;
    children.partitions = body.holds_partitions;
    if (around.partitions && !body.reg.empty()) {
      children.base = around.base + body.reg[0];
    }
    return children;
  }

  void Finish(Partition& partition, const Body& body, const Place& place,
              const std::vector<std::string>& labels, const std::string& name) const {
    partition.name = CanonicalName(!labels.empty()       ? labels.front()
                                   : !body.label.empty() ? body.label
                                                         : name.substr(0, 64));
    const std::string who = "'" + partition.name.substr(0, 64) + "': ";
    if (place.region.empty()) {
      throw Error(file_, body.line,
                  who + "the flash around it ('" + place.flash.substr(0, 64) +
                      "') is not in the chip file; add its label to 'nodes' of a memory there");
    }
    if (body.reg.size() != 2) {
      throw Error(file_, body.line, who + "needs 'reg = <offset size>' with one cell each");
    }
    const std::uint64_t offset = place.base + body.reg[0];
    if (body.reg[1] == 0 || offset + body.reg[1] > 0x1'0000'0000) {
      throw Error(file_, body.line, who + "its size is zero or leaves 32 bits");
    }
    partition.offset = static_cast<std::uint32_t>(offset);
    partition.size = static_cast<std::uint32_t>(body.reg[1]);
  }

  void Property(const std::string& name, Body& body) {
    if (tokens_.Accept(";")) {
      return;
    }
    tokens_.Expect("=");
    if (name == "reg") {
      Reg(body);
      return;
    }
    while (!tokens_.at_end() && !tokens_.Accept(";")) {
      const std::string_view value = tokens_.Take().text;
      const std::string_view inner = value.size() >= 2 && value[0] == '"'
                                         ? value.substr(1, value.size() - 2)
                                         : std::string_view();
      if (name == "label") {
        body.label = inner.substr(0, 64);
      } else if (name == "compatible") {
        body.holds_partitions |= inner == "fixed-partitions" || inner == "fixed-subpartitions" ||
                                 inner == "zephyr,mapped-partition";
      }
      if (value == "{" || value == "}") {
        tokens_.Fail("expected ';' behind the property '" + name.substr(0, 40) + "'");
      }
    }
  }

  void Reg(Body& body) {
    while (tokens_.Accept("<")) {
      while (!tokens_.Accept(">")) {
        if (body.reg.size() >= 16) {
          tokens_.Fail("more numbers in 'reg' than a partition has");
        }
        body.reg.push_back(Primary(0));
      }
      tokens_.Accept(",");
    }
    tokens_.Expect(";");
  }

  /// One cell: a number, a macro for a size, or an expression in parentheses.
  std::uint64_t Primary(int depth) {  // NOLINT(misc-no-recursion)
    if (depth > kMaxDevicetreeDepth) {
      tokens_.Fail("an expression that is nested too deep");
    }
    if (tokens_.Accept("(")) {
      const std::uint64_t value = Sum(depth + 1);
      tokens_.Expect(")");
      return value;
    }
    if (tokens_.at_end()) {
      tokens_.Fail("expected a number, found the end of the file");
    }
    const std::string_view text = tokens_.now().text;
    for (const auto& [macro, shift] : {std::pair{"DT_SIZE_K", 10}, std::pair{"DT_SIZE_M", 20}}) {
      if (text == macro) {
        tokens_.Take();
        const std::uint64_t value = Primary(depth + 1);
        return Checked(value <= (0xFFFFFFFFU >> shift) ? value << shift : UINT64_MAX);
      }
    }
    return Number();
  }

  std::uint64_t Number() {
    std::string_view digits = tokens_.now().text;
    const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
    digits.remove_prefix(hexadecimal ? 2 : 0);
    std::uint64_t value = 0;
    const auto result =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
    if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) {
      const char first = tokens_.at_end() ? ' ' : tokens_.now().text[0];
      const bool macro = std::isalpha(static_cast<unsigned char>(first)) != 0 || first == '_';
      tokens_.Fail("expected a number, found " + tokens_.Shown() +
                   (macro ? std::string(": macros are not expanded here; ") + kGiveMerged : ""));
    }
    value = Checked(value);
    tokens_.Take();
    return value;
  }

  [[nodiscard]] std::uint64_t Checked(std::uint64_t value) const {
    if (value > 0xFFFFFFFFU) {
      tokens_.Fail("a number over 32 bits");
    }
    return value;
  }

  std::uint64_t Sum(int depth) {  // NOLINT(misc-no-recursion)
    std::uint64_t value = Product(depth);
    for (;;) {
      if (tokens_.Accept("+")) {
        value = Checked(value + Product(depth));
      } else if (tokens_.Accept("-")) {
        const std::uint64_t less = Product(depth);
        if (less > value) {
          tokens_.Fail("an expression below zero");
        }
        value -= less;
      } else {
        return value;
      }
    }
  }

  std::uint64_t Product(int depth) {  // NOLINT(misc-no-recursion)
    std::uint64_t value = Primary(depth);
    for (;;) {
      if (tokens_.Accept("*")) {
        value = Checked(value * Primary(depth));
      } else if (tokens_.Accept("/")) {
        const std::uint64_t by = Primary(depth);
        if (by == 0) {
          tokens_.Fail("a division by zero");
        }
        value /= by;
      } else {
        return value;
      }
    }
  }

  const std::string& file_;
  const std::vector<Region>& regions_;
  Tokens tokens_;
  std::vector<Partition> partitions_;
};

}  // namespace

std::vector<Partition> ReadDevicetree(const std::string& file, std::string_view text,
                                      const std::vector<Region>& regions) {
  if (text.size() > kMaxDevicetreeSize) {
    throw Error(file, 0,
                "is longer than the " + std::to_string(kMaxDevicetreeSize) + " bytes read");
  }
  std::vector<Partition> partitions = DevicetreeReader(file, text, regions).Read();
  if (partitions.empty()) {
    throw Error(file, 0,
                "no node 'partitions' and no 'fixed-partitions' with a partition in it; give "
                "build/.../zephyr/zephyr.dts, or the overlay that has them");
  }
  return partitions;
}

}  // namespace linnet::layout
