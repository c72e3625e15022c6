// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device to admit files for, and what it holds.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "image/manifest.hpp"
#include "package/device.hpp"

namespace linnet::package::testing {

inline constexpr std::array<Area, 3> kAreas = {{
    {release::PartKind::kApplication, 0, 40'000},
    {release::PartKind::kBootImage, 1, 8'000},
    {release::PartKind::kCompanion, image::companion::kWifiFirmware, 20'000},
}};

inline constexpr std::array<std::uint32_t, 2> kCounterFloor = {3, 1};

inline constexpr std::array<Component, 3> kComponents = {{
    {.id = 0, .kind = release::PartKind::kApplication},
    {.id = 1,
     .kind = release::PartKind::kCompanion,
     .index = image::companion::kWifiFirmware,
     .wrapped = true},
    {.id = -2, .kind = release::PartKind::kBootImage, .index = 1},
}};

inline constexpr Device kDevice{.product = "lamp",
                                .board = "an505",
                                .areas = kAreas,
                                .components = kComponents,
                                .counter_floor = kCounterFloor,
                                .decodes_streams = true};

class HeldParts final : public Inventory {
 public:
  [[nodiscard]] bool Has(const crypto::Digest& identity) const override {
    return std::ranges::find(parts, identity) != parts.end();
  }
  std::vector<crypto::Digest> parts;
};

}  // namespace linnet::package::testing
