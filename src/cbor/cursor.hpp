// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Reads CBOR that lies in memory as a whole: the caller asks for what it expects.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "cbor/head.hpp"

namespace linnet::cbor {

/// A place between two items. Each call takes the next one, or leaves the place as it is and says:
/// kMismatch, it is of another kind; kMalformed, it is not well-formed or not complete (also: text
/// that is not UTF-8); kUnsupported, as DecodeHead(); kNotFound, there is no further byte.
///
/// Containers are entered, not nested: after BeginMap() its keys and values are the next items.
/// A count that exceeds the bytes that are left is malformed, so that a loop over it is bounded.
class Cursor {
 public:
  explicit Cursor(Bytes document) : rest_(document), size_(document.size()) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  /// Bytes taken.
  [[nodiscard]] std::size_t offset() const { return size_ - rest_.size(); }

  [[nodiscard]] Result<Kind> Peek() const;
  Result<std::uint64_t> Unsigned();
  /// kOutOfRange: it does not fit.
  Result<std::int64_t> Integer();
  /// A view into the document.
  Result<Bytes> ByteString();
  Result<StringView> Text();
  Result<bool> Bool();
  Status Null();
  /// Number of elements.
  Result<std::uint32_t> BeginArray();
  /// Number of pairs.
  Result<std::uint32_t> BeginMap();
  /// Takes the next item with all that is in it, however deep.
  Status Skip();

 private:
  [[nodiscard]] Result<Head> ReadHead() const;
  Result<Head> Take(Kind kind);
  Result<Bytes> TakeString(Kind kind);
  Result<std::uint32_t> TakeContainer(Kind kind);

  Bytes rest_;
  std::size_t size_;
};

/// Whether all of it is UTF-8.
bool IsUtf8(Bytes text);

}  // namespace linnet::cbor
