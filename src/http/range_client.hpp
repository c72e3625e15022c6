// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// GETs one byte range after another over a net::Stream (HTTP/1.1: RFC 9110, RFC 9112).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/fixed_string.hpp"
#include "base/status.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "http/response_parser.hpp"
#include "net/stream.hpp"
#include "sched/loop.hpp"

namespace linnet::http {

/// The caller keeps the text alive until the request has finished; `host` is copied.
struct Request {
  StringView host;  ///< At most 253 characters; also what TLS expects of the server.
  std::uint16_t port = 443;
  StringView target = {};  ///< Path and query, "/" first; at most kMaxTarget bytes.
  std::uint32_t offset = 0;
  std::uint32_t length = 0;  ///< 0: no Range header, the whole file.
  StringView etag = {};      ///< Sent as If-Range, with its quotes; empty: not sent.
};

/// Takes the body as it arrives.
class BodySink {
 public:
  /// `offset` counts from the start of the file, pieces are in order and without gaps. A failure
  /// ends the request with that status.
  virtual Status OnBody(std::uint32_t offset, Bytes data) = 0;

 protected:
  ~BodySink() = default;  // nobody deletes through it
};

/// How a request ended.
enum class Outcome : std::uint8_t {
  kNone,        ///< Not yet.
  kComplete,    ///< All of the range (or of what the file has of it) went to the sink.
  kRedirected,  ///< `response().location` is the new URL, possibly relative. Nothing was delivered.
  kChanged,     ///< If-Range did not hold: the file is another one now. Nothing was delivered.
  kRangeIgnored,  ///< The server sends whole files only. Nothing was delivered.
  kRefused,       ///< A status that is no success; `status()` sorts it.
  kFailed,        ///< The stream, the protocol, a deadline or the sink; see `status()`.
};

StringView ToString(Outcome outcome);

struct Timeouts {
  Milliseconds open{60000};   ///< Names, TCP and TLS together.
  Milliseconds head{30000};   ///< From the request to the end of the response's header.
  Milliseconds stall{30000};  ///< Without a byte of the body.
};

/// One request at a time; the connection is kept for the next one to the same host and port when
/// the server allows it. A kept connection that turns out to be gone is opened again once, without
/// a word. Follows no redirect by itself: the caller counts them (kMaxRedirects is a good bound).
class RangeClient : public sched::Task {
 public:
  static constexpr std::size_t kMaxTarget = 2560;
  static constexpr int kMaxRedirects = 5;

  /// `line` bounds the header fields that matter (Location, ETag); longer ones that do not matter
  /// are skipped; at least 256 bytes, and as many more as the longest Location that is to be seen.
  /// `chunk` is what is read at once, and the largest piece that a sink gets.
  RangeClient(net::Stream& stream, const Timeouts& timeouts, MutableBytes line, MutableBytes chunk);

  /// kFailedPrecondition: busy. kInvalidArgument: no host, or characters in host, target or etag
  /// that may not stand in a request. kTooLarge: host or target too long.
  Status Start(const Request& request, BodySink& sink);
  /// Ends a request with kFailed/kCancelled, and the connection.
  void Cancel();
  Instant Run(Instant now) override;

  [[nodiscard]] bool busy() const { return state_ != State::kIdle; }
  [[nodiscard]] Outcome outcome() const { return outcome_; }
  /// ok for kComplete; kPending while busy; kUnsupported for kRedirected and kRangeIgnored;
  /// kMismatch for kChanged. For kRefused: kPermissionDenied (401, 403: a signed URL
  /// may have expired), kNotFound (404, 410), kOutOfRange (416), kUnavailable (408, 429, 5xx),
  /// kUnsupported (others). For kFailed: the stream's failure, kDeadlineExceeded, kMalformed,
  /// kTooLarge (header), kCancelled, or the sink's.
  [[nodiscard]] Status status() const { return status_; }
  /// What the server's header said; valid until the next Start.
  [[nodiscard]] const Response& response() const { return parser_.response(); }

 protected:
  ~RangeClient() = default;  // nobody deletes through it

 private:
  enum class State : std::uint8_t { kIdle, kOpening, kSending, kReceiving };
  static StringView ToString(State state);

  void SetState(State state);
  void Opening(Instant now);
  void BeginSending(Instant now);
  void Send(Instant now);
  void Receive(Instant now);
  void Consume(Bytes data, Instant now);
  // True: the request goes on.
  bool Judge();
  [[nodiscard]] bool IsOther(StringView etag) const;
  bool Deliver(Bytes part);
  void Complete(bool nothing_behind);
  void EndOfStream(Status status);
  void Finish(Outcome outcome, Status status);

  net::Stream& stream_;
  const Timeouts timeouts_;
  MutableBytes chunk_;
  ResponseParser parser_;
  Request request_;
  BodySink* sink_ = nullptr;
  FixedString<253> host_;
  std::uint16_t port_ = 0;
  std::array<StringView, 10> pieces_;  // The request; sent piece by piece, never assembled.
  std::array<char, 32> range_text_{};
  std::array<char, 8> port_text_{};
  std::size_t piece_ = 0;
  std::size_t piece_sent_ = 0;
  std::uint32_t delivered_ = 0;
  Instant deadline_{};
  State state_ = State::kIdle;
  Outcome outcome_ = Outcome::kNone;
  Status status_ = OkStatus();
  bool reused_ = false;    // This request goes out on a kept connection.
  bool answered_ = false;  // At least one byte of the answer has come.
  bool keep_ = false;      // The connection is good for another request.
  bool moved_ = false;
};

template <std::size_t kLine, std::size_t kChunk>
class RangeClientBuffer final : public RangeClient {
 public:
  RangeClientBuffer(net::Stream& stream, const Timeouts& timeouts)
      : RangeClient(stream, timeouts, MutableBytes(memory_).first(kLine),
                    MutableBytes(memory_).last(kChunk)) {}

  /// For somebody else's use while the client is not busy; `response()` is void from then on.
  [[nodiscard]] MutableBytes memory() { return memory_; }

 private:
  std::array<std::byte, kLine + kChunk> memory_;
};

}  // namespace linnet::http
