// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Judges a partition map: what is wrong, wasted or dangerous in it, and what to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tools/layout/finding.hpp"
#include "tools/layout/map.hpp"
#include "tools/layout/roles.hpp"

namespace linnet::layout {

/// How MCUboot installs an update.
enum class SwapMode : std::uint8_t { kMove, kOffset, kScratch, kOverwrite, kDirectXip };

/// "move", "offset", "scratch", "overwrite", "direct-xip".
std::optional<SwapMode> ParseSwapMode(std::string_view text);
const char* ToString(SwapMode mode);

struct CheckOptions {
  SwapMode mode = SwapMode::kMove;
};

/// All findings, worst first. `deployed`: the map of devices in the field, or nullptr.
std::vector<Finding> Check(const Map& map, const CheckOptions& options, const Map* deployed);

/// The longest image, header and TLVs included, that these two slots can install. Bytes that the
/// trailer and the mode need are taken off. 0: none fits.
std::uint64_t MaxImage(const Map& map, const Slots& slots, SwapMode mode);

// The parts of Check(), one file each; they append.
void CheckGeometry(const Map& map, std::vector<Finding>& findings);
void CheckProtection(const Map& map, std::vector<Finding>& findings);
void CheckSlots(const Map& map, const CheckOptions& options, std::vector<Finding>& findings);
void CheckDeployed(const Map& map, const Map& deployed, std::vector<Finding>& findings);

}  // namespace linnet::layout
