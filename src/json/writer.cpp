// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "json/writer.hpp"

#include <array>

#include "base/format.hpp"
#include "base/utf8.hpp"
#include "base/view.hpp"

namespace linnet::json {

namespace {

constexpr StringView kHexDigits = "0123456789abcdef";

}  // namespace

void Writer::Fail(Code code) {
  if (status_.ok()) {
    status_ = code;
  }
}

void Writer::Put(char c) {
  if (size_ == out_.size()) {
    Fail(Code::kTooLarge);
  }
  if (status_.ok()) {
    out_[size_++] = c;
  }
}

// Inside an object only a key makes room for a value; at the top level there is one value.
Status Writer::BeforeValue() {
  if (in_object() ? !keyed_ : depth_ == 0 && size_ != 0) {
    Fail(Code::kFailedPrecondition);
  }
  if (comma_ && !keyed_) {
    Put(',');
  }
  keyed_ = false;
  comma_ = true;
  return status_;
}

void Writer::Begin(char c) {
  if (!BeforeValue().ok()) {
    return;
  }
  if (depth_ == kMaxDepth) {
    Fail(Code::kTooLarge);
    return;
  }
  const std::uint32_t bit = 1U << depth_;
  objects_ = c == '{' ? objects_ | bit : objects_ & ~bit;
  ++depth_;
  comma_ = false;
  Put(c);
}

void Writer::End(char c) {
  if (depth_ == 0 || keyed_ || in_object() != (c == '}')) {
    Fail(Code::kFailedPrecondition);
    return;
  }
  --depth_;
  comma_ = true;
  Put(c);
}

void Writer::Key(StringView key) {
  if (!in_object() || keyed_) {
    Fail(Code::kFailedPrecondition);
    return;
  }
  if (comma_) {
    Put(',');
  }
  PutQuoted(key);
  Put(':');
  keyed_ = true;
}

void Writer::String(StringView text) {
  if (BeforeValue().ok()) {
    PutQuoted(text);
  }
}

void Writer::Hex(Bytes bytes) {
  if (!BeforeValue().ok()) {
    return;
  }
  Put('"');
  for (const std::byte byte : bytes) {
    Put(kHexDigits[std::to_integer<std::size_t>(byte >> 4)]);
    Put(kHexDigits[std::to_integer<std::size_t>(byte & std::byte{0xF})]);
  }
  Put('"');
}

void Writer::Integer(std::int64_t value) {
  std::array<char, 20> digits{};
  Literal(Format(digits, "{}", value));
}

void Writer::Member(StringView key, StringView text) {
  Key(key);
  String(text);
}

void Writer::Member(StringView key, std::int64_t value) {
  Key(key);
  Integer(value);
}

void Writer::Literal(StringView text) {
  if (!BeforeValue().ok()) {
    return;
  }
  for (const char c : text) {
    Put(c);
  }
}

void Writer::PutQuoted(StringView text) {
  Utf8Checker utf8;
  Put('"');
  for (const char c : text) {
    if (!utf8.Push(static_cast<std::uint8_t>(c)).ok()) {
      Fail(Code::kMalformed);
      return;
    }
    PutEscaped(c);
  }
  if (!utf8.between()) {
    Fail(Code::kMalformed);
  }
  Put('"');
}

void Writer::PutEscaped(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  if (byte >= 0x20) {
    if (c == '"' || c == '\\') {
      Put('\\');
    }
    Put(c);
    return;
  }
  constexpr StringView kValues = "\b\f\n\r\t";
  constexpr StringView kNames = "bfnrt";
  Put('\\');
  if (const std::size_t index = kValues.find(c); index != StringView::npos) {
    Put(kNames[index]);
    return;
  }
  for (const char digit : {'u', '0', '0', kHexDigits[byte >> 4], kHexDigits[byte & 0xFU]}) {
    Put(digit);
  }
}

Result<StringView> Writer::Finish() const {
  LINNET_TRY(status_);
  if (depth_ != 0 || size_ == 0) {
    return Code::kFailedPrecondition;
  }
  return StringView(out_.data(), size_);
}

}  // namespace linnet::json
