// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Where the fields of a package's head lie: for the reader and the writer in this module.
#pragma once

#include <array>
#include <cstddef>

namespace linnet::package::layout {

/// "LNPACK", then two bytes that text tools and old protocols would change.
inline constexpr std::array<std::byte, 8> kMagic = {std::byte{'L'},  std::byte{'N'}, std::byte{'P'},
                                                    std::byte{'A'},  std::byte{'C'}, std::byte{'K'},
                                                    std::byte{0x0D}, std::byte{0x0A}};

namespace head {
inline constexpr std::size_t kFormat = 8;
inline constexpr std::size_t kHeadSize = 10;
inline constexpr std::size_t kCount = 12;
inline constexpr std::size_t kReserved = 14;
inline constexpr std::size_t kFileSize = 16;
inline constexpr std::size_t kAlignment = 20;
inline constexpr std::size_t kVersion = 24;
inline constexpr std::size_t kRelease = 32;
inline constexpr std::size_t kProduct = 64;
inline constexpr std::size_t kBoard = 96;
}  // namespace head

namespace entry {
inline constexpr std::size_t kKind = 0;
inline constexpr std::size_t kIndex = 1;
inline constexpr std::size_t kEncoding = 2;
inline constexpr std::size_t kReserved = 3;
inline constexpr std::size_t kOffset = 4;
inline constexpr std::size_t kStoredLength = 8;
inline constexpr std::size_t kLength = 12;
inline constexpr std::size_t kVersion = 16;
inline constexpr std::size_t kCounter = 24;
inline constexpr std::size_t kReserved2 = 28;
inline constexpr std::size_t kDigest = 32;
inline constexpr std::size_t kStoredDigest = 64;
inline constexpr std::size_t kBase = 96;
}  // namespace entry

}  // namespace linnet::package::layout
