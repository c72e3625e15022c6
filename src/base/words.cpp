// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/words.hpp"

#include <algorithm>

namespace linnet {

namespace {

constexpr char kEnd = '|';

}  // namespace

std::string_view TakeWord(std::string_view& text, char end) {
  const std::size_t size = std::min(text.find(end), text.size());
  const std::string_view word = text.substr(0, size);
  text = size == text.size() ? std::string_view() : text.substr(size + 1);
  return word;
}

std::size_t IndexOf(std::string_view text, const char* words) {
  std::string_view left = words;
  std::size_t index = 0;
  while (left.data() != nullptr) {
    if (TakeWord(left, kEnd) == text) {
      break;
    }
    ++index;
  }
  return index;
}

std::string_view WordAt(std::size_t index, const char* words) {
  return WordAt(index, std::string_view(words));
}

std::string_view WordAt(std::size_t index, std::string_view words) {
  for (; index > 0; --index) {
    TakeWord(words, kEnd);
  }
  return TakeWord(words, kEnd);
}

}  // namespace linnet
