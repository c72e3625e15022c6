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

Bytes ProtoReader::Take(std::uint64_t size) {
  broken_ |= size > rest_.size();
  const Bytes taken = rest_.first(broken_ ? 0 : static_cast<std::size_t>(size));
  rest_ = rest_.subspan(taken.size());
  return taken;
}

/// Little endian.
std::uint64_t ProtoReader::TakeNumber(std::size_t size) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const std::byte byte : Take(size)) {
    value |= std::to_integer<std::uint64_t>(byte) << shift;
    shift += 8;
  }
  return value;
}

std::uint64_t ProtoReader::TakeVarint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += kBitsPerByte) {
    const auto byte = static_cast<std::uint8_t>(TakeNumber(1));
    value |= std::uint64_t{byte & (kMore - 1U)} << shift;
    if ((byte & kMore) == 0) {
      broken_ |= shift > 64 - kBitsPerByte && byte > 1;  // of the tenth byte one bit counts
      return value;
    }
  }
  broken_ = true;
  return 0;
}

bool ProtoReader::Next(ProtoField& out) {
  if (rest_.empty()) {
    return false;
  }
  const std::uint64_t key = TakeVarint();
  broken_ |= key < 8 || key > std::numeric_limits<std::uint32_t>::max();
  out = {.number = static_cast<std::uint32_t>(key >> 3)};
  switch (key & 7) {
    case kVarint:
      out.value = TakeVarint();
      break;
    case kFixed64:
      out.value = TakeNumber(8);
      break;
    case kFixed32:
      out.value = TakeNumber(4);
      break;
    case kDelimited:
      out.is_bytes = true;
      out.bytes = Take(TakeVarint());
      break;
    default:
      broken_ = true;
  }
  return !broken_;
}

void ProtoWriter::Put(std::byte byte) {
  if (size_ == out_.size()) {
    failed_ = true;
    return;
  }
  out_[size_++] = byte;
}

void ProtoWriter::Varint(std::uint64_t value) {
  for (; value >= kMore; value >>= kBitsPerByte) {
    Put(static_cast<std::byte>(value | kMore));
  }
  Put(static_cast<std::byte>(value));
}

void ProtoWriter::Number(std::uint32_t field, std::uint64_t value) {
  Varint(std::uint64_t{field} << 3 | kVarint);
  Varint(value);
}

void ProtoWriter::Signed(std::uint32_t field, std::int32_t value) {
  Number(field, static_cast<std::uint64_t>(std::int64_t{value}));
}

void ProtoWriter::Data(std::uint32_t field, Bytes data) {
  Varint(std::uint64_t{field} << 3 | kDelimited);
  Varint(data.size());
  for (const std::byte byte : data) {
    Put(byte);
  }
}

std::size_t ProtoWriter::BeginMessage(std::uint32_t field) {
  Varint(std::uint64_t{field} << 3 | kDelimited);
  Put(std::byte{0});
  return size_;
}

void ProtoWriter::EndMessage(std::size_t begun) {
  const std::size_t length = size_ - begun;
  if (failed_ || length > kLongestOneByteLength) {
    failed_ = true;
    return;
  }
  out_[begun - 1] = static_cast<std::byte>(length);
}

Result<Bytes> ProtoWriter::Finish() const {
  return failed_ ? Result<Bytes>(Code::kTooLarge) : Result<Bytes>(out_.first(size_));
}

}  // namespace linnet::wifi
