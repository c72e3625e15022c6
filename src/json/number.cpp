// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "json/number.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/view.hpp"

namespace linnet::json {

using namespace std::string_view_literals;

namespace {

// Takes the digits from the front of `text` and returns how many there were.
std::size_t SkipDigits(StringView& text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
    ++count;
  }
  text.remove_prefix(count);
  return count;
}

bool SkipOne(StringView& text, StringView any_of) {
  if (text.empty() || any_of.find(text.front()) == StringView::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

// kOutOfRange: it does not fit.
Status ParseInteger(StringView digits, bool negative, std::int64_t& out) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  const std::uint64_t limit = negative ? kMax + 1 : kMax;
  std::uint64_t value = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    // With value <= kMax / 10 the next one cannot wrap 64 bits.
    if (value > kMax / 10 || value * 10 + digit > limit) {
      return Code::kOutOfRange;
    }
    value = value * 10 + digit;
  }
  out = static_cast<std::int64_t>(negative ? 0 - value : value);
  return OkStatus();
}

}  // namespace

Status ParseNumber(StringView text, Event& event) {
  const bool negative = SkipOne(text, "-"sv);
  const StringView digits = text;
  const std::size_t count = SkipDigits(text);
  if (count == 0 || (count > 1 && digits.front() == '0')) {
    return Code::kMalformed;
  }
  const bool whole = text.empty();
  if (SkipOne(text, "."sv) && SkipDigits(text) == 0) {
    return Code::kMalformed;
  }
  if (SkipOne(text, "eE"sv)) {
    SkipOne(text, "+-"sv);
    if (SkipDigits(text) == 0) {
      return Code::kMalformed;
    }
  }
  if (!text.empty()) {
    return Code::kMalformed;
  }
  event.integral = whole && ParseInteger(digits, negative, event.integer).ok();
  return OkStatus();
}

}  // namespace linnet::json
