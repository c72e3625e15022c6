// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/byte_reader.hpp"

namespace linnet {

Bytes ByteReader::Take(std::size_t count) {
  if (count > rest_.size()) {
    Fail();
    return {};
  }
  const Bytes taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

std::uint8_t ByteReader::U8() {
  const Bytes bytes = Take(1);
  return bytes.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(bytes[0]);
}

}  // namespace linnet
