// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Reads `fixed-partitions` from devicetree source.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/layout/map.hpp"

namespace linnet::layout {

inline constexpr std::size_t kMaxDevicetreeSize = 4U << 20;
inline constexpr int kMaxDevicetreeDepth = 32;

/// Every node with a `reg` under a node that is called `partitions`, or is compatible with
/// `fixed-partitions`, `fixed-subpartitions` or `zephyr,mapped-partition`, with the label of the
/// flash node around it looked up in the regions. Partitions get the names that the vendor's tool
/// has for them (CanonicalName()), else their node label, else their `label`. Understands nodes,
/// properties, comments, `/delete-node/`, numbers, DT_SIZE_K(), DT_SIZE_M() and
/// + - * / in parentheses. Lines of the C preprocessor are refused: give the merged
/// build/.../zephyr/zephyr.dts instead. Throws Error.
std::vector<Partition> ReadDevicetree(const std::string& file, std::string_view text,
                                      const std::vector<Region>& regions);

}  // namespace linnet::layout
