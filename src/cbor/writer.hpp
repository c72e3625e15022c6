// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Writes one CBOR item into a span, and cannot make one that is not well-formed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "cbor/head.hpp"

namespace linnet::cbor {

/// Shortest heads and definite lengths: with keys in the order of their encoding, which is the
/// caller's to choose, it is RFC 8949's deterministic encoding. Calls need no check one by one: the
/// first error stays, what follows is ignored, and Finish() returns it.
class Writer {
 public:
  static constexpr std::size_t kMaxDepth = 16;

  /// `out` is the caller's and holds the document.
  explicit Writer(MutableBytes out) : out_(out) {}

  void Unsigned(std::uint64_t value) { Item(Kind::kUnsigned, value); }
  void Integer(std::int64_t value);
  void ByteString(Bytes bytes) { String(Kind::kBytes, bytes); }
  /// Text that is not UTF-8 is an error.
  void Text(StringView text);
  void Bool(bool value) { Item(Kind::kBool, value ? 1 : 0); }
  void Null() { Item(Kind::kNull, 0); }
  /// The next `count` items are its elements.
  void BeginArray(std::uint32_t count) { Begin(Kind::kArray, count, count); }
  /// The next `pairs` times two items are its keys and values.
  void BeginMap(std::uint32_t pairs) { Begin(Kind::kMap, pairs, std::uint64_t{2} * pairs); }

  /// The document. kTooLarge: it does not fit `out`, or nests deeper than kMaxDepth. kMalformed: a
  /// text was not UTF-8. kFailedPrecondition: items are missing, or there are too many.
  [[nodiscard]] Result<Bytes> Finish() const;
  [[nodiscard]] Status status() const { return status_; }

 private:
  void Item(Kind kind, std::uint64_t number);
  void String(Kind kind, Bytes content);
  void Begin(Kind kind, std::uint64_t number, std::uint64_t items);
  void Put(Bytes bytes);
  void Fail(Code code);

  MutableBytes out_;
  std::size_t size_ = 0;
  std::size_t depth_ = 0;
  std::array<std::uint64_t, kMaxDepth + 1> missing_{1};  ///< Items, at each level.
  Status status_;
};

}  // namespace linnet::cbor
