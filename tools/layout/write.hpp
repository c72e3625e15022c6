// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A map as text again: for Partition Manager, for devicetree.
#pragma once

#include <string>

#include "tools/layout/map.hpp"

namespace linnet::layout {

/// A `pm_static.yml`: what ReadPartitions() read comes out of it again.
std::string WriteStaticMap(const Map& map);
/// An overlay with `fixed-partitions` of every flash; partitions inside others become their
/// subpartitions.
std::string WriteDevicetree(const Map& map);

}  // namespace linnet::layout
