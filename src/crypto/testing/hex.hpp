// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Hexadecimal digits to bytes, for vectors in tests.
#pragma once

#include <array>
#include <cstddef>

#include "base/view.hpp"

namespace linnet::crypto::testing {

constexpr std::byte HexDigit(char c) {
  return static_cast<std::byte>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/// `text` has exactly 2 * kSize digits; anything else does not compile, or is undefined at run
/// time.
template <std::size_t kSize>
constexpr std::array<std::byte, kSize> Hex(StringView text) {
  std::array<std::byte, kSize> bytes{};
  for (std::size_t i = 0; i < kSize; ++i) {
    bytes.at(i) = (HexDigit(text.at(2 * i)) << 4) | HexDigit(text.at(2 * i + 1));
  }
  return bytes;
}

}  // namespace linnet::crypto::testing
