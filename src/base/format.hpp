// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Type-safe formatting into a fixed buffer: `{}` takes the next argument, `{:x}` in hexadecimal.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/time.hpp"
#include "base/view.hpp"

namespace linnet {

/// One argument, erased to one of four kinds so that the formatter is compiled once.
class FormatArgument {
 public:
  enum class Kind : std::uint8_t { kUnsigned, kSigned, kText, kHexBytes };

  FormatArgument(bool value) : FormatArgument(StringView(value ? "true" : "false")) {}  // NOLINT
  template <std::integral T>
  FormatArgument(T value)  // NOLINT: implicit by design
      : kind_(std::signed_integral<T> ? Kind::kSigned : Kind::kUnsigned),
        value_{.number = static_cast<std::uint64_t>(value)} {}
  FormatArgument(StringView text)  // NOLINT: implicit by design
      : kind_(Kind::kText), value_{.range = {text.data(), text.size()}} {}
  FormatArgument(const char* text) : FormatArgument(StringView(text)) {}       // NOLINT
  FormatArgument(Status status) : FormatArgument(ToString(status.code())) {}   // NOLINT
  FormatArgument(Code code) : FormatArgument(ToString(code)) {}                // NOLINT
  FormatArgument(Milliseconds duration) : FormatArgument(duration.count()) {}  // NOLINT
  FormatArgument(Bytes bytes)  // NOLINT: printed as lower-case hexadecimal digits
      : kind_(Kind::kHexBytes), value_{.range = {bytes.data(), bytes.size()}} {}

 private:
  friend class Formatter;
  struct Range {
    const void* data;
    std::size_t size;
  };
  // Every log line builds these on the stack: no byte more than one of the two needs.
  union Value {
    std::uint64_t number;
    Range range;
  };
  Kind kind_;
  Value value_;
};

/// Writes the formatted text to `out` and returns the part written. What does not fit is cut, and
/// the last three characters then are "...". Missing arguments print as "?"; surplus ones are
/// ignored. `format` is a constant text. For logs; protocol text uses writers that report overflow.
StringView FormatTo(Span<char> out, const char* format, Span<const FormatArgument> arguments);

template <typename... Args>
StringView Format(Span<char> out, const char* format, const Args&... args) {
  const std::array<FormatArgument, sizeof...(Args)> arguments{FormatArgument(args)...};
  return FormatTo(out, format, arguments);
}

}  // namespace linnet
