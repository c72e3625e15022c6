// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/header.hpp"

#include <limits>

#include "base/endian.hpp"

namespace linnet::image {
namespace {

// Where the fields lie.
constexpr std::uint32_t kLoadAddress = 4;
constexpr std::uint32_t kHeaderSizeField = 8;
constexpr std::uint32_t kProtectedSize = 10;
constexpr std::uint32_t kBodySize = 12;
constexpr std::uint32_t kFlags = 16;
constexpr std::uint32_t kVersion = 20;

constexpr bool HasAll(std::uint32_t flags, std::uint32_t mask) {
  return (flags & mask) == mask;
}

}  // namespace

Verdict DecodeHeader(std::span<const std::byte, kHeaderSize> bytes, Header& out) {
  if (LoadLe32(bytes) != kImageMagic) {
    return {Reason::kBadMagic, 0};
  }
  out.load_address = LoadLe32(bytes.subspan(kLoadAddress));
  out.header_size = LoadLe16(bytes.subspan(kHeaderSizeField));
  out.protected_size = LoadLe16(bytes.subspan(kProtectedSize));
  out.body_size = LoadLe32(bytes.subspan(kBodySize));
  out.flags = LoadLe32(bytes.subspan(kFlags));
  out.version = LoadVersion(bytes.subspan(kVersion));
  if (out.header_size < kHeaderSize) {
    return {Reason::kBadHeaderSize, kHeaderSizeField};
  }
  const std::uint32_t around = std::uint32_t{out.header_size} + out.protected_size;
  if (out.body_size > std::numeric_limits<std::uint32_t>::max() - around) {
    return {Reason::kSizeOverflow, kBodySize};
  }
  if (HasAll(out.flags, flag::kEncrypted) || HasAll(out.flags, flag::kCompressed)) {
    return {Reason::kFlagsConflict, kFlags};
  }
  return Accepted();
}

std::array<std::byte, kHeaderSize> EncodeHeader(const Header& header) {
  std::array<std::byte, kHeaderSize> bytes{};
  const MutableBytes all(bytes);
  StoreLe32(kImageMagic, all);
  StoreLe32(header.load_address, all.subspan(kLoadAddress));
  StoreLe16(header.header_size, all.subspan(kHeaderSizeField));
  StoreLe16(header.protected_size, all.subspan(kProtectedSize));
  StoreLe32(header.body_size, all.subspan(kBodySize));
  StoreLe32(header.flags, all.subspan(kFlags));
  StoreVersion(header.version, all.subspan(kVersion));
  return bytes;
}

}  // namespace linnet::image
