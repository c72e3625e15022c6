// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/words.hpp"

#include <algorithm>

namespace linnet {

namespace {

// Takes the first word from the front of `words`; the last one leaves it without data.
std::string_view TakeWord(std::string_view& words) {
  const std::size_t end = std::min(words.find('|'), words.size());
  const std::string_view word = words.substr(0, end);
  words = end == words.size() ? std::string_view() : words.substr(end + 1);
  return word;
}

}  // namespace

std::size_t IndexOf(std::string_view text, const char* words) {
  std::string_view left = words;
  std::size_t index = 0;
  while (left.data() != nullptr) {
    if (TakeWord(left) == text) {
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
    TakeWord(words);
  }
  return TakeWord(words);
}

}  // namespace linnet
