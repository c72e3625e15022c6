// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Reads HTTP/1.1 requests from bytes in any pieces (RFC 9112), for a server that is small and
// strict.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/fixed_string.hpp"
#include "base/result.hpp"

namespace linnet::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kOptions, kOther };

/// What such a server looks at; other header fields are passed over.
struct IncomingRequest {
  static constexpr std::size_t kMaxTarget = 64;
  static constexpr std::size_t kMaxHost = 64;

  Method method = Method::kOther;
  /// Origin form: "/path?query", as it was sent.
  FixedString<kMaxTarget> target{};
  FixedString<kMaxHost> host{};    ///< Empty: there was none, or one that is longer.
  FixedString<kMaxHost> origin{};  ///< The same.
  bool keep_alive = false;
  std::uint32_t content_length = 0;

  [[nodiscard]] std::string_view path() const { return target.view().substr(0, query_at()); }
  /// Behind the question mark.
  [[nodiscard]] std::string_view query() const {
    return target.view().substr(std::min(query_at() + 1, target.size()));
  }

 private:
  [[nodiscard]] std::size_t query_at() const {
    return std::min(target.view().find('?'), target.size());
  }
};

/// Refuses what two readers could understand differently: contradicting lengths, folded fields,
/// blanks in names, transfer codings (a small form has a length), characters that no target has.
class RequestParser {
 public:
  static constexpr std::size_t kMaxHeadSize = 8192;

  /// `body` holds the body, and before that one line at a time: the longest header field that
  /// matters, and the longest body.
  explicit RequestParser(MutableBytes body) : memory_(body) {}

  void Reset();
  /// Consumes from the front of `input`. kPending: all is consumed; give more. ok: the request is
  /// whole; what is left in the input is the next one's. Failures are final until Reset(), and say
  /// what to answer: kMalformed (400), kTooLarge: the body (413), kOutOfRange: the target or the
  /// header (414, 431), kUnsupported: a transfer coding, or another protocol (501, 505).
  Status Next(Bytes& input);

  /// Something of a request has come, and it is not whole.
  [[nodiscard]] bool begun() const { return head_size_ > 0 && state_ != State::kDone; }
  [[nodiscard]] const IncomingRequest& request() const { return request_; }
  [[nodiscard]] Bytes body() const { return memory_.first(size_); }

 private:
  enum class State : std::uint8_t { kRequestLine, kFields, kBody, kDone, kFailed };

  Status TakeByte(char c);
  Status OnLine();
  Status OnRequestLine(std::string_view line);
  Status OnField(std::string_view line);
  Status OnHeadEnd();
  void TakeBody(Bytes& input);

  MutableBytes memory_;
  IncomingRequest request_;
  std::size_t size_ = 0;  // of the line, or of the body so far
  std::size_t head_size_ = 0;
  State state_ = State::kRequestLine;
  Code failure_ = Code::kOk;
  bool after_return_ = false;
  bool overlong_ = false;  // this line
  bool has_length_ = false;
};

}  // namespace linnet::http
