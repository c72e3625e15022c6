// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "tools/words/pack.hpp"

namespace linnet::words {

namespace {

constexpr std::size_t kMaxPieces = 256;
constexpr std::size_t kMaxSlots = 31;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

class Reader {
 public:
  Words Take(std::istream& in) {
    std::string line;
    while (std::getline(in, line)) {
      ++line_;
      TakeLine(line);
    }
    if (words_.pieces.empty()) {
      Fail("there is no piece");
    }
    return std::move(words_);
  }

 private:
  [[noreturn]] void Fail(const std::string& what) const {
    const std::string piece =
        words_.pieces.empty() ? "" : "piece '" + words_.pieces.back().name + "': ";
    throw std::runtime_error(std::to_string(line_) + ": " + piece + what);
  }

  void TakeLine(std::string line) {
    if (line.starts_with("# ") || line == "#") {
      return;
    }
    if (line.starts_with("$ ")) {
      return TakeSlots(line.substr(2));
    }
    if (line.starts_with("= ")) {
      return Begin(line.substr(2));
    }
    line.erase(0, line.find_first_not_of(' '));
    if (line.empty()) {
      return;
    }
    if (words_.pieces.empty()) {
      Fail("the first text has no name");
    }
    if (line.back() == '|') {
      line.pop_back();
    }
    if (line.starts_with('|')) {
      line.erase(0, 1);
    }
    TakeText(line);
  }

  void TakeSlots(const std::string& names) {
    std::istringstream in(names);
    for (std::string name; in >> name;) {
      words_.slots.push_back(CheckName(name, words_.slots));
    }
    if (!words_.pieces.empty() || words_.slots.size() > kMaxSlots) {
      Fail("slots are named once, before the pieces, and are at most " + std::to_string(kMaxSlots));
    }
  }

  void Begin(const std::string& name) {
    CheckName(name, names_);
    names_.push_back(name);
    words_.pieces.push_back({name, line_, {}});
    if (words_.pieces.size() > kMaxPieces) {
      Fail("more than " + std::to_string(kMaxPieces) + " pieces");
    }
  }

  const std::string& CheckName(const std::string& name, const std::vector<std::string>& others) {
    if (name.empty() || !std::ranges::all_of(name, IsNameCharacter)) {
      Fail("'" + name + "' is no name: small letters, digits and _");
    }
    if (std::ranges::count(others, name) != 0) {
      Fail("there are two of the name '" + name + "'");
    }
    return name;
  }

  void TakeText(std::string_view text) {
    while (!text.empty()) {
      if (text.starts_with("\\n")) {
        Put(words_.end() + 1);
        text.remove_prefix(2);
      } else if (text.starts_with('$')) {
        text.remove_prefix(1 + TakeSlot(text.substr(1)));
      } else if (text[0] < ' ' || text[0] > '~') {
        Fail("only characters of ASCII; others as HTML has them: &hellip;");
      } else {
        Put(kFirstCharacter + static_cast<std::size_t>(text[0] - ' '));
        text.remove_prefix(1);
      }
    }
  }

  std::size_t TakeSlot(std::string_view text) {
    const auto end = std::ranges::find_if_not(text, IsNameCharacter);
    const std::string name(text.begin(), end);
    const auto slot = std::ranges::find(words_.slots, name);
    if (slot == words_.slots.end()) {
      Fail("'$" + name + "' is none of the slots");
    }
    Put(words_.end() + 2 + static_cast<std::size_t>(slot - words_.slots.begin()));
    return name.size();
  }

  void Put(std::size_t byte) {
    words_.pieces.back().bytes.push_back(static_cast<std::uint8_t>(byte));
  }

  Words words_;
  std::vector<std::string> names_;
  int line_ = 0;
};

}  // namespace

Words Read(std::istream& in) {
  return Reader().Take(in);
}

}  // namespace linnet::words
