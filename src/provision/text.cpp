// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/text.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "base/view.hpp"

namespace linnet::provision {

namespace {

/// What means something in HTML.
constexpr StringView kMeaningful = "&<>\"'";

/// How many bytes of well-formed characters stand at the front of `text`: one character, or 0.
std::size_t CharacterSize(StringView text) {
  Utf8Checker checker;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!checker.Push(static_cast<std::uint8_t>(text[i])).ok()) {
      return 0;
    }
    if (checker.between()) {
      return i + 1;
    }
  }
  return 0;
}

unsigned DigitValue(char c) {
  return c <= '9' ? c - '0' : (c & 15) + 9;
}

}  // namespace

void Text::Put(char c) {
  if (size_ < out_.size()) {
    out_[size_++] = static_cast<std::byte>(c);
  } else {
    fits_ = false;
  }
}

void Text::Put(StringView text) {
  for (const char c : text) {
    Put(c);
  }
}

void Text::PutHex(char byte) {
  constexpr StringView kDigits = "0123456789abcdef";
  Put(kDigits[static_cast<std::uint8_t>(byte) >> 4]);
  Put(kDigits[static_cast<std::uint8_t>(byte) & 15]);
}

void Text::PutEscaped(StringView text) {
  while (!text.empty()) {
    const char c = text[0];
    std::size_t size = CharacterSize(text);
    if (size == 0 || static_cast<std::uint8_t>(c) < ' ') {
      Put("\xEF\xBF\xBD");
      size = 1;
    } else if (kMeaningful.find(c) != StringView::npos) {
      Put("&#x");
      PutHex(c);
      Put(';');
    } else {
      Put({text.data(), size});
    }
    text.remove_prefix(size);
  }
}

void Text::PutUrl(StringView bytes) {
  for (const char c : bytes) {
    Put('%');
    PutHex(c);
  }
}

StringView FromUrl(StringView text, MutableBytes out) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size() && size < out.size(); ++i) {
    unsigned byte = static_cast<unsigned char>(text[i]);
    if (byte == '+') {
      byte = ' ';
    } else if (byte == '%' && text.size() - i > 2) {
      byte = DigitValue(text[i + 1]) * 16 + DigitValue(text[i + 2]);
      i += 2;
    }
    out[size++] = static_cast<std::byte>(byte);
  }
  return AsText(out.first(size));
}

}  // namespace linnet::provision
