// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a JSON reader tells its handler.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "base/view.hpp"

namespace linnet::json {

enum class Kind : std::uint8_t {
  kBeginObject,
  kEndObject,
  kBeginArray,
  kEndArray,
  kKey,
  kString,
  kNumber,
  kBool,
  kNull,
};

/// One token. Keys and strings longer than the reader's text buffer come as several events: the
/// first has `first`, the last has `last`; a short one is a single event with both. No part ever
/// cuts a UTF-8 character. Views live until the handler returns.
struct Event {
  Kind kind = Kind::kNull;
  bool first = true;
  bool last = true;
  bool boolean = false;   ///< kBool: its value.
  bool integral = false;  ///< kNumber: no fraction, no exponent, and it fits `integer`.
  StringView text{};      ///< Key, string: decoded. Number: as written.
  std::int64_t integer = 0;

  /// The whole text is in this one event.
  [[nodiscard]] bool whole() const { return first && last; }
};

class Handler {
 public:
  /// Any status but ok stops the reader, and `Feed` returns it.
  virtual Status On(const Event& event) = 0;

 protected:
  ~Handler() = default;  // nobody deletes through it
};

}  // namespace linnet::json
