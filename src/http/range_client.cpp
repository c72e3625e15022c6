// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "http/range_client.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::http {

using namespace std::string_view_literals;

namespace {

constexpr const char* kTag = "http";
constexpr int kChunksPerRun = 4;
constexpr Milliseconds kPollAgain{20};

// What may stand in a request line or a field: no blank or control character, so that nobody
// smuggles a second field into a request.
bool IsPrintable(StringView text, char first) {
  return std::ranges::all_of(text, [&](char c) { return c >= first && c < 0x7F; });
}

bool IsRedirect(unsigned status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Code CodeOf(unsigned status) {
  switch (status) {
    case 401:
    case 403:
      return Code::kPermissionDenied;
    case 404:
    case 410:
      return Code::kNotFound;
    case 416:
      return Code::kOutOfRange;
    case 408:
    case 429:
      return Code::kUnavailable;
    default:
      return status >= 500 ? Code::kUnavailable : Code::kUnsupported;
  }
}

}  // namespace

StringView ToString(Outcome outcome) {
  return WordAt(static_cast<std::size_t>(outcome),
                "none|complete|redirected|changed|range ignored|refused|failed");
}

StringView RangeClient::ToString(State state) {
  return WordAt(static_cast<std::size_t>(state), "idle|opening|sending|receiving");
}

RangeClient::RangeClient(net::Stream& stream, const Timeouts& timeouts, MutableBytes line,
                         MutableBytes chunk)
    : stream_(stream), timeouts_(timeouts), chunk_(chunk), parser_(line) {}

void RangeClient::SetState(State state) {
  log::Debug(kTag, "{} -> {}", ToString(state_), ToString(state));
  state_ = state;
}

Status RangeClient::Start(const Request& request, BodySink& sink) {
  if (busy()) {
    return Code::kFailedPrecondition;
  }
  if (request.target.size() > kMaxTarget || request.host.size() > host_.capacity()) {
    return Code::kTooLarge;
  }
  const bool sound =
      !request.host.empty() && request.target.starts_with('/') && IsPrintable(request.host, '!') &&
      IsPrintable(request.target, '!') && IsPrintable(request.etag, ' ') &&
      request.length <= UINT32_MAX - request.offset && (request.length > 0 || request.offset == 0);
  if (!sound) {
    return Code::kInvalidArgument;
  }
  reused_ = stream_.state() == net::Stream::State::kOpen && request.host == host_.view() &&
            request.port == port_;
  if (!reused_) {
    stream_.Close();
  }
  IgnoreStatus(host_.Assign(request.host));  // Its size was checked above.
  port_ = request.port;
  request_ = request;
  sink_ = &sink;
  delivered_ = 0;
  outcome_ = Outcome::kNone;
  status_ = Code::kPending;
  deadline_ = kNever;
  parser_.Reset();
  SetState(State::kOpening);
  return OkStatus();
}

void RangeClient::Cancel() {
  if (busy()) {
    Finish(Outcome::kFailed, Code::kCancelled);
  }
}

Instant RangeClient::Run(Instant now) {
  moved_ = false;
  switch (state_) {
    case State::kIdle:
      return kNever;
    case State::kOpening:
      Opening(now);
      break;
    case State::kSending:
      stream_.Poll(now);
      Send(now);
      break;
    case State::kReceiving:
      stream_.Poll(now);
      Receive(now);
      break;
  }
  if (busy() && now >= deadline_) {
    Finish(Outcome::kFailed, Code::kDeadlineExceeded);
  }
  if (!busy()) {
    return kNever;
  }
  return moved_ ? now : std::min(deadline_, now + kPollAgain);
}

void RangeClient::Opening(Instant now) {
  if (deadline_ == kNever) {
    deadline_ = now + timeouts_.open;
  }
  if (stream_.state() == net::Stream::State::kClosed) {
    if (const Status status = stream_.Open({.host = host_, .port = port_}); !status.ok()) {
      Finish(Outcome::kFailed, status);
      return;
    }
  }
  switch (stream_.Poll(now)) {
    case net::Stream::State::kOpen:
      BeginSending(now);
      break;
    case net::Stream::State::kOpening:
      break;
    default:
      EndOfStream(stream_.failure());
      break;
  }
}

void RangeClient::BeginSending(Instant now) {
  const bool ranged = request_.length > 0;
  const bool conditional = ranged && !request_.etag.empty();
  pieces_ = {"GET "sv, request_.target, " HTTP/1.1\r\nHost: "sv, host_};
  if (port_ != 443) {
    pieces_[4] = Format(port_text_, ":{}", port_);
  }
  if (ranged) {
    pieces_[5] = "\r\nRange: bytes="sv;
    pieces_[6] =
        Format(range_text_, "{}-{}", request_.offset, request_.offset + (request_.length - 1));
  }
  if (conditional) {
    pieces_[7] = "\r\nIf-Range: "sv;
    pieces_[8] = request_.etag;
  }
  pieces_[9] = "\r\nUser-Agent: linnet\r\nAccept-Encoding: identity\r\n\r\n"sv;
  piece_ = piece_sent_ = 0;
  answered_ = false;
  deadline_ = now + timeouts_.head;
  moved_ = true;
  SetState(State::kSending);
}

void RangeClient::Send(Instant now) {
  while (piece_ < pieces_.size()) {
    const StringView rest = pieces_[piece_].substr(piece_sent_);
    if (rest.empty()) {
      ++piece_;
      piece_sent_ = 0;
      continue;
    }
    const Result<std::size_t> written = stream_.Write(AsBytes(rest));
    if (!written.ok()) {
      EndOfStream(written.status());
      return;
    }
    if (*written == 0) {
      return;
    }
    piece_sent_ += *written;
    moved_ = true;
  }
  deadline_ = now + timeouts_.head;
  SetState(State::kReceiving);
}

void RangeClient::Receive(Instant now) {
  for (int i = 0; i < kChunksPerRun && state_ == State::kReceiving; ++i) {
    const Result<std::size_t> count = stream_.Read(chunk_);
    if (!count.ok()) {
      EndOfStream(count.status());
      return;
    }
    if (*count == 0) {
      return;
    }
    answered_ = moved_ = true;
    Consume(chunk_.first(*count), now);
  }
}

void RangeClient::Consume(Bytes data, Instant now) {
  while (true) {
    const Result<ResponseParser::Event> event = parser_.Next(data);
    if (!event.ok()) {
      Finish(Outcome::kFailed, event.status());
      return;
    }
    switch (*event) {
      case ResponseParser::Event::kMore:
        return;
      case ResponseParser::Event::kHead:
        deadline_ = now + timeouts_.stall;
        if (!Judge()) {
          return;
        }
        break;
      case ResponseParser::Event::kBody:
        deadline_ = now + timeouts_.stall;
        if (!Deliver(parser_.part())) {
          return;
        }
        break;
      case ResponseParser::Event::kEnd:
        Complete(data.empty());
        return;
    }
  }
}

bool RangeClient::IsOther(StringView etag) const {
  return !request_.etag.empty() && !etag.empty() && etag != request_.etag;
}

bool RangeClient::Judge() {
  const Response& got = response();
  const bool ranged = request_.length > 0;
  if (IsRedirect(got.status) && !got.location.empty()) {
    Finish(Outcome::kRedirected, Code::kUnsupported);
  } else if (got.status == 206 && ranged && IsOther(got.etag)) {
    // If-Range was ignored.
    Finish(Outcome::kChanged, Code::kMismatch);
  } else if (got.status == 206 && ranged) {
    // A server may give less than was asked for, from the same beginning.
    const std::uint32_t size = got.last - got.first + 1;
    const bool fits = got.has_range && got.first == request_.offset && size <= request_.length &&
                      got.content_length.value_or(size) == size;
    if (!fits) {
      Finish(Outcome::kFailed, Code::kMalformed);
    }
  } else if (got.status == 200 && ranged) {
    const bool changed = IsOther(got.etag);
    Finish(changed ? Outcome::kChanged : Outcome::kRangeIgnored,
           changed ? Code::kMismatch : Code::kUnsupported);
  } else if (got.status == 206 || (got.status < 300 && got.status != 200)) {
    Finish(Outcome::kFailed, Code::kMalformed);
  } else if (got.status != 200) {
    Finish(Outcome::kRefused, CodeOf(got.status));
  }
  return state_ == State::kReceiving;
}

bool RangeClient::Deliver(Bytes part) {
  const Response& got = response();
  const std::uint32_t room = (got.has_range ? got.last - got.first + 1 : UINT32_MAX) - delivered_;
  if (part.size() > room) {
    Finish(Outcome::kFailed, Code::kMalformed);
    return false;
  }
  if (const Status status = sink_->OnBody(request_.offset + delivered_, part); !status.ok()) {
    Finish(Outcome::kFailed, status);
    return false;
  }
  delivered_ += static_cast<std::uint32_t>(part.size());
  return true;
}

void RangeClient::Complete(bool nothing_behind) {
  const Response& got = response();
  if (got.has_range && delivered_ != got.last - got.first + 1) {
    Finish(Outcome::kFailed, Code::kMalformed);
    return;
  }
  keep_ = got.keep_alive && nothing_behind;
  Finish(Outcome::kComplete, OkStatus());
}

void RangeClient::EndOfStream(Status status) {
  if (reused_ && !answered_) {
    // The server had ended the kept connection meanwhile: that is no failure yet.
    reused_ = false;
    stream_.Close();
    deadline_ = kNever;
    moved_ = true;
    SetState(State::kOpening);
    return;
  }
  const bool whole = state_ == State::kReceiving && status == Code::kClosed && parser_.AtEnd().ok();
  if (whole) {
    Complete(false);
    return;
  }
  Finish(Outcome::kFailed, status == Code::kClosed ? Status(Code::kUnavailable) : status);
}

void RangeClient::Finish(Outcome outcome, Status status) {
  if (!keep_) {
    stream_.Close();
  }
  keep_ = false;
  outcome_ = outcome;
  status_ = status;
  if (outcome != Outcome::kComplete) {
    log::Warning(kTag, "{}: {}, status {}", http::ToString(outcome), status, response().status);
  }
  SetState(State::kIdle);
}

}  // namespace linnet::http
