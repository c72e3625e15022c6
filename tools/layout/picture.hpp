// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A map to scale: as an SVG, and as text for a terminal.
#pragma once

#include <string>
#include <vector>

#include "tools/layout/map.hpp"

namespace linnet::layout {

struct PictureColumn {
  std::string title{};
  const Map* map = nullptr;  ///< Not owned.
};

/// All flashes that have partitions, one below the other; the columns side by side. Complete and
/// without references to anything outside; light and dark.
std::string DrawSvg(const std::vector<PictureColumn>& columns);

/// A bar of `width` characters a flash, and its parts with their places, sizes and shares.
std::string DrawText(const Map& map, std::size_t width);

}  // namespace linnet::layout
