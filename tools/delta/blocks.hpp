// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The content of a stream's blocks, and how they are stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "delta/stream.hpp"
#include "tools/delta/match.hpp"

namespace linnet::delta {

/// The commands that give target[begin, end).
std::vector<std::byte> BlockCommands(Bytes base, Bytes target,
                                     const std::vector<Stretch>& stretches, std::uint32_t begin,
                                     std::uint32_t end);

/// Block head and stored bytes: LZMA, or plain where that is not longer.
std::vector<std::byte> StoreBlock(const Properties& properties, Bytes content);

}  // namespace linnet::delta
