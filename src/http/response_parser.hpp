// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Reads one HTTP/1.1 response from bytes in any pieces (RFC 9112). No I/O, no whole message held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "http/head_reader.hpp"

namespace linnet::http {

/// The header fields that a range download looks at.
struct Response : Framing {
  std::uint16_t status = 0;
  /// From Content-Range: first and last byte, and the file's size where the server knows it.
  bool has_range = false;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::optional<std::uint32_t> file_size;
  FixedString<128> etag;  ///< With its quotes; empty if there was none.
  /// Points into the parser's line memory; empty if there was none.
  StringView location;
};

/// Refuses what HeadReader does, and a length beside a transfer coding.
class ResponseParser : private HeadReader {
 public:
  enum class Event : std::uint8_t {
    kMore,  ///< All input is consumed; give more.
    kHead,  ///< The header is complete: response(). Once.
    kBody,  ///< A piece of the body: part().
    kEnd,   ///< The message is complete; what is left in the input is not part of it.
  };

  static constexpr std::size_t kMaxHeadSize = 16384;

  /// `line` holds one header field at a time, then the Location.
  explicit ResponseParser(MutableBytes line) : HeadReader(line, kMaxHeadSize, response_) {
    Reset();
  }

  void Reset();
  /// Consumes from the front of `input`. Failures are final until Reset(). kMalformed. kTooLarge:
  /// the header exceeds kMaxHeadSize, or a field that matters exceeds its memory. kUnsupported: a
  /// transfer coding other than chunked, a content coding, a length over 32 bits, not HTTP/1.x.
  Result<Event> Next(Bytes& input);
  /// The stream ended: whether the message is complete with that (a body without any length).
  [[nodiscard]] Status AtEnd() const;

  [[nodiscard]] const Response& response() const { return response_; }
  [[nodiscard]] Bytes part() const { return part_; }
  /// Where the body of the response is shorter by nature: nothing but the header is expected.
  [[nodiscard]] bool bodiless() const;

 private:
  enum class State : std::uint8_t {
    kStatusLine,
    kFields,
    kHeadDone,
    kSized,
    kUntilEnd,
    kChunkSize,
    kChunk,
    kChunkEnd,
    kTrailers,
    kDone,
    kFailed,
  };

  Status OnLine();
  Status OnStatusLine();
  Status OnField();
  Status OnContentRange(StringView value);
  Status OnChunkSize();
  Status OnLocation(StringView value);
  void EndOfHead();
  Result<Event> Body(Bytes& input);

  Response response_;
  Bytes part_;
  std::uint32_t left_ = 0;  // Of the body or the chunk.
  State state_ = State::kStatusLine;
};

}  // namespace linnet::http
