// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The head of a CBOR item (RFC 8949, section 3): its kind and a number, in 1 to 9 bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace linnet::cbor {

enum class Kind : std::uint8_t {
  kUnsigned,
  kNegative,
  kBytes,
  kText,
  kArray,
  kMap,
  kBool,
  kNull,
};

/// What `number` means depends on the kind: the value; of a negative integer, -1 minus the value;
/// the length in bytes; the number of elements, or of pairs; 0 or 1; nothing.
struct Head {
  Kind kind = Kind::kNull;
  std::uint8_t size = 0;  ///< Bytes of the head itself.
  std::uint64_t number = 0;
};

inline constexpr std::size_t kMaxHeadSize = 9;

/// Reads the head in front of `bytes`. kPending: it needs more bytes than these. kMalformed: a byte
/// that begins no item. kUnsupported: an indefinite length, a tag, a float, another simple value
/// than false, true and null. Numbers in more bytes than they need are well-formed, and accepted.
Result<Head> DecodeHead(Bytes bytes);

/// Writes the shortest head; returns its size. `out` has kMaxHeadSize bytes.
std::size_t EncodeHead(Kind kind, std::uint64_t number, std::span<std::byte, kMaxHeadSize> out);

/// The value of an integer item. kOutOfRange: it does not fit. kMismatch: no integer.
Result<std::int64_t> ToInteger(const Head& head);

}  // namespace linnet::cbor
