// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::http {

namespace {

/// As Method has them.
constexpr const char* kMethods = "GET|HEAD|POST|OPTIONS";

}  // namespace

void RequestParser::Reset() {
  HeadReader::Reset();
  request_ = {};
  body_size_ = 0;
  state_ = State::kRequestLine;
  status_ = Code::kPending;
}

Status RequestParser::Next(Bytes& input) {
  while (status_ == Code::kPending && !input.empty()) {
    if (state_ == State::kBody) {
      status_ = TakeBody(input);
      continue;
    }
    status_ = TakeLine(input);
    if (status_.ok()) {
      status_ = OnLine();
    }
  }
  return status_;
}

Status RequestParser::OnLine() {
  if (state_ == State::kRequestLine) {
    // Empty lines in front of a request are passed over (RFC 9112, 2.2).
    return line().empty() ? Code::kPending : OnRequestLine();
  }
  if (line().empty()) {
    return OnHeadEnd();
  }
  LINNET_TRY(ReadField());
  if (name() == Name::kHost) {
    request_.host = Keep(value());
  } else if (name() == Name::kOrigin) {
    request_.origin = Keep(value());
  }
  return Code::kPending;
}

Status RequestParser::OnRequestLine() {
  if (is_cut()) {
    return Code::kTooLarge;
  }
  StringView left = line();
  request_.method = static_cast<Method>(IndexOf(TakeWord(left, ' '), kMethods));
  const StringView target = TakeWord(left, ' ');
  LINNET_TRY(ReadVersion(left));
  if (!target.starts_with('/')) {
    return Code::kMalformed;
  }
  request_.target = Keep(target);
  state_ = State::kFields;
  return Code::kPending;
}

Status RequestParser::OnHeadEnd() {
  if (request_.chunked) {
    return Code::kUnsupported;
  }
  const std::size_t length = request_.content_length.value_or(0);
  if (length > room().size()) {
    return Code::kOutOfRange;
  }
  state_ = State::kBody;
  return length == 0 ? Code::kOk : Code::kPending;
}

Status RequestParser::TakeBody(Bytes& input) {
  const std::size_t length = *request_.content_length;
  const Bytes part = input.first(std::min(input.size(), length - body_size_));
  body_size_ += CopyBytes(part, room().subspan(body_size_));
  input = input.subspan(part.size());
  return body_size_ == length ? Code::kOk : Code::kPending;
}

}  // namespace linnet::http
