// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A strict JSON reader (RFC 8259) that is fed: any pieces in, events out, no tree, no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/utf8.hpp"
#include "base/view.hpp"
#include "json/event.hpp"

namespace linnet::json {

/// Reads one document: any value, white space around it. Beyond the grammar it refuses what is not
/// UTF-8 and escapes that name half a surrogate pair. It keeps no keys, so it cannot see duplicate
/// ones: a handler that cares refuses the second value of a field.
///
/// Where the pieces are cut makes no difference to the events or to the outcome.
class Reader {
 public:
  static constexpr std::size_t kMaxDepth = 32;
  /// A text buffer this long holds every 64-bit integer and every character.
  static constexpr std::size_t kMinText = 32;

  /// `text` (at least kMinText) holds the number, literal, key or string part being read.
  Reader(Handler& handler, Span<char> text);

  /// Reads on; calls the handler from inside. kMalformed: not JSON. kTooLarge: nested deeper than
  /// kMaxDepth, or a number longer than the text buffer. Else: what the handler returned. The first
  /// failure stays until Reset.
  Status Feed(Bytes piece);
  /// The document ends here. kMalformed: it is not complete. Else as Feed (a number at the top
  /// level is known to be complete only now).
  Status Finish();
  /// Forgets everything, ready for the next document.
  void Reset();

  /// Bytes read; after a failure, where in the document it is.
  [[nodiscard]] std::size_t offset() const { return offset_; }

 private:
  enum class State : std::uint8_t {
    kValue,
    kValueOrEnd,
    kKey,
    kKeyOrEnd,
    kColon,
    kAfterValue,
    kScalar,
    kText,
    kEscape,
    kHex,
    kLowBackslash,
    kLowU,
  };

  Status Step(char c);
  Status OnStructure(char c);
  Status OnText(char c);
  Status OnEscape(char c);
  Status OnHex(char c);
  Status BeginValue(char c);
  Status Push(bool object);
  Status Pop(char c);
  void BeginText(bool key);
  Status EndText();
  Status EmitText(bool last);
  Status PutCharacter(std::uint32_t code_point);
  Status MakeRoom();
  Status PutScalar(char c);
  Status EndScalar();
  [[nodiscard]] bool in_object() const { return (objects_ >> (depth_ - 1) & 1U) != 0; }

  Handler& handler_;
  Span<char> text_;
  std::size_t text_size_ = 0;
  std::size_t offset_ = 0;
  std::uint32_t objects_ = 0;  ///< Bit n: the container at depth n + 1 is an object.
  std::uint8_t depth_ = 0;
  State state_ = State::kValue;
  Status status_;
  Utf8Checker utf8_;
  bool key_ = false;         ///< The text being read is a key.
  bool first_ = true;        ///< No part of it was handed out yet.
  std::uint8_t digits_ = 0;  ///< Of the \u escape being read.
  std::uint16_t unit_ = 0;   ///< Its value so far.
  std::uint16_t high_ = 0;   ///< The first half of a surrogate pair; 0: none.
};

/// A reader that owns its text buffer.
template <std::size_t kTextSize>
class ReaderBuffer {
 public:
  explicit ReaderBuffer(Handler& handler) : reader_(handler, text_) {}
  ReaderBuffer(const ReaderBuffer&) = delete;
  ReaderBuffer& operator=(const ReaderBuffer&) = delete;
  Reader& operator*() { return reader_; }
  Reader* operator->() { return &reader_; }

 private:
  static_assert(kTextSize >= Reader::kMinText);
  std::array<char, kTextSize> text_{};
  Reader reader_;
};

}  // namespace linnet::json
