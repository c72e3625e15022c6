// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/text.hpp"

#include <array>

#include "base/utf8.hpp"

namespace linnet::provision {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string_view Escape(const char& c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&#34;";
    case '\'':
      return "&#39;";
    default:
      return static_cast<unsigned char>(c) < ' ' ? kReplacement : std::string_view(&c, 1);
  }
}

/// How many bytes of well-formed characters stand at the front of `text`: one character, or 0.
std::size_t CharacterSize(std::string_view text) {
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

/// -1: no digit.
int DigitValue(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The byte that two digits are at the front of `text`; -1: they are not there.
int ByteAt(std::string_view text) {
  if (text.size() < 2) {
    return -1;
  }
  const int high = DigitValue(text[0]);
  const int low = DigitValue(text[1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

Result<std::string_view> Decode(std::string_view value, MutableBytes out) {
  std::size_t size = 0;
  while (!value.empty()) {
    if (size == out.size()) {
      return Code::kTooLarge;
    }
    std::size_t taken = 1;
    int byte = value[0] == '+' ? ' ' : static_cast<unsigned char>(value[0]);
    if (value[0] == '%') {
      byte = ByteAt(value.substr(1));
      taken = 3;
      if (byte < 0) {
        return Code::kMalformed;
      }
    }
    out[size++] = static_cast<std::byte>(byte);
    value.remove_prefix(taken);
  }
  return AsText(out.first(size));
}

}  // namespace

void Text::Put(std::string_view text) {
  if (text.size() > out_.size() - size_) {
    fits_ = false;
    return;
  }
  size_ += CopyBytes(AsBytes(text), out_.subspan(size_));
}

void Text::PutNumber(std::uint32_t value) {
  std::array<char, 10> digits{};
  std::size_t first = digits.size();
  do {
    digits[--first] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  Put(std::string_view(digits.data() + first, digits.size() - first));
}

void Text::PutEscaped(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = CharacterSize(text);
    if (size > 1) {
      Put(text.substr(0, size));
    } else {
      Put(size == 0 ? kReplacement : Escape(text.front()));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

void Text::PutHex(std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    Put(kDigits.substr(byte >> 4, 1));
    Put(kDigits.substr(byte & 15, 1));
  }
}

Result<std::string_view> FormValue(std::string_view form, std::string_view name, MutableBytes out) {
  while (!form.empty()) {
    const std::string_view field = form.substr(0, form.find('&'));
    const std::size_t equals = field.find('=');
    if (field.substr(0, equals) == name && equals != std::string_view::npos) {
      return Decode(field.substr(equals + 1), out);
    }
    form.remove_prefix(field.size() == form.size() ? field.size() : field.size() + 1);
  }
  return Code::kNotFound;
}

Result<std::string_view> FromHex(std::string_view digits, MutableBytes out) {
  if (digits.size() % 2 != 0) {
    return Code::kMalformed;
  }
  if (digits.size() / 2 > out.size()) {
    return Code::kTooLarge;
  }
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int byte = ByteAt(digits.substr(i));
    if (byte < 0) {
      return Code::kMalformed;
    }
    out[i / 2] = static_cast<std::byte>(byte);
  }
  return AsText(out.first(digits.size() / 2));
}

}  // namespace linnet::provision
