// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Records what a reader says as one line of text, with the parts of strings joined again.
#pragma once

#include <array>
#include <string>

#include "base/format.hpp"
#include "cbor/cursor.hpp"
#include "cbor/reader.hpp"

namespace linnet::cbor::testing {

/// `{2`, `}`, `[3`, `]`, `7`, `-1-7`, `t:text`, `b:00ff`, `true`, `false`, `null`; keys have a `k`
/// before them, all a space behind. Parts of texts show as `!` where they cut a character.
class EventLog final : public Handler {
 public:
  Status On(const Event& event) override {
    ++events;
    if (event.first) {
      text += event.key && !event.end ? "k" : "";
    }
    text += Word(event);
    text += event.last ? " " : "";
    return OkStatus();
  }

  std::string text;
  std::size_t events = 0;

 private:
  static std::string Word(const Event& event) {
    switch (event.kind) {
      case Kind::kUnsigned:
        return std::to_string(event.number);
      case Kind::kNegative:
        return "-1-" + std::to_string(event.number);
      case Kind::kBytes:
        return (event.first ? "b:" : "") + Hex(event.data);
      case Kind::kText:
        return (event.first ? "t:" : "") + std::string(event.text()) +
               (IsUtf8(event.data) ? "" : "!");
      case Kind::kArray:
        return event.end ? "]" : "[" + std::to_string(event.number);
      case Kind::kMap:
        return event.end ? "}" : "{" + std::to_string(event.number);
      case Kind::kBool:
        return event.number != 0 ? "true" : "false";
      case Kind::kNull:
        return "null";
    }
    return "?";
  }

  static std::string Hex(Bytes bytes) {
    std::string out;
    for (const std::byte byte : bytes) {
      std::array<char, 2> digits{};
      out += Format(digits, "{}", Bytes(&byte, 1));
    }
    return out;
  }
};

}  // namespace linnet::cbor::testing
