// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Records what a reader says as one line of text, with the parts of long texts joined again.
#pragma once

#include <string>

#include "base/utf8.hpp"
#include "base/view.hpp"
#include "json/event.hpp"
#include "json/path_reader.hpp"

namespace linnet::json::testing {

/// `{`, `}`, `[`, `]`, `k:name`, `s:text`, `n:text`, `i:value`, `true`, `false`, `null`, each ended
/// by a space. A part that cuts a UTF-8 character, or is longer than `longest`, shows as `!`.
class EventLog final : public Handler {
 public:
  explicit EventLog(std::size_t longest = static_cast<std::size_t>(-1)) : longest_(longest) {}

  Status On(const Event& event) override {
    switch (event.kind) {
      case Kind::kBeginObject:
        return Add("{");
      case Kind::kEndObject:
        return Add("}");
      case Kind::kBeginArray:
        return Add("[");
      case Kind::kEndArray:
        return Add("]");
      case Kind::kKey:
        return AddText("k:", event);
      case Kind::kString:
        return AddText("s:", event);
      case Kind::kNumber:
        return event.integral ? Add("i:" + std::to_string(event.integer))
                              : Add("n:" + std::string(event.text));
      case Kind::kBool:
        return Add(event.boolean ? "true" : "false");
      case Kind::kNull:
        return Add("null");
    }
    return Code::kInternal;
  }

  std::string text;
  std::size_t parts = 0;  ///< Events that carried text.

 private:
  Status Add(StringView word) {
    text.append(word).append(" ");
    return OkStatus();
  }

  Status AddText(StringView prefix, const Event& event) {
    ++parts;
    Utf8Checker utf8;
    bool good = event.text.size() <= longest_;
    for (const char c : event.text) {
      good = good && utf8.Push(static_cast<std::uint8_t>(c)).ok();
    }
    text.append(event.first ? prefix : "").append(event.text);
    text.append(good && utf8.between() ? "" : "!").append(event.last ? " " : "");
    return OkStatus();
  }

  std::size_t longest_;
};

/// `path=value;` for every scalar and `path{`, `path}`, `path[`, `path];` for the containers.
class PathLog final : public PathHandler {
 public:
  Status OnValue(StringView path, const Event& event) override {
    EventLog log;
    IgnoreStatus(log.On(event));
    if (event.first) {
      text.append(path).append("=");
    }
    text.append(event.kind == Kind::kString ? std::string(event.text) : log.text);
    if (event.last) {
      text.append(";");
    }
    return OkStatus();
  }

  std::string text;
};

}  // namespace linnet::json::testing
