// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "delta/stream.hpp"

#include "base/endian.hpp"

namespace linnet::delta {
namespace {

constexpr std::uint32_t kMagic = 0x53444E4C;  // "LNDS"
constexpr std::uint8_t kMaxPositionBits = 2;
constexpr std::size_t kFormatOffset = 4;
constexpr std::size_t kBlockBitsOffset = 5;
constexpr std::size_t kPropertiesOffset = 6;
constexpr std::size_t kReservedOffset = 7;
constexpr std::size_t kTargetOffset = 8;
constexpr std::size_t kBaseOffset = 12;
constexpr std::uint16_t kPlainBit = 0x8000;

// As in .lzma files: (pb * 5 + lp) * 9 + lc.
std::uint8_t PackProperties(const Properties& properties) {
  return static_cast<std::uint8_t>(
      (properties.position_bits * 5 + properties.literal_position_bits) * 9 +
      properties.literal_context_bits);
}

Result<Properties> UnpackProperties(std::uint8_t packed) {
  const Properties properties{.literal_context_bits = static_cast<std::uint8_t>(packed % 9),
                              .literal_position_bits = static_cast<std::uint8_t>(packed / 9 % 5),
                              .position_bits = static_cast<std::uint8_t>(packed / 45)};
  const bool fits = properties.literal_context_bits + properties.literal_position_bits <= 1 &&
                    properties.position_bits <= kMaxPositionBits;
  return fits ? Result<Properties>(properties) : Code::kMalformed;
}

}  // namespace

Result<Head> DecodeHead(std::span<const std::byte, kHeadSize> bytes) {
  const Bytes all(bytes);
  if (LoadLe32(all) != kMagic) {
    return Code::kMalformed;
  }
  if (std::to_integer<std::uint8_t>(all[kFormatOffset]) != kFormatVersion) {
    return Code::kUnsupported;
  }
  Head head{.block_bits = std::to_integer<std::uint8_t>(all[kBlockBitsOffset]),
            .target_length = LoadLe32(all.subspan(kTargetOffset)),
            .base_length = LoadLe32(all.subspan(kBaseOffset))};
  LINNET_TRY_ASSIGN(head.properties,
                    UnpackProperties(std::to_integer<std::uint8_t>(all[kPropertiesOffset])));
  const bool sound = head.block_bits >= kMinBlockBits && head.block_bits <= kMaxBlockBits &&
                     all[kReservedOffset] == std::byte{0} && head.target_length > 0;
  return sound ? Result<Head>(head) : Code::kMalformed;
}

std::array<std::byte, kHeadSize> EncodeHead(const Head& head) {
  std::array<std::byte, kHeadSize> bytes{};
  const MutableBytes all(bytes);
  StoreLe32(kMagic, all);
  all[kFormatOffset] = std::byte{kFormatVersion};
  all[kBlockBitsOffset] = std::byte{head.block_bits};
  all[kPropertiesOffset] = std::byte{PackProperties(head.properties)};
  StoreLe32(head.target_length, all.subspan(kTargetOffset));
  StoreLe32(head.base_length, all.subspan(kBaseOffset));
  return bytes;
}

Result<BlockHead> DecodeBlockHead(std::span<const std::byte, kBlockHeadSize> bytes) {
  const std::uint16_t first = LoadLe16(bytes);
  const BlockHead head{.plain = (first & kPlainBit) != 0,
                       .stored = static_cast<std::uint16_t>(first & ~kPlainBit),
                       .content = LoadLe16(Bytes(bytes).subspan(2))};
  const bool sound =
      head.stored > 0 && head.content > 0 && (!head.plain || head.stored == head.content);
  return sound ? Result<BlockHead>(head) : Code::kMalformed;
}

std::array<std::byte, kBlockHeadSize> EncodeBlockHead(const BlockHead& head) {
  std::array<std::byte, kBlockHeadSize> bytes{};
  StoreLe16(static_cast<std::uint16_t>(head.stored | (head.plain ? kPlainBit : 0)), bytes);
  StoreLe16(head.content, MutableBytes(bytes).subspan(2));
  return bytes;
}

}  // namespace linnet::delta
