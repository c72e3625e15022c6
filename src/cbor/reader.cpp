// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "cbor/reader.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace linnet::cbor {

Reader::Reader(Handler& handler, MutableBytes text) : handler_(handler), text_(text) {
  LINNET_ASSERT(text.size() >= kMinText);
}

void Reader::Reset() {
  text_size_ = 0;
  offset_ = 0;
  head_size_ = 0;
  depth_ = 0;
  in_string_ = false;
  complete_ = false;
  utf8_ = {};
  status_ = OkStatus();
}

Status Reader::Feed(Bytes piece) {
  while (status_.ok() && !piece.empty()) {
    const std::size_t before = piece.size();
    status_ = Step(piece);
    offset_ += before - piece.size();
  }
  return status_;
}

Status Reader::Finish() {
  if (status_.ok() && !complete_) {
    status_ = Code::kMalformed;
  }
  return status_;
}

Status Reader::Step(Bytes& piece) {
  if (complete_) {
    return Code::kMalformed;
  }
  if (in_string_) {
    return string_.kind == Kind::kText ? TakeText(piece) : TakeBytes(piece);
  }
  return TakeHead(piece);
}

Status Reader::TakeHead(Bytes& piece) {
  head_bytes_[head_size_++] = piece[0];
  piece = piece.subspan(1);
  const Result<Head> head = DecodeHead(Bytes(head_bytes_).first(head_size_));
  if (head.code() == Code::kPending) {
    return OkStatus();
  }
  LINNET_TRY(head.status());
  head_size_ = 0;
  return OnHead(*head);
}

bool Reader::at_key() const {
  return depth_ > 0 && levels_[depth_ - 1].map && levels_[depth_ - 1].missing % 2 == 0;
}

Status Reader::OnHead(const Head& head) {
  switch (head.kind) {
    case Kind::kArray:
    case Kind::kMap:
      return Open(head);
    case Kind::kBytes:
    case Kind::kText:
      string_ = head;
      left_ = head.number;
      in_string_ = left_ > 0;
      first_ = true;
      return in_string_ ? OkStatus() : Emit({}, true);
    default:
      LINNET_TRY(handler_.On({.kind = head.kind, .key = at_key(), .number = head.number}));
      return OnItemEnd();
  }
}

Status Reader::Open(const Head& head) {
  const bool map = head.kind == Kind::kMap;
  if (depth_ == kMaxDepth || head.number > (map ? kMaxElements / 2 : kMaxElements)) {
    return Code::kTooLarge;
  }
  const bool key = at_key();
  const auto count = static_cast<std::uint32_t>(head.number);
  levels_[depth_++] = {map ? 2 * count : count, map};
  LINNET_TRY(handler_.On({.kind = head.kind, .key = key, .number = head.number}));
  if (count > 0) {
    return OkStatus();
  }
  --depth_;
  LINNET_TRY(handler_.On({.kind = head.kind, .end = true, .key = key}));
  return OnItemEnd();
}

// The item that ends here may be the last of its container, and that of its own.
Status Reader::OnItemEnd() {
  while (depth_ > 0 && --levels_[depth_ - 1].missing == 0) {
    --depth_;
    const Kind kind = levels_[depth_].map ? Kind::kMap : Kind::kArray;
    LINNET_TRY(handler_.On({.kind = kind, .end = true, .key = at_key()}));
  }
  complete_ = depth_ == 0;
  return OkStatus();
}

Status Reader::Emit(Bytes data, bool last) {
  const Event event{.kind = string_.kind,
                    .key = at_key(),
                    .first = first_,
                    .last = last,
                    .number = string_.number,
                    .data = data};
  first_ = false;
  in_string_ = !last;
  LINNET_TRY(handler_.On(event));
  return last ? OnItemEnd() : OkStatus();
}

Status Reader::TakeBytes(Bytes& piece) {
  const Bytes part =
      piece.first(static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), left_)));
  piece = piece.subspan(part.size());
  left_ -= part.size();
  return Emit(part, left_ == 0);
}

Status Reader::TakeText(Bytes& piece) {
  constexpr std::size_t kLongestCharacter = 4;
  if (utf8_.between() && text_size_ + kLongestCharacter > text_.size() &&
      text_size_ + left_ > text_.size()) {
    const std::size_t size = text_size_;
    text_size_ = 0;
    LINNET_TRY(Emit(Bytes(text_).first(size), false));
  }
  LINNET_TRY(utf8_.Push(std::to_integer<std::uint8_t>(piece[0])));
  text_[text_size_++] = piece[0];
  piece = piece.subspan(1);
  if (--left_ > 0) {
    return OkStatus();
  }
  if (!utf8_.between()) {
    return Code::kMalformed;
  }
  const std::size_t size = text_size_;
  text_size_ = 0;
  return Emit(Bytes(text_).first(size), true);
}

}  // namespace linnet::cbor
