// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The delta stream: a head, a table, independent blocks. docs/formats/delta.md has the bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace linnet::delta {

inline constexpr std::uint8_t kFormatVersion = 1;
inline constexpr std::size_t kHeadSize = 16;
inline constexpr std::size_t kTableEntrySize = 2;
inline constexpr std::size_t kBlockHeadSize = 4;
inline constexpr std::uint8_t kMinBlockBits = 10;
inline constexpr std::uint8_t kMaxBlockBits = 13;
/// Stored bytes of a block, without its head.
inline constexpr std::uint32_t kMaxStored = 0x7FFF;
inline constexpr std::uint32_t kMaxContent = 0xFFFF;

/// LZMA's properties, within what a device has memory for: lc + lp <= 1, pb <= 2.
struct Properties {
  std::uint8_t literal_context_bits = 0;
  std::uint8_t literal_position_bits = 1;
  std::uint8_t position_bits = 1;
  friend bool operator==(const Properties&, const Properties&) = default;
};

struct Head {
  std::uint8_t block_bits =
      kMaxBlockBits;  ///< Each block but the last gives 1 << block_bits bytes.
  Properties properties{};
  std::uint32_t target_length = 0;
  std::uint32_t base_length = 0;  ///< 0: the blocks hold the target itself.

  [[nodiscard]] std::uint32_t block_size() const { return 1U << block_bits; }
  [[nodiscard]] std::uint32_t block_count() const { return (target_length - 1) / block_size() + 1; }
  [[nodiscard]] std::uint32_t blocks_offset() const {
    return static_cast<std::uint32_t>(kHeadSize + block_count() * kTableEntrySize);
  }
};

/// kMalformed: no stream, or a field that cannot be. kUnsupported: another format version.
Result<Head> DecodeHead(std::span<const std::byte, kHeadSize> bytes);
std::array<std::byte, kHeadSize> EncodeHead(const Head& head);

struct BlockHead {
  bool plain = false;         ///< The content is stored as it is.
  std::uint16_t stored = 0;   ///< Bytes that follow.
  std::uint16_t content = 0;  ///< Bytes that come of them.
};

/// kMalformed: nothing in it, or plain with two lengths.
Result<BlockHead> DecodeBlockHead(std::span<const std::byte, kBlockHeadSize> bytes);
std::array<std::byte, kBlockHeadSize> EncodeBlockHead(const BlockHead& head);

}  // namespace linnet::delta
