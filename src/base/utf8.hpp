// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Well-formed UTF-8, byte by byte (Unicode 15, table 3-7): no overlong forms, no surrogates.
#pragma once

#include <cstdint>

#include "base/status.hpp"

namespace linnet {

class Utf8Checker {
 public:
  /// Takes the next byte. kMalformed: it cannot stand here; the checker is then of no more use.
  Status Push(std::uint8_t byte);
  /// True between two characters: text may begin, end or be cut here.
  [[nodiscard]] bool between() const { return missing_ == 0; }

 private:
  std::uint8_t missing_ = 0;  ///< Continuation bytes still to come.
  std::uint8_t low_ = 0x80;   ///< What the next of them may be.
  std::uint8_t high_ = 0xBF;
};

}  // namespace linnet
