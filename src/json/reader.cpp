// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "json/reader.hpp"

#include <string_view>

#include "base/assert.hpp"
#include "base/view.hpp"
#include "json/number.hpp"

namespace linnet::json {

using namespace std::string_view_literals;

namespace {

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Every character of a number or literal; which of them make one is decided at its end.
bool IsScalar(char c) {
  return IsDigit(c) || IsLetter(c) || c == '-' || c == '+' || c == '.';
}

int HexValue(char c) {
  if (IsDigit(c)) {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

Reader::Reader(Handler& handler, Span<char> text) : handler_(handler), text_(text) {
  LINNET_ASSERT(text.size() >= kMinText);
}

void Reader::Reset() {
  text_size_ = 0;
  offset_ = 0;
  depth_ = 0;
  state_ = State::kValue;
  status_ = OkStatus();
  utf8_ = {};
  high_ = 0;
}

Status Reader::Feed(Bytes piece) {
  for (const std::byte byte : piece) {
    if (status_.ok()) {
      status_ = Step(static_cast<char>(byte));
    }
    LINNET_TRY(status_);
    ++offset_;
  }
  return status_;
}

Status Reader::Finish() {
  if (status_.ok() && state_ == State::kScalar) {
    status_ = EndScalar();
  }
  if (status_.ok() && (state_ != State::kAfterValue || depth_ != 0)) {
    status_ = Code::kMalformed;
  }
  return status_;
}

Status Reader::Step(char c) {
  switch (state_) {
    case State::kText:
      return OnText(c);
    case State::kEscape:
      return OnEscape(c);
    case State::kHex:
      return OnHex(c);
    case State::kLowBackslash:
      state_ = State::kLowU;
      return c == '\\' ? OkStatus() : Code::kMalformed;
    case State::kLowU:
      state_ = State::kHex;
      return c == 'u' ? OkStatus() : Code::kMalformed;
    case State::kScalar:
      if (IsScalar(c)) {
        return PutScalar(c);
      }
      LINNET_TRY(EndScalar());
      break;
    default:
      break;
  }
  return IsSpace(c) ? OkStatus() : OnStructure(c);
}

Status Reader::OnStructure(char c) {
  switch (state_) {
    case State::kValueOrEnd:
      return c == ']' ? Pop(c) : BeginValue(c);
    case State::kValue:
      return BeginValue(c);
    case State::kKeyOrEnd:
      if (c == '}') {
        return Pop(c);
      }
      [[fallthrough]];
    case State::kKey:
      BeginText(true);
      return c == '"' ? OkStatus() : Code::kMalformed;
    case State::kColon:
      state_ = State::kValue;
      return c == ':' ? OkStatus() : Code::kMalformed;
    default:
      break;
  }
  if (depth_ == 0) {
    return Code::kMalformed;
  }
  if (c == ',') {
    state_ = in_object() ? State::kKey : State::kValue;
    return OkStatus();
  }
  return Pop(c);
}

Status Reader::BeginValue(char c) {
  if (c == '{' || c == '[') {
    return Push(c == '{');
  }
  if (c == '"') {
    BeginText(false);
    return OkStatus();
  }
  state_ = State::kScalar;
  text_size_ = 0;
  return IsScalar(c) ? PutScalar(c) : Code::kMalformed;
}

Status Reader::Push(bool object) {
  if (depth_ == kMaxDepth) {
    return Code::kTooLarge;
  }
  const std::uint32_t bit = 1U << depth_;
  objects_ = object ? objects_ | bit : objects_ & ~bit;
  ++depth_;
  state_ = object ? State::kKeyOrEnd : State::kValueOrEnd;
  return handler_.On({.kind = object ? Kind::kBeginObject : Kind::kBeginArray});
}

Status Reader::Pop(char c) {
  const bool object = in_object();
  if (c != (object ? '}' : ']')) {
    return Code::kMalformed;
  }
  --depth_;
  state_ = State::kAfterValue;
  return handler_.On({.kind = object ? Kind::kEndObject : Kind::kEndArray});
}

void Reader::BeginText(bool key) {
  state_ = State::kText;
  key_ = key;
  first_ = true;
  text_size_ = 0;
}

Status Reader::OnText(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  if (utf8_.between()) {
    if (c == '"') {
      return EndText();
    }
    if (c == '\\') {
      state_ = State::kEscape;
      return OkStatus();
    }
    if (byte < 0x20) {
      return Code::kMalformed;
    }
    LINNET_TRY(MakeRoom());
  }
  LINNET_TRY(utf8_.Push(byte));
  text_[text_size_++] = c;
  return OkStatus();
}

Status Reader::EndText() {
  state_ = key_ ? State::kColon : State::kAfterValue;
  return EmitText(true);
}

Status Reader::EmitText(bool last) {
  const Event event{.kind = key_ ? Kind::kKey : Kind::kString,
                    .first = first_,
                    .last = last,
                    .text = {text_.data(), text_size_}};
  first_ = false;
  text_size_ = 0;
  return handler_.On(event);
}

Status Reader::OnEscape(char c) {
  constexpr StringView kNames = "\"\\/bfnrt";
  constexpr StringView kValues = "\"\\/\b\f\n\r\t";
  if (c == 'u') {
    state_ = State::kHex;
    digits_ = 0;
    unit_ = 0;
    return OkStatus();
  }
  const std::size_t index = kNames.find(c);
  if (index == StringView::npos) {
    return Code::kMalformed;
  }
  return PutCharacter(static_cast<std::uint8_t>(kValues[index]));
}

Status Reader::OnHex(char c) {
  const int value = HexValue(c);
  if (value < 0) {
    return Code::kMalformed;
  }
  unit_ = static_cast<std::uint16_t>(unit_ << 4 | value);
  if (++digits_ < 4) {
    return OkStatus();
  }
  digits_ = 0;
  const bool low = unit_ >= 0xDC00 && unit_ <= 0xDFFF;
  if (low != (high_ != 0)) {
    return Code::kMalformed;
  }
  if (low) {
    const std::uint32_t high = high_;
    high_ = 0;
    return PutCharacter(0x10000 + ((high - 0xD800) << 10) + (unit_ - 0xDC00U));
  }
  if (unit_ >= 0xD800 && unit_ <= 0xDBFF) {
    high_ = unit_;
    state_ = State::kLowBackslash;
    return OkStatus();
  }
  return PutCharacter(unit_);
}

Status Reader::PutCharacter(std::uint32_t code_point) {
  state_ = State::kText;
  LINNET_TRY(MakeRoom());
  if (code_point < 0x80) {
    text_[text_size_++] = static_cast<char>(code_point);
    return OkStatus();
  }
  const unsigned following = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
  const unsigned lead = 0xFF00U >> (following + 1) & 0xFFU;
  text_[text_size_++] = static_cast<char>(lead | code_point >> (6 * following));
  for (unsigned i = following; i-- > 0;) {
    text_[text_size_++] = static_cast<char>(0x80U | (code_point >> (6 * i) & 0x3FU));
  }
  return OkStatus();
}

// Called between two characters, so that no part cuts one.
Status Reader::MakeRoom() {
  constexpr std::size_t kLongestCharacter = 4;
  return text_size_ + kLongestCharacter > text_.size() ? EmitText(false) : OkStatus();
}

Status Reader::PutScalar(char c) {
  if (text_size_ == text_.size()) {
    return Code::kTooLarge;
  }
  text_[text_size_++] = c;
  return OkStatus();
}

Status Reader::EndScalar() {
  state_ = State::kAfterValue;
  const StringView text(text_.data(), text_size_);
  Event event{.text = text};
  if (text == "true"sv || text == "false"sv) {
    event.kind = Kind::kBool;
    event.boolean = text == "true"sv;
  } else if (text != "null"sv) {
    event.kind = Kind::kNumber;
    LINNET_TRY(ParseNumber(text, event));
  }
  return handler_.On(event);
}

}  // namespace linnet::json
