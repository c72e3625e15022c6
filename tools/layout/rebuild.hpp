// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A map with its parts in new places: containers, slots and external flash follow.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/layout/map.hpp"

namespace linnet::layout {

/// The Wi-Fi firmware's partition, and how large a new one is made.
inline constexpr const char* kPatchPartition = "nrf70_wifi_fw";
inline constexpr std::uint32_t kPatchSize = 0x20000;

struct PlacedPart {
  std::string name{};
  std::uint64_t size = 0;
};

/// Parts behind one another from `offset` on, in `size` bytes.
struct PlacedGroup {
  std::vector<PlacedPart> parts{};
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct Arrangement {
  std::uint64_t slot = 0;
  std::uint64_t slot_size = 0;
  std::uint64_t app = 0;
  std::uint64_t second = 0;
  bool second_inside = false;      ///< The second slot lies in the same flash.
  std::vector<PlacedPart> head{};  ///< In the slot, before the application; the last one is
                                   ///< stretched to it.
  std::vector<PlacedGroup> groups{};
};

/// `slot`: the container of the application, or nullptr when it has none. `add_patch`: with slots
/// for the Wi-Fi firmware in external flash, if it has none.
Map Rebuild(const Map& present, const Partition& app, const Partition* slot,
            const Arrangement& arrangement, bool add_patch);

}  // namespace linnet::layout
