// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Writes one JSON document into a span, and cannot make one that is not valid.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"

namespace linnet::json {

/// Calls need no check one by one: the first error stays, what follows is ignored, and Finish
/// returns it. Duplicate keys are the caller's to avoid.
class Writer {
 public:
  static constexpr std::size_t kMaxDepth = 32;

  /// `out` is the caller's and holds the document, without a terminator.
  explicit Writer(Span<char> out) : out_(out) {}

  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }
  /// The next value's name; only directly inside an object.
  void Key(StringView key);
  /// Escapes what must be escaped. Text that is not UTF-8 is an error.
  void String(StringView text);
  /// A string of lower-case hexadecimal digits.
  void Hex(Bytes bytes);
  void Integer(std::int64_t value);
  void Bool(bool value) { Literal(value ? "true" : "false"); }
  void Null() { Literal("null"); }

  void Member(StringView key, StringView text);
  void Member(StringView key, std::int64_t value);

  /// The document. kTooLarge: it does not fit `out`, or nests deeper than kMaxDepth. kMalformed: a
  /// string was not UTF-8. kFailedPrecondition: a value without a key, a key outside an object, an
  /// end that matches no begin, a second document or one that is not complete.
  [[nodiscard]] Result<StringView> Finish() const;
  [[nodiscard]] Status status() const { return status_; }

 private:
  void Begin(char c);
  void End(char c);
  void Literal(StringView text);
  Status BeforeValue();
  void Fail(Code code);
  void Put(char c);
  void PutQuoted(StringView text);
  void PutEscaped(char c);
  [[nodiscard]] bool in_object() const {
    return depth_ > 0 && (objects_ >> (depth_ - 1) & 1U) != 0;
  }

  Span<char> out_;
  std::size_t size_ = 0;
  std::uint32_t objects_ = 0;  ///< Bit n: the container at depth n + 1 is an object.
  std::uint8_t depth_ = 0;
  bool comma_ = false;  ///< The next key or element needs one before it.
  bool keyed_ = false;  ///< A key waits for its value.
  Status status_;
};

}  // namespace linnet::json
