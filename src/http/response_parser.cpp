// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "http/response_parser.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "base/words.hpp"
#include "http/text.hpp"

namespace linnet::http {

using namespace std::string_view_literals;

void ResponseParser::Reset() {
  HeadReader::Reset();
  response_ = {};
  part_ = {};
  left_ = 0;
  state_ = State::kStatusLine;
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
    Status status = TakeLine(input);
    if (status == Code::kPending) {
      return Event::kMore;
    }
    if (status.ok()) {
      status = OnLine();
    }
    if (!status.ok()) {
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

Status ResponseParser::OnLine() {
  switch (state_) {
    case State::kStatusLine:
      return OnStatusLine();
    case State::kFields:
      return OnField();
    case State::kChunkSize:
      return OnChunkSize();
    case State::kChunkEnd:
      state_ = State::kChunkSize;
      return line().empty() ? Code::kOk : Code::kMalformed;
    default:  // A trailer, of which none matters; an empty line ends them.
      state_ = line().empty() ? State::kDone : State::kTrailers;
      return OkStatus();
  }
}

Status ResponseParser::OnStatusLine() {
  StringView left = line();
  LINNET_TRY(ReadVersion(TakeWord(left, ' ')));
  LINNET_TRY_ASSIGN(const std::uint32_t status, WholeNumber(TakeWord(left, ' ')));
  if (status < 100 || status > 599) {
    return Code::kMalformed;
  }
  response_.status = static_cast<std::uint16_t>(status);
  state_ = State::kFields;
  return OkStatus();
}

Status ResponseParser::OnField() {
  if (line().empty()) {
    if (response_.status < 200) {
      // An interim answer: the real one follows.
      const std::size_t size = head_size();
      Reset();
      SetHeadSize(size);
      return OkStatus();
    }
    state_ = State::kHeadDone;
    return response_.chunked && response_.content_length.has_value() ? Code::kMalformed : Code::kOk;
  }
  LINNET_TRY(ReadField());
  switch (name()) {
    case Name::kContentRange:
      return OnContentRange(value());
    case Name::kEtag:
      return response_.etag.Assign(value());
    case Name::kLocation:
      return OnLocation(value());
    case Name::kContentEncoding:
      return SameWord(value(), "identity"sv) ? Code::kOk : Code::kUnsupported;
    default:
      return OkStatus();
  }
}

// "bytes 0-99/1000", "bytes 0-99/*", or "bytes */1000" where the range was not possible.
Status ResponseParser::OnContentRange(StringView value) {
  constexpr StringView kUnit = "bytes ";
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

Status ResponseParser::OnLocation(StringView value) {
  if (!response_.location.empty()) {
    return Code::kMalformed;
  }
  response_.location = Keep(value);
  return OkStatus();
}

Status ResponseParser::OnChunkSize() {
  if (is_cut()) {
    return Code::kTooLarge;
  }
  StringView rest = line();
  LINNET_TRY_ASSIGN(left_, TakeNumber(rest, 16));
  if (!rest.empty() && rest.front() != ';' && rest.front() != ' ') {
    return Code::kMalformed;
  }
  state_ = left_ == 0 ? State::kTrailers : State::kChunk;
  SetHeadSize(0);  // Bounds one line, or the trailers.
  return OkStatus();
}

void ResponseParser::EndOfHead() {
  SetHeadSize(0);
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
