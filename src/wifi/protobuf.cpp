// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/protobuf.hpp"

namespace linnet::wifi {
namespace {

enum WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kDelimited = 2, kFixed32 = 5 };

constexpr unsigned kBitsPerByte = 7;
constexpr std::uint8_t kMore = 0x80;
constexpr std::size_t kLongestOneByteLength = 127;

}  // namespace

/// The lowest 32 bits of one that has up to so many.
std::uint32_t ProtoReader::Varint(unsigned bits) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < bits; shift += kBitsPerByte) {
    const std::uint32_t byte = U8();
    if (shift < 32) {
      value |= (byte & (kMore - 1U)) << shift;
    }
    if (byte < kMore) {
      if (bits - shift < kBitsPerByte && byte >> (bits - shift) != 0) {
        break;
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
  const std::uint32_t key = Varint(32);
  out = {.number = key >> 3};
  std::uint32_t size = 0;
  switch (key & 7) {
    case kVarint:
      out.value = Varint(64);
      break;
    case kFixed64:
      size = 8;
      break;
    case kFixed32:
      size = 4;
      break;
    case kDelimited:
      out.is_bytes = true;
      size = Varint(32);
      break;
    default:
      Fail();
  }
  if (out.number == 0) {
    Fail();
  }
  out.bytes = Take(size);
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
