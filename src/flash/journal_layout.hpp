// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The numbers of docs/formats/journal.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace linnet::flash::journal {

inline constexpr std::uint32_t kMagic = 0x314A4E4C;  ///< "LNJ1"
inline constexpr std::size_t kBankHeader = 16;
inline constexpr std::size_t kRecordHeader = 8;
inline constexpr std::size_t kCrc = 4;
inline constexpr std::size_t kCommitValue = 8;
/// More than a commit that is tried again leaves behind.
inline constexpr std::uint32_t kCancelMarks = 4;
inline constexpr std::byte kErased{0xFF};
inline constexpr std::byte kProgrammed{0x00};
/// What a torn unit with an error-correcting code counts as: neither erased nor of any use.
inline constexpr std::byte kUnreadable{0x5A};
/// Tells a header from a mark, which is all kProgrammed.
inline constexpr std::byte kHeaderMark{0xA5};

/// The piece in which flash is read and programmed: a multiple of every granule.
using Chunk = std::array<std::byte, 64>;

}  // namespace linnet::flash::journal
