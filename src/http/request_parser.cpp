// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.hpp"

#include <algorithm>

#include "base/words.hpp"
#include "http/text.hpp"

namespace linnet::http {

namespace {

using namespace std::string_view_literals;
constexpr auto kProtocol = "HTTP/1."sv;
constexpr const char* kMethods = "GET|HEAD|POST|OPTIONS";
enum Field : std::size_t { kContentLength, kTransferEncoding, kHost, kOrigin, kConnection };
constexpr const char* kFields = "content-length|transfer-encoding|host|origin|connection";

/// A longer one than is kept is one that is not ours.
void Keep(std::string_view value, FixedString<IncomingRequest::kMaxHost>& out) {
  out.Clear();
  IgnoreStatus(out.Append(value));
}

bool IsTargetCharacter(char c) {
  return c > ' ' && c < '\x7F';
}

}  // namespace

void RequestParser::Reset() {
  request_ = {};
  size_ = head_size_ = 0;
  state_ = State::kRequestLine;
  failure_ = Code::kOk;
  after_return_ = overlong_ = has_length_ = false;
}

Status RequestParser::Next(Bytes& input) {
  while (state_ == State::kRequestLine || state_ == State::kFields) {
    if (input.empty()) {
      return Code::kPending;
    }
    const char c = std::to_integer<char>(input.front());
    input = input.subspan(1);
    if (const Status status = TakeByte(c); !status.ok()) {
      failure_ = status.code();
      state_ = State::kFailed;
    }
  }
  if (state_ == State::kBody) {
    TakeBody(input);
  }
  return state_ == State::kFailed ? failure_ : state_ == State::kDone ? Code::kOk : Code::kPending;
}

void RequestParser::TakeBody(Bytes& input) {
  const std::size_t left = request_.content_length - size_;
  const Bytes part = input.first(std::min(input.size(), left));
  size_ += CopyBytes(part, memory_.subspan(size_));
  input = input.subspan(part.size());
  if (size_ == request_.content_length) {
    state_ = State::kDone;
  }
}

// Collects a line. It ends with CR LF, or with LF alone as RFC 9112 2.2 lets a reader accept.
Status RequestParser::TakeByte(char c) {
  if (++head_size_ > kMaxHeadSize) {
    return Code::kOutOfRange;
  }
  if (c == '\n') {
    after_return_ = false;
    return OnLine();
  }
  if (after_return_ || c == '\0') {
    return Code::kMalformed;
  }
  if (c == '\r') {
    after_return_ = true;
  } else if (size_ < memory_.size()) {
    memory_[size_++] = static_cast<std::byte>(c);
  } else {
    overlong_ = true;
  }
  return OkStatus();
}

Status RequestParser::OnLine() {
  const std::string_view line = AsText(memory_.first(size_));
  const bool overlong = overlong_;
  size_ = 0;
  overlong_ = false;
  if (state_ == State::kRequestLine) {
    // Empty lines in front of a request are passed over (RFC 9112, 2.2).
    return line.empty() ? OkStatus() : overlong ? Status(Code::kOutOfRange) : OnRequestLine(line);
  }
  if (line.empty()) {
    return OnHeadEnd();
  }
  // What is cut is no field that matters: these are short.
  return OnField(line);
}

Status RequestParser::OnRequestLine(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == 0 || last == first) {
    return Code::kMalformed;
  }
  const std::string_view protocol = line.substr(last + 1);
  if (!protocol.starts_with(kProtocol) || protocol.size() != kProtocol.size() + 1) {
    return protocol.starts_with(kProtocol.substr(0, 5)) ? Code::kUnsupported : Code::kMalformed;
  }
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if ((target.front() != '/' && target != "*"sv) ||
      !std::ranges::all_of(target, IsTargetCharacter)) {
    return Code::kMalformed;
  }
  if (!request_.target.Assign(target).ok()) {
    return Code::kOutOfRange;
  }
  request_.method = static_cast<Method>(IndexOf(line.substr(0, first), kMethods));
  request_.keep_alive = protocol.back() != '0';
  state_ = State::kFields;
  return OkStatus();
}

Status RequestParser::OnField(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return Code::kMalformed;
  }
  const MutableBytes name = memory_.first(colon);  // where the line is
  for (std::byte& byte : name) {
    const char c = std::to_integer<char>(byte);
    // Folded lines, too, and blanks before the colon (RFC 9112 5.1, 5.2).
    if (c == ' ' || c == '\t') {
      return Code::kMalformed;
    }
    byte = static_cast<std::byte>(Lower(c));
  }
  const std::string_view value = Trim(line.substr(colon + 1));
  switch (IndexOf(AsText(name), kFields)) {
    case kContentLength: {
      const std::uint32_t before = request_.content_length;
      LINNET_TRY_ASSIGN(request_.content_length, WholeNumber(value));
      const bool contradicts = has_length_ && before != request_.content_length;
      has_length_ = true;
      return contradicts ? Code::kMalformed : Code::kOk;
    }
    case kTransferEncoding:
      return Code::kUnsupported;
    case kHost:
      Keep(value, request_.host);
      break;
    case kOrigin:
      Keep(value, request_.origin);
      break;
    case kConnection:
      request_.keep_alive =
          Lists(value, "keep-alive"sv) || (request_.keep_alive && !Lists(value, "close"sv));
      break;
    default:
      break;
  }
  return OkStatus();
}

Status RequestParser::OnHeadEnd() {
  if (request_.content_length > memory_.size()) {
    return Code::kTooLarge;
  }
  state_ = request_.content_length == 0 ? State::kDone : State::kBody;
  return OkStatus();
}

}  // namespace linnet::http
