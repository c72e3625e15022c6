// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// CRC-32 (IEEE 802.3, reflected, as in zlib): guards records against torn writes, not attackers.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace linnet {

/// The CRC of `data`, continuing from `previous` (0 to begin).
std::uint32_t Crc32(Bytes data, std::uint32_t previous = 0);

}  // namespace linnet
