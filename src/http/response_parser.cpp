// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "http/response_parser.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace linnet::http {

using namespace std::string_view_literals;

void ResponseParser::Reset() {
  response_ = {};
  part_ = {};
  reserved_ = line_size_ = head_size_ = 0;
  left_ = 0;
  state_ = State::kStatusLine;
  after_return_ = overlong_ = false;
}

bool ResponseParser::bodiless() const {
  return response_.status == 204 || response_.status == 304;
}

Result<ResponseParser::Event> ResponseParser::Next(Bytes& input) {
  part_ = {};
  while (true) {
    switch (state_) {
      case State::kFailed:
        return Code::kMalformed;
      case State::kDone:
        return Event::kEnd;
      case State::kHeadDone:
        EndOfHead();
        return Event::kHead;
      case State::kSized:
      case State::kChunk:
      case State::kUntilEnd:
        if (state_ != State::kUntilEnd && left_ == 0) {
          state_ = state_ == State::kSized ? State::kDone : State::kChunkEnd;
          continue;
        }
        return Body(input);
      default:
        break;
    }
    if (input.empty()) {
      return Event::kMore;
    }
    const char c = std::to_integer<char>(input.front());
    input = input.subspan(1);
    if (const Status status = TakeByte(c); !status.ok()) {
      state_ = State::kFailed;
      return status;
    }
  }
}

Result<ResponseParser::Event> ResponseParser::Body(Bytes& input) {
  const std::size_t limit = state_ == State::kUntilEnd ? input.size() : left_;
  part_ = input.first(std::min(input.size(), limit));
  if (part_.empty()) {
    return Event::kMore;
  }
  input = input.subspan(part_.size());
  left_ -= state_ == State::kUntilEnd ? 0 : static_cast<std::uint32_t>(part_.size());
  return Event::kBody;
}

Status ResponseParser::AtEnd() const {
  return state_ == State::kUntilEnd || state_ == State::kDone ? Code::kOk : Code::kUnavailable;
}

// Collects a line. It ends with CR LF, or with LF alone as RFC 9112 2.2 lets a reader accept.
Status ResponseParser::TakeByte(char c) {
  if (++head_size_ > kMaxHeadSize) {
    return Code::kTooLarge;
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
    return OkStatus();
  }
  if (reserved_ + line_size_ < line_.size()) {
    line_[reserved_ + line_size_++] = static_cast<std::byte>(c);
  } else {
    overlong_ = true;
  }
  return OkStatus();
}

Status ResponseParser::OnLine() {
  const std::string_view line = AsText(line_.subspan(reserved_, line_size_));
  const bool overlong = overlong_;
  line_size_ = 0;
  overlong_ = false;
  switch (state_) {
    case State::kStatusLine:
      return OnStatusLine(line);
    case State::kFields:
      if (overlong) {
        // Only a field that matters must be read whole.
        const std::string_view name = line.substr(0, line.find(':'));
        const bool matters =
            SameWord(name, "location"sv) || SameWord(name, "etag"sv) || name.size() == line.size();
        return matters ? Code::kTooLarge : Code::kOk;
      }
      return OnField(line);
    case State::kChunkSize:
      return overlong ? Status(Code::kTooLarge) : OnChunkSize(line);
    case State::kChunkEnd:
      state_ = State::kChunkSize;
      return line.empty() ? Code::kOk : Code::kMalformed;
    default:  // A trailer, of which none matters; an empty line ends them.
      state_ = line.empty() ? State::kDone : State::kTrailers;
      return OkStatus();
  }
}

Status ResponseParser::OnStatusLine(std::string_view line) {
  constexpr std::string_view kProtocol = "HTTP/1.";
  if (!line.starts_with(kProtocol) || line.size() < 12 || line[8] != ' ' ||
      (line.size() > 12 && line[12] != ' ')) {
    return line.starts_with("HTTP/") && !line.starts_with(kProtocol) ? Code::kUnsupported
                                                                     : Code::kMalformed;
  }
  LINNET_TRY_ASSIGN(const std::uint32_t status, WholeNumber(line.substr(9, 3)));
  if (status < 100 || status > 599) {
    return Code::kMalformed;
  }
  response_.status = static_cast<std::uint16_t>(status);
  response_.keep_alive = line[7] != '0';
  state_ = State::kFields;
  return OkStatus();
}

