// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/protobuf.hpp"

#include <limits>

namespace linnet::wifi {
namespace {

enum WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kDelimited = 2, kFixed32 = 5 };

constexpr unsigned kBitsPerByte = 7;
constexpr std::uint8_t kMore = 0x80;
constexpr std::size_t kLongestOneByteLength = 127;

}  // namespace

std::uint64_t ProtoReader::Varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += kBitsPerByte) {
    const std::uint8_t byte = U8();
    value |= std::uint64_t{byte & (kMore - 1U)} << shift;
    if (byte < kMore) {
      if (shift > 64 - kBitsPerByte && byte > 1) {
        break;  // of the tenth byte one bit counts
      }
      return value;
    }
  }
  Fail();
  return 0;
}

bool ProtoReader::Next(ProtoField& out) {
  if (at_end()) {
    return false;
  }
  const std::uint64_t key = Varint();
  out = {.number = static_cast<std::uint32_t>(key >> 3)};
  std::uint64_t size = 0;
  switch (key & 7) {
    case kVarint:
      out.value = static_cast<std::uint32_t>(Varint());
      break;
    case kFixed64:
      size = 8;
      break;
    case kFixed32:
      size = 4;
      break;
    case kDelimited:
      out.is_bytes = true;
      size = Varint();
      break;
    default:
      Fail();
  }
  if (key < 8 || key > std::numeric_limits<std::uint32_t>::max() || size > left()) {
    Fail();
    return false;
  }
  out.bytes = Take(static_cast<std::size_t>(size));
  return status().ok();
}

void ProtoWriter::Number(std::uint32_t field, std::uint32_t value) {
  Varint(field << 3 | kVarint);
  Varint(value);
}

void ProtoWriter::Signed(std::uint32_t field, std::int32_t value) {
  if (value >= 0) {
    return Number(field, static_cast<std::uint32_t>(value));
  }
  Varint(field << 3 | kVarint);
  for (int i = 0; i < 9; ++i) {
    U8(static_cast<std::uint8_t>(value | kMore));
    value >>= kBitsPerByte;  // and ones come from above
  }
  U8(1);
}

void ProtoWriter::Data(std::uint32_t field, Bytes data) {
  Varint(field << 3 | kDelimited);
  Varint(static_cast<std::uint32_t>(data.size()));
  Raw(data);
}

std::size_t ProtoWriter::BeginMessage(std::uint32_t field) {
  Data(field, {});  // the length is known at the end
  return size();
}

void ProtoWriter::EndMessage(std::size_t begun) {
  const std::size_t length = size() - begun;
  if (length > kLongestOneByteLength) {
    Fail();
  }
  if (status().ok()) {
    written()[begun - 1] = static_cast<std::byte>(length);
  }
}

Result<Bytes> ProtoWriter::Finish() const {
  return status().ok() ? Result<Bytes>(written()) : Result<Bytes>(status());
}

}  // namespace linnet::wifi
