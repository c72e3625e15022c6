// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The 32-byte header of an MCUboot image.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "image/verdict.hpp"
#include "image/version.hpp"

namespace linnet::image {

inline constexpr std::uint32_t kImageMagic = 0x96F3B83D;
inline constexpr std::size_t kHeaderSize = 32;

namespace flag {
inline constexpr std::uint32_t kEncryptedAes128 = 0x4;
inline constexpr std::uint32_t kEncryptedAes256 = 0x8;
inline constexpr std::uint32_t kNonBootable = 0x10;
inline constexpr std::uint32_t kRamLoad = 0x20;
inline constexpr std::uint32_t kRomFixed = 0x100;
inline constexpr std::uint32_t kCompressedLzma1 = 0x200;
inline constexpr std::uint32_t kCompressedLzma2 = 0x400;
inline constexpr std::uint32_t kCompressedThumb = 0x800;

inline constexpr std::uint32_t kEncrypted = kEncryptedAes128 | kEncryptedAes256;
inline constexpr std::uint32_t kCompressed = kCompressedLzma1 | kCompressedLzma2;
}  // namespace flag

/// In flash: little endian, packed, in this order, with 4 bytes of padding at the end. An image is
/// header_size | body_size | protected_size (all covered by the digest) | unprotected TLVs.
struct Header {
  std::uint32_t load_address = 0;
  std::uint16_t header_size = kHeaderSize;  ///< With padding: the body begins there.
  std::uint16_t protected_size = 0;         ///< The whole protected TLV area; 0: none.
  std::uint32_t body_size = 0;
  std::uint32_t flags = 0;
  Version version{};

  /// End of the body, and end of what the digest covers; both fit 32 bits in a decoded header.
  [[nodiscard]] std::uint32_t body_end() const { return header_size + body_size; }
  [[nodiscard]] std::uint32_t digest_end() const { return body_end() + protected_size; }
};

/// Accepts the structure only: magic, sizes that add up within 32 bits, no contradicting flags.
Verdict DecodeHeader(std::span<const std::byte, kHeaderSize> bytes, Header& out);

std::array<std::byte, kHeaderSize> EncodeHeader(const Header& header);

}  // namespace linnet::image
