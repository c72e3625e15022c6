// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Reads the fields of one entry of a YAML file, with errors that name its file and line.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tools/layout/yaml.hpp"

namespace linnet::layout {

class Fields {
 public:
  Fields(const std::string& file, const Node& node) : file_(file), node_(node) {
    if (node.kind != Node::Kind::kMap) {
      Fail("needs fields on indented lines under it, not one value or a list");
    }
  }

  [[noreturn]] void Fail(int line, const std::string& what) const {
    throw Error(file_, line, "'" + node_.key + "': " + what);
  }
  [[noreturn]] void Fail(const std::string& what) const { Fail(node_.line, what); }

  void CheckKeys(std::initializer_list<std::string_view> known) const {
    for (const Node& field : node_.children) {
      if (std::find(known.begin(), known.end(), field.key) == known.end()) {
        Fail(field.line, "the field '" + field.key + "' is not known");
      }
    }
  }

  [[nodiscard]] const Node* Find(std::string_view key) const { return node_.Find(key); }

  [[nodiscard]] const Node& Need(std::string_view key) const {
    const Node* field = node_.Find(key);
    if (field == nullptr) {
      Fail("the field '" + std::string(key) + "' is missing");
    }
    return *field;
  }

  [[nodiscard]] std::uint32_t Number(std::string_view key) const {
    return ParseNumber(file_, Need(key));
  }

  [[nodiscard]] std::uint32_t NumberOrZero(std::string_view key) const {
    const Node* field = node_.Find(key);
    return field == nullptr ? 0 : ParseNumber(file_, *field);
  }

  /// The text of a field, or "" when it is not there.
  [[nodiscard]] std::string Text(std::string_view key) const {
    const Node* field = node_.Find(key);
    if (field == nullptr) {
      return "";
    }
    if (field->kind != Node::Kind::kScalar) {
      Fail(field->line, "'" + field->key + "' needs one word, not a list or a map");
    }
    return field->value;
  }

  /// The words of a list, or the one word of a scalar; none when it is not there.
  [[nodiscard]] std::vector<std::string> Words(std::string_view key) const {
    const Node* field = node_.Find(key);
    std::vector<std::string> words;
    if (field == nullptr) {
      return words;
    }
    if (field->kind == Node::Kind::kScalar) {
      words.push_back(field->value);
      return words;
    }
    for (const Node& child : field->children) {
      if (field->kind != Node::Kind::kList || child.kind != Node::Kind::kScalar) {
        Fail(field->line, "'" + field->key + "' needs a list of words");
      }
      words.push_back(child.value);
    }
    return words;
  }

  /// The index of the field's value among `words`.
  [[nodiscard]] std::size_t Choice(std::string_view key,
                                   std::initializer_list<std::string_view> words) const {
    const std::string value = Need(key).kind == Node::Kind::kScalar ? Text(key) : "a list";
    const auto found = std::find(words.begin(), words.end(), value);
    if (found == words.end()) {
      std::string list;
      for (const std::string_view word : words) {
        list += (list.empty() ? "" : " or ") + std::string(word);
      }
      Fail(Need(key).line, "'" + std::string(key) + "' must be " + list + ", not '" + value + "'");
    }
    return static_cast<std::size_t>(found - words.begin());
  }

  [[nodiscard]] const Node& node() const { return node_; }

 private:
  const std::string& file_;
  const Node& node_;
};

}  // namespace linnet::layout
