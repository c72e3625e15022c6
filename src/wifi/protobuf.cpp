// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/protobuf.hpp"

#include <limits>

#include "base/endian.hpp"

namespace linnet::wifi {
namespace {

enum WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kDelimited = 2, kFixed32 = 5 };

constexpr unsigned kBitsPerByte = 7;
constexpr std::uint8_t kMore = 0x80;
constexpr std::size_t kLongestOneByteLength = 127;

}  // namespace

Result<std::uint64_t> ProtoReader::TakeVarint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += kBitsPerByte) {
    if (rest_.empty()) {
      return Code::kMalformed;
    }
    const auto byte = std::to_integer<std::uint8_t>(rest_.front());
    rest_ = rest_.subspan(1);
    const std::uint64_t bits = byte & (kMore - 1U);
    if ((bits << shift) >> shift != bits) {
      return Code::kMalformed;
    }
    value |= bits << shift;
    if ((byte & kMore) == 0) {
      return value;
    }
  }
  return Code::kMalformed;
}

Result<Bytes> ProtoReader::Take(std::uint64_t size) {
  if (size > rest_.size()) {
    return Code::kMalformed;
  }
  const Bytes taken = rest_.first(static_cast<std::size_t>(size));
  rest_ = rest_.subspan(taken.size());
  return taken;
}

Result<ProtoField> ProtoReader::Next() {
  LINNET_TRY_ASSIGN(const std::uint64_t key, TakeVarint());
  if (key < 8 || key > std::numeric_limits<std::uint32_t>::max()) {
    return Code::kMalformed;
  }
  ProtoField field{.number = static_cast<std::uint32_t>(key >> 3)};
  switch (key & 7) {
    case kVarint: {
      LINNET_TRY_ASSIGN(field.value, TakeVarint());
      return field;
    }
    case kFixed64: {
      LINNET_TRY_ASSIGN(const Bytes bytes, Take(8));
      field.value = LoadLe64(bytes);
      return field;
    }
    case kFixed32: {
      LINNET_TRY_ASSIGN(const Bytes bytes, Take(4));
      field.value = LoadLe32(bytes);
      return field;
    }
    case kDelimited: {
      LINNET_TRY_ASSIGN(const std::uint64_t size, TakeVarint());
      LINNET_TRY_ASSIGN(field.bytes, Take(size));
      field.is_bytes = true;
      return field;
    }
    default:
      return Code::kMalformed;
  }
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
