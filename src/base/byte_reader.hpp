// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Takes fields from the front of a message, never beyond its end.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"

namespace linnet {

/// Fields one after another. Behind the end every read gives 0 and `status()` turns kMalformed, so
/// that a parser checks once, at its end.
class ByteReader {
 public:
  explicit ByteReader(Bytes body) : rest_(body) {}

  std::uint8_t U8();
  Bytes Take(std::size_t count);

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  [[nodiscard]] Status status() const { return status_; }
  void Fail() {
    status_ = Code::kMalformed;
    rest_ = {};
  }

 private:
  Bytes rest_;
  Status status_;
};

}  // namespace linnet
