// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "cbor/head.hpp"

#include <limits>

namespace linnet::cbor {
namespace {

constexpr unsigned kMajorShift = 5;
constexpr unsigned kInfoMask = 0x1F;
constexpr unsigned kTag = 6;
constexpr unsigned kSimple = 7;
constexpr unsigned kFalse = 20;
constexpr unsigned kTrue = 21;
constexpr unsigned kNullValue = 22;
constexpr unsigned kFirstExtended = 24;  // the number is in 1, 2, 4 or 8 bytes behind
constexpr unsigned kFirstReserved = 28;
constexpr unsigned kIndefinite = 31;

Result<Head> DecodeSimple(unsigned info) {
  switch (info) {
    case kFalse:
    case kTrue:
      return Head{Kind::kBool, 1, info - kFalse};
    case kNullValue:
      return Head{Kind::kNull, 1, 0};
    default:
      return Code::kUnsupported;
  }
}

std::uint64_t LoadBe(Bytes bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes) {
    value = value << 8 | std::to_integer<std::uint64_t>(byte);
  }
  return value;
}

/// How many bytes follow the first one, and the `info` that says so.
struct Width {
  std::size_t bytes;
  unsigned info;
};

Width WidthOf(std::uint64_t number) {
  if (number < kFirstExtended) {
    return {0, static_cast<unsigned>(number)};
  }
  if (number <= 0xFF) {
    return {1, kFirstExtended};
  }
  if (number <= 0xFFFF) {
    return {2, kFirstExtended + 1};
  }
  return number <= 0xFFFFFFFF ? Width{4, kFirstExtended + 2} : Width{8, kFirstExtended + 3};
}

}  // namespace

Result<Head> DecodeHead(Bytes bytes) {
  if (bytes.empty()) {
    return Code::kPending;
  }
  const unsigned first = std::to_integer<unsigned>(bytes[0]);
  const unsigned major = first >> kMajorShift;
  const unsigned info = first & kInfoMask;
  if (info >= kFirstReserved && info != kIndefinite) {
    return Code::kMalformed;
  }
  if (info == kIndefinite || major == kTag) {
    return Code::kUnsupported;
  }
  if (major == kSimple) {
    return DecodeSimple(info);
  }
  Head head{static_cast<Kind>(major), 1, info};
  if (info >= kFirstExtended) {
    const std::size_t width = std::size_t{1} << (info - kFirstExtended);
    if (bytes.size() - 1 < width) {
      return Code::kPending;
    }
    head.size = static_cast<std::uint8_t>(1 + width);
    head.number = LoadBe(bytes.subspan(1, width));
  }
  return head;
}

std::size_t EncodeHead(Kind kind, std::uint64_t number, std::span<std::byte, kMaxHeadSize> out) {
  if (kind == Kind::kBool || kind == Kind::kNull) {
    const unsigned info = kind == Kind::kNull ? kNullValue : number != 0 ? kTrue : kFalse;
    out[0] = static_cast<std::byte>(kSimple << kMajorShift | info);
    return 1;
  }
  const Width width = WidthOf(number);
  out[0] = static_cast<std::byte>(static_cast<unsigned>(kind) << kMajorShift | width.info);
  for (std::size_t i = 0; i < width.bytes; ++i) {
    out[1 + i] = static_cast<std::byte>(number >> (8 * (width.bytes - 1 - i)));
  }
  return 1 + width.bytes;
}

Result<std::int64_t> ToInteger(const Head& head) {
  if (head.kind != Kind::kUnsigned && head.kind != Kind::kNegative) {
    return Code::kMismatch;
  }
  if (head.number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return Code::kOutOfRange;
  }
  const auto value = static_cast<std::int64_t>(head.number);
  return head.kind == Kind::kUnsigned ? value : -1 - value;
}

}  // namespace linnet::cbor
