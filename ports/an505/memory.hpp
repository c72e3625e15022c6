// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// How the two images share the memories that the partition map names.
#pragma once

#include <cstdint>

#include "layout/an505.hpp"

namespace linnet::an505 {

/// The end of the Non-secure RAM, which nothing is linked to (retained.hpp).
inline constexpr std::uint32_t kRetainedSize = 64;
inline constexpr std::uint32_t kRetainedAddress =
    layout::an505::kSramNonsecure.base + layout::an505::kSramNonsecure.size - kRetainedSize;

/// An application image begins with a header of this size; its vector table follows. 512 bytes are
/// what the alignment of a table with this chip's interrupts asks for.
inline constexpr std::uint32_t kImageHeaderSize = 0x200;

/// The one Secure gateway stub lies at the end of the Secure code, where no other code moves it.
inline constexpr std::uint32_t kGatewaySize = 32;
inline constexpr std::uint32_t kGatewayAddress =
    layout::an505::kBootCode.base + layout::an505::kBootCode.size - kGatewaySize;

}  // namespace linnet::an505
