// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "http/text.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::http {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool SameWord(StringView a, StringView b) {
  return std::ranges::equal(a, b, [](char x, char y) { return Lower(x) == Lower(y); });
}

StringView Trim(StringView text) {
  constexpr StringView kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  return first == StringView::npos ? StringView()
                                   : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

Result<std::uint32_t> TakeNumber(StringView& text, unsigned base) {
  std::uint64_t value = 0;
  std::size_t count = 0;
  for (; count < text.size(); ++count) {
    const char c = Lower(text[count]);
    const unsigned digit =
        c >= 'a' ? static_cast<unsigned>(c - 'a') + 10U : static_cast<unsigned>(c - '0');
    if (c < '0' || (c > '9' && c < 'a') || digit >= base) {
      break;
    }
    value = value * base + digit;
    if (value > UINT32_MAX) {
      return Code::kUnsupported;
    }
  }
  if (count == 0) {
    return Code::kMalformed;
  }
  text.remove_prefix(count);
  return static_cast<std::uint32_t>(value);
}

Result<std::uint32_t> WholeNumber(StringView text) {
  LINNET_TRY_ASSIGN(const std::uint32_t value, TakeNumber(text, 10));
  return text.empty() ? Result<std::uint32_t>(value) : Code::kMalformed;
}

bool Lists(StringView list, StringView word) {
  while (!list.empty()) {
    if (SameWord(Trim(TakeWord(list, ',')), word)) {
      return true;
    }
  }
  return false;
}

}  // namespace linnet::http
