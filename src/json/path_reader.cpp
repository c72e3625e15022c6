// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "json/path_reader.hpp"

#include "base/view.hpp"

namespace linnet::json {

PathReader::PathReader(Span<char> text, Span<char> path) : reader_(*this, text), path_(path) {}

void PathReader::Begin(PathHandler& handler) {
  reader_.Reset();
  handler_ = &handler;
  size_ = 0;
  depth_ = 0;
  skipped_ = 0;
}

Status PathReader::Feed(Bytes piece) {
  return handler_ == nullptr ? Code::kFailedPrecondition : reader_.Feed(piece);
}

Status PathReader::Finish() {
  return handler_ == nullptr ? Code::kFailedPrecondition : reader_.Finish();
}

// A container's path stays on the stack while it is open: keys replace what stands behind it, and
// the elements of an array all have the container's path and "[]".
Status PathReader::On(const Event& event) {
  switch (event.kind) {
    case Kind::kKey:
      OnKey(event);
      return OkStatus();
    case Kind::kBeginObject:
    case Kind::kBeginArray: {
      containers_[depth_++] = size_;
      const Status status = Deliver(event);
      if (event.kind == Kind::kBeginArray) {
        Put('[');
        Put(']');
      }
      return status;
    }
    case Kind::kEndObject:
    case Kind::kEndArray:
      size_ = containers_[--depth_];
      return Deliver(event);
    default:
      return Deliver(event);
  }
}

void PathReader::OnKey(const Event& event) {
  if (event.first) {
    size_ = containers_[depth_ - 1];
    if (depth_ > 1) {
      Put('.');
    }
  }
  for (const char c : event.text) {
    if (c == '.' || c == '[' || c == '\\') {
      Put('\\');
    }
    Put(c);
  }
}

Status PathReader::Deliver(const Event& event) {
  if (size_ > path_.size()) {
    ++skipped_;
    return OkStatus();
  }
  return handler_->OnValue({path_.data(), size_}, event);
}

void PathReader::Put(char c) {
  if (size_ < path_.size()) {
    path_[size_] = c;
  }
  ++size_;
}

}  // namespace linnet::json
