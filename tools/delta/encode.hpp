// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Makes compressed and delta streams. Same inputs, same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "delta/stream.hpp"

namespace linnet::delta {

/// A stream that gives `target` (at least 1 byte) from `base`, or from nothing when that is empty:
/// the shortest over the properties that the format has. Throws std::runtime_error when a block
/// exceeds the format.
std::vector<std::byte> Encode(Bytes base, Bytes target, std::uint8_t block_bits = kMaxBlockBits);

}  // namespace linnet::delta
