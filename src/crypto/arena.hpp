// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The fixed memory that mbedTLS allocates from; there is no heap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace linnet::crypto {

/// First fit over one span; neighbouring free blocks join when the next allocation walks past them.
/// Freeing twice, freeing what is not a block, and writing past a block's end are found when the
/// block (or the one before it) is freed, and fail an assert.
class Arena {
 public:
  /// Holds nothing: every allocation fails.
  constexpr Arena() = default;
  /// `memory` must outlive the arena; at most 2 GiB, of which whole 8-byte units are used.
  explicit Arena(MutableBytes memory);

  /// Zeroed bytes, aligned to 8; nullptr when no free block is large enough.
  void* Allocate(std::size_t size);
  /// `block` comes from Allocate(), or is nullptr.
  void Free(void* block);

  /// Bytes taken now, and at most so far, with 8 for each block's header.
  [[nodiscard]] std::size_t in_use() const { return in_use_; }
  [[nodiscard]] std::size_t peak() const { return peak_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  /// Allocations that found no room so far.
  [[nodiscard]] std::uint32_t failures() const { return failures_; }
  void ResetPeak() { peak_ = in_use_; }

  /// Gives mbedTLS `memory` to work with, once and before its first use in an image. All of
  /// src/crypto and src/tls that says so needs this; without it those calls fail and do no harm.
  static void Install(MutableBytes memory);
  /// The arena that mbedTLS uses; an empty one before Install().
  static Arena& installed();

 private:
  struct Block;

  Block* first_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t in_use_ = 0;
  std::size_t peak_ = 0;
  std::uint32_t failures_ = 0;
};

}  // namespace linnet::crypto
