// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "cbor/writer.hpp"
#include "base/view.hpp"

#include "cbor/cursor.hpp"

namespace linnet::cbor {

void Writer::Fail(Code code) {
  if (status_.ok()) {
    status_ = code;
  }
}

void Writer::Put(Bytes bytes) {
  if (bytes.size() > out_.size() - size_) {
    Fail(Code::kTooLarge);
  }
  if (status_.ok()) {
    size_ += CopyBytes(bytes, out_.subspan(size_));
  }
}

void Writer::Item(Kind kind, std::uint64_t number) {
  while (depth_ > 0 && missing_[depth_] == 0) {
    --depth_;
  }
  if (missing_[depth_] == 0) {
    Fail(Code::kFailedPrecondition);
    return;
  }
  --missing_[depth_];
  std::array<std::byte, kMaxHeadSize> head;
  Put(Bytes(head).first(EncodeHead(kind, number, head)));
}

void Writer::Integer(std::int64_t value) {
  if (value < 0) {
    Item(Kind::kNegative, ~static_cast<std::uint64_t>(value));
  } else {
    Item(Kind::kUnsigned, static_cast<std::uint64_t>(value));
  }
}

void Writer::String(Kind kind, Bytes content) {
  Item(kind, content.size());
  Put(content);
}

void Writer::Text(StringView text) {
  if (!IsUtf8(AsBytes(text))) {
    Fail(Code::kMalformed);
  }
  String(Kind::kText, AsBytes(text));
}

void Writer::Begin(Kind kind, std::uint64_t number, std::uint64_t items) {
  Item(kind, number);
  if (depth_ == kMaxDepth) {
    Fail(Code::kTooLarge);
    return;
  }
  missing_[++depth_] = items;
}

Result<Bytes> Writer::Finish() const {
  LINNET_TRY(status_);
  for (std::size_t level = 0; level <= depth_; ++level) {
    if (missing_[level] != 0) {
      return Code::kFailedPrecondition;
    }
  }
  return Bytes(out_.first(size_));
}

}  // namespace linnet::cbor
