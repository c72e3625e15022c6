// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A NOR flash, or a part of one, seen through offsets from its start.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"

namespace linnet::hal {

/// All sizes in bytes. `page_size` is the erase unit and a multiple of `program_unit`; `size` is a
/// multiple of `page_size`; `program_unit` is a power of two from 1 to 32.
struct FlashGeometry {
  std::uint32_t size = 0;
  std::uint32_t page_size = 0;
  std::uint32_t program_unit = 0;
  std::byte erased_value = std::byte{0xFF};
};

/// What a port must do:
///  - every call blocks until the operation is complete or has failed;
///  - an operation that returned ok survives any later power loss;
///  - power lost inside an operation may leave the bytes of that operation's range in any state,
///    even one that reads differently twice, and no other byte changed.
/// What Linnet never does:
///  - programs a unit twice between two erases; with one exception: where power may have been lost
///    in an operation and the unit reads as erased since, it may set all bits of the unit;
///  - programs a range that is not a whole number of units at a unit's boundary;
///  - relies on a pointer into the medium.
class Flash {
 public:
  [[nodiscard]] virtual const FlashGeometry& geometry() const = 0;

  /// kOutOfRange; kDataLoss: the medium reports an uncorrectable error.
  virtual Status Read(std::uint32_t offset, MutableBytes out) = 0;

  /// `offset` and the size are multiples of `program_unit`. kOutOfRange, kInvalidArgument
  /// (alignment), kDataLoss (the medium failed).
  virtual Status Program(std::uint32_t offset, Bytes data) = 0;

  /// `offset` is the start of a page. kOutOfRange, kInvalidArgument, kDataLoss.
  virtual Status ErasePage(std::uint32_t offset) = 0;

 protected:
  ~Flash() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
