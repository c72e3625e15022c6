// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "cbor/cursor.hpp"
#include "base/view.hpp"

#include "base/utf8.hpp"

namespace linnet::cbor {
namespace {

bool IsString(Kind kind) {
  return kind == Kind::kBytes || kind == Kind::kText;
}

/// How many items the container has: a pair is two.
std::uint64_t ItemsIn(const Head& head) {
  return head.kind == Kind::kMap ? 2 * head.number : head.kind == Kind::kArray ? head.number : 0;
}

}  // namespace

bool IsUtf8(Bytes text) {
  Utf8Checker checker;
  for (const std::byte byte : text) {
    if (!checker.Push(std::to_integer<std::uint8_t>(byte)).ok()) {
      return false;
    }
  }
  return checker.between();
}

// What it announces fits into the bytes behind it: each item takes at least one.
Result<Head> Cursor::ReadHead() const {
  if (rest_.empty()) {
    return Code::kNotFound;
  }
  const Result<Head> head = DecodeHead(rest_);
  if (!head.ok()) {
    return head.code() == Code::kPending ? Result<Head>(Code::kMalformed) : head;
  }
  const std::size_t left = rest_.size() - head->size;
  const bool container = head->kind == Kind::kArray || head->kind == Kind::kMap;
  if ((IsString(head->kind) || container) && head->number > left) {
    return Code::kMalformed;
  }
  return ItemsIn(*head) > left ? Result<Head>(Code::kMalformed) : head;
}

Result<Kind> Cursor::Peek() const {
  LINNET_TRY_ASSIGN(const Head head, ReadHead());
  return head.kind;
}

Result<Head> Cursor::Take(Kind kind) {
  LINNET_TRY_ASSIGN(const Head head, ReadHead());
  if (head.kind != kind) {
    return Code::kMismatch;
  }
  rest_ = rest_.subspan(head.size);
  return head;
}

Result<Bytes> Cursor::TakeString(Kind kind) {
  LINNET_TRY_ASSIGN(const Head head, ReadHead());
  if (head.kind != kind) {
    return Code::kMismatch;
  }
  const Bytes content = rest_.subspan(head.size, static_cast<std::size_t>(head.number));
  if (kind == Kind::kText && !IsUtf8(content)) {
    return Code::kMalformed;
  }
  rest_ = rest_.subspan(head.size + content.size());
  return content;
}

Result<std::uint32_t> Cursor::TakeContainer(Kind kind) {
  LINNET_TRY_ASSIGN(const Head head, Take(kind));
  return static_cast<std::uint32_t>(head.number);
}

Result<std::uint64_t> Cursor::Unsigned() {
  LINNET_TRY_ASSIGN(const Head head, Take(Kind::kUnsigned));
  return head.number;
}

Result<std::int64_t> Cursor::Integer() {
  LINNET_TRY_ASSIGN(const Head head, ReadHead());
  const Result<std::int64_t> value = ToInteger(head);
  if (value.ok()) {
    rest_ = rest_.subspan(head.size);
  }
  return value;
}

Result<Bytes> Cursor::ByteString() {
  return TakeString(Kind::kBytes);
}

Result<StringView> Cursor::Text() {
  LINNET_TRY_ASSIGN(const Bytes content, TakeString(Kind::kText));
  return AsText(content);
}

Result<bool> Cursor::Bool() {
  LINNET_TRY_ASSIGN(const Head head, Take(Kind::kBool));
  return head.number != 0;
}

Status Cursor::Null() {
  return Take(Kind::kNull).status();
}

Result<std::uint32_t> Cursor::BeginArray() {
  return TakeContainer(Kind::kArray);
}

Result<std::uint32_t> Cursor::BeginMap() {
  return TakeContainer(Kind::kMap);
}

Status Cursor::Skip() {
  Cursor ahead = *this;
  for (std::uint64_t items = 1; items > 0; --items) {
    const Result<Head> head = ahead.ReadHead();
    if (!head.ok()) {
      return ahead.at_end() && !at_end() ? Code::kMalformed : head.code();
    }
    if (IsString(head->kind)) {
      LINNET_TRY(ahead.TakeString(head->kind).status());
      continue;
    }
    ahead.rest_ = ahead.rest_.subspan(head->size);
    items += ItemsIn(*head);
    if (items - 1 > ahead.rest_.size()) {
      return Code::kMalformed;
    }
  }
  *this = ahead;
  return OkStatus();
}

}  // namespace linnet::cbor
