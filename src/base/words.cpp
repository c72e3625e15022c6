// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/words.hpp"

#include <algorithm>

#include "base/view.hpp"

namespace linnet {

namespace {

constexpr char kEnd = '|';

}  // namespace

StringView TakeWord(StringView& text, char end) {
  const std::size_t size = std::min(text.find(end), text.size());
  const StringView word = text.substr(0, size);
  text = size == text.size() ? StringView() : text.substr(size + 1);
  return word;
}

std::size_t IndexOf(StringView text, const char* words) {
  StringView left = words;
  std::size_t index = 0;
  while (left.data() != nullptr) {
    if (TakeWord(left, kEnd) == text) {
      break;
    }
    ++index;
  }
  return index;
}

StringView WordAt(std::size_t index, const char* words) {
  return WordAt(index, StringView(words));
}

StringView WordAt(std::size_t index, StringView words) {
  for (; index > 0; --index) {
    TakeWord(words, kEnd);
  }
  return TakeWord(words, kEnd);
}

}  // namespace linnet
