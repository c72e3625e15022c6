// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Reads HTTP/1.1 requests from bytes in any pieces (RFC 9112), for a server that is small and
// strict.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "http/head_reader.hpp"

namespace linnet::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kOptions, kOther };

/// What such a server looks at; other header fields are passed over. Texts lie in the parser's
/// memory.
struct IncomingRequest : Framing {
  Method method = Method::kOther;
  /// Origin form: "/path?query", as it was sent.
  StringView target;
  StringView host;
  StringView origin;
};

/// Refuses what HeadReader does, and transfer codings: a small form has a length.
class RequestParser : private HeadReader {
 public:
  static constexpr std::size_t kMaxHeadSize = 8192;
  /// For the texts of a request, beside its body.
  static constexpr std::size_t kTexts = 256;

  /// `memory` holds one line at a time, then the body: kTexts more than the longest body.
  explicit RequestParser(MutableBytes memory) : HeadReader(memory, kMaxHeadSize, request_) {
    Reset();
  }

  void Reset();
  /// Consumes from the front of `input`. kPending: all is consumed; give more. ok: the request is
  /// whole; what is left in the input is the next one's. Failures are final until Reset(), and say
  /// what to answer: kMalformed (400), kOutOfRange: the body (413), kTooLarge: the target or the
  /// header (414, 431), kUnsupported: a transfer coding, or another protocol (501, 505).
  Status Next(Bytes& input);

  /// Something of a request has come, and it is not whole.
  [[nodiscard]] bool begun() const { return head_size() > 0 && status_ == Code::kPending; }
  [[nodiscard]] const IncomingRequest& request() const { return request_; }
  [[nodiscard]] Bytes body() const { return room().first(body_size_); }

 private:
  enum class State : std::uint8_t { kRequestLine, kFields, kBody };

  // Each leaves kPending while the request is not whole.
  Status OnLine();
  Status OnRequestLine();
  Status OnHeadEnd();
  Status TakeBody(Bytes& input);

  IncomingRequest request_;
  std::size_t body_size_;  // so far
  State state_;
  Status status_;
};

}  // namespace linnet::http
