// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Where the emulated board keeps what a chip would not have: behind its two flashes, in the file.
#pragma once

#include <cstdint>

namespace linnet::an505 {

/// QEMU's 16 MiB PSRAM, which a host file backs: the file's offset 0 is this address.
inline constexpr std::uint32_t kMediumBase = 0x80000000;
inline constexpr std::uint32_t kMediumSize = 0x01000000;

/// One 32-bit erase count a page, the internal flash's pages first, then the external one's. Zero
/// in a new file. For tests and the curious; no code of the device reads them.
inline constexpr std::uint32_t kWearCountersOffset = 0x00900000;

}  // namespace linnet::an505
