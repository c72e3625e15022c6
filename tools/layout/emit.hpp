// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A checked map as C++ constants and as linker script text.
#pragma once

#include <string>

#include "tools/layout/map.hpp"

namespace linnet::layout {

/// A header with `linnet::layout::<board>::k<Name>`: a `Region` for each region, a `Partition` for
/// each partition. `board` must be an identifier.
std::string EmitHeader(const Map& map, const std::string& board);

/// `MEMORY` entries for all that code or data can be linked to (memory-mapped regions that are no
/// flash, partitions of memory-mapped flashes), and `layout_<name>_start` / `_size` for each.
std::string EmitLinkerScript(const Map& map);

}  // namespace linnet::layout
