// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/byte_writer.hpp"

namespace linnet {

MutableBytes ByteWriter::Take(std::size_t count) {
  if (!status_.ok() || count > out_.size() - size_) {
    Fail();
    return {};
  }
  size_ += count;
  return out_.subspan(size_ - count, count);
}

void ByteWriter::U8(std::uint8_t value) {
  Raw(std::as_bytes(std::span(&value, 1)));
}

void ByteWriter::Varint(std::uint32_t value) {
  for (; value >= 0x80; value >>= 7) {
    U8(static_cast<std::uint8_t>(value | 0x80));
  }
  U8(static_cast<std::uint8_t>(value));
}

void ByteWriter::Raw(Bytes data) {
  CopyBytes(data, Take(data.size()));
}

}  // namespace linnet
