// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Puts the fields of a message one behind the other, never beyond the end of a buffer.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"

namespace linnet {

/// Remembers when a field did not fit.
class ByteWriter {
 public:
  /// `out` is not owned.
  explicit ByteWriter(MutableBytes out) : out_(out) {}

  void U8(std::uint8_t value);
  /// Seven bits in each byte, the lowest first; all but the last have the highest bit set.
  void Varint(std::uint32_t value);
  void Raw(Bytes data);
  /// Room for a field; empty: there is none.
  MutableBytes Take(std::size_t count);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] MutableBytes written() const { return out_.first(size_); }
  /// kTooLarge: something did not fit; size() then means nothing.
  [[nodiscard]] Status status() const { return status_; }
  void Fail() { status_ = Code::kTooLarge; }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
  Status status_;
};

}  // namespace linnet
