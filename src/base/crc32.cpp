// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/crc32.hpp"

#include <array>

namespace linnet {

std::uint32_t Crc32(Bytes data, std::uint32_t previous) {
  // A table of 16 entries: a quarter of the speed of the usual one at a sixteenth of its size.
  static constexpr auto kTable = [] {
    std::array<std::uint32_t, 16> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 4; ++bit) {
        value = (value & 1U) != 0 ? (value >> 1) ^ 0xEDB88320U : value >> 1;
      }
      table[i] = value;
    }
    return table;
  }();

  std::uint32_t crc = ~previous;
  for (const std::byte byte : data) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    crc = kTable[crc & 0xF] ^ (crc >> 4);
    crc = kTable[crc & 0xF] ^ (crc >> 4);
  }
  return ~crc;
}

}  // namespace linnet