Status ResponseParser::OnField(std::string_view line) {
  if (line.empty()) {
    if (response_.status < 200) {
      // An interim answer: the real one follows.
      const std::size_t size = head_size_;
      Reset();
      head_size_ = size;
      return OkStatus();
    }
    state_ = State::kHeadDone;
    return response_.chunked && response_.content_length.has_value() ? Code::kMalformed : Code::kOk;
  }
  const std::size_t colon = line.find(':');
  // Also refuses folded lines, and blanks before the colon (RFC 9112 5.1, 5.2).
  if (colon == std::string_view::npos || colon == 0 ||
      line.substr(0, colon).find_first_of(" \t") != std::string_view::npos) {
    return Code::kMalformed;
  }
  return OnKnownField(line.substr(0, colon), Trim(line.substr(colon + 1)));
}

Status ResponseParser::OnKnownField(std::string_view name, std::string_view value) {
  if (SameWord(name, "content-length"sv)) {
    LINNET_TRY_ASSIGN(const std::uint32_t length, WholeNumber(value));
    const bool contradicts = response_.content_length.value_or(length) != length;
    response_.content_length = length;
    return contradicts ? Code::kMalformed : Code::kOk;
  }
  if (SameWord(name, "content-range"sv)) {
    return OnContentRange(value);
  }
  if (SameWord(name, "etag"sv)) {
    return response_.etag.Assign(value);
  }
  if (SameWord(name, "location"sv)) {
    return OnLocation(value);
  }
  if (SameWord(name, "transfer-encoding"sv)) {
    response_.chunked = true;
    return SameWord(value, "chunked"sv) ? Code::kOk : Code::kUnsupported;
  }
  if (SameWord(name, "content-encoding"sv)) {
    return SameWord(value, "identity"sv) ? Code::kOk : Code::kUnsupported;
  }
  if (SameWord(name, "connection"sv)) {
    response_.keep_alive =
        Lists(value, "keep-alive"sv) || (response_.keep_alive && !Lists(value, "close"sv));
  }
  return OkStatus();
}

// "bytes 0-99/1000", "bytes 0-99/*", or "bytes */1000" where the range was not possible.
Status ResponseParser::OnContentRange(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  if (!SameWord(value.substr(0, kUnit.size()), kUnit)) {
    return Code::kUnsupported;
  }
  value.remove_prefix(kUnit.size());
  if (value.starts_with('*')) {
    value.remove_prefix(1);
  } else {
    LINNET_TRY_ASSIGN(response_.first, TakeNumber(value, 10));
    if (!value.starts_with('-')) {
      return Code::kMalformed;
    }
    value.remove_prefix(1);
    LINNET_TRY_ASSIGN(response_.last, TakeNumber(value, 10));
    response_.has_range = true;
  }
  if (!value.starts_with('/')) {
    return Code::kMalformed;
  }
  value.remove_prefix(1);
  if (value != "*"sv) {
    LINNET_TRY_ASSIGN(response_.file_size, WholeNumber(value));
  }
  const bool possible =
      !response_.has_range || (response_.first <= response_.last &&
                               response_.last < response_.file_size.value_or(UINT32_MAX));
  return possible ? Code::kOk : Code::kMalformed;
}

// Kept at the front of the line memory; the lines behind it have less.
Status ResponseParser::OnLocation(std::string_view value) {
  if (!response_.location.empty()) {
    return Code::kMalformed;
  }
  std::copy(value.begin(), value.end(), reinterpret_cast<char*>(line_.data()));
  reserved_ = value.size();
  response_.location = AsText(line_.first(reserved_));
  return OkStatus();
}

Status ResponseParser::OnChunkSize(std::string_view line) {
  LINNET_TRY_ASSIGN(left_, TakeNumber(line, 16));
  if (!line.empty() && line.front() != ';' && line.front() != ' ') {
    return Code::kMalformed;
  }
  state_ = left_ == 0 ? State::kTrailers : State::kChunk;
  head_size_ = 0;  // Bounds one line, or the trailers.
  return OkStatus();
}

void ResponseParser::EndOfHead() {
  head_size_ = 0;
  left_ = response_.content_length.value_or(0);
  if (bodiless()) {
    state_ = State::kDone;
  } else if (response_.chunked) {
    state_ = State::kChunkSize;
  } else if (response_.content_length.has_value()) {
    state_ = State::kSized;
  } else {
    state_ = State::kUntilEnd;
    response_.keep_alive = false;
  }
}

}  // namespace linnet::http
