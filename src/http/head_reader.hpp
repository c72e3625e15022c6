// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The header of a message, line by line: what a reader of requests and one of responses have in
// common (RFC 9112).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/view.hpp"

namespace linnet::http {

/// What both kinds of headers say of the connection, and of the body behind them.
struct Framing {
  bool keep_alive = false;
  bool chunked = false;
  std::optional<std::uint32_t> content_length;
};

/// Strict: obsolete line folding, blanks in names, bad numbers and contradicting lengths are
/// refused, because two readers that disagree about a message's end are an attack. A line that
/// fills the memory counts as one that was cut.
class HeadReader {
 protected:
  enum class Name : std::uint8_t {
    kConnection,
    kContentLength,
    kTransferEncoding,
    kContentEncoding,
    kContentRange,
    kEtag,
    kLocation,
    kHost,
    kOrigin,
    kOther,
  };

  /// `memory` holds one line at a time, behind what was kept of those before it. `framing` is where
  /// the header's comes to, and outlives the reader.
  HeadReader(MutableBytes memory, std::size_t max_size, Framing& framing)
      : memory_(memory), max_size_(max_size), framing_(framing) {}

  /// Before the first message, and each other; the framing is the owner's to reset.
  void Reset();
  /// Consumes from the front of `input` to the end of a line. kPending: all is consumed. kTooLarge:
  /// the header exceeds its size. kMalformed: a character that no line has.
  Status TakeLine(Bytes& input);
  /// "HTTP/1.1" or "HTTP/1.0". kUnsupported: another protocol of this name.
  Status ReadVersion(StringView version);
  /// Splits the line into name() and value(), and takes what framing is about. kTooLarge: it is
  /// cut, and has a name that matters. kUnsupported: a transfer coding other than chunked, or a
  /// length over 32 bits.
  Status ReadField();
  /// Part of the line becomes valid until Reset(); the lines behind it have less memory.
  StringView Keep(StringView part);

  /// Valid until the next one begins.
  [[nodiscard]] StringView line() const { return line_; }
  [[nodiscard]] bool is_cut() const { return line_.size() == room_.size(); }
  [[nodiscard]] Name name() const { return name_; }
  [[nodiscard]] StringView value() const { return value_; }
  /// Behind what was kept.
  [[nodiscard]] MutableBytes room() const { return room_; }
  [[nodiscard]] std::size_t head_size() const { return head_size_; }
  void SetHeadSize(std::size_t size) { head_size_ = size; }

 private:
  const MutableBytes memory_;
  const std::size_t max_size_;
  Framing& framing_;
  MutableBytes room_;
  std::size_t line_size_;
  std::size_t head_size_;
  StringView line_;
  StringView value_;
  Name name_ = Name::kOther;
  bool after_return_;
};

}  // namespace linnet::http
