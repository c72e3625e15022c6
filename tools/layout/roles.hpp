// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the partitions of a map are for, told by the names that the vendor's tools give them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/layout/map.hpp"

namespace linnet::layout {

/// The devicetree's names of slots and loader as Partition Manager has them; others stay.
std::string CanonicalName(std::string_view name);

/// An image that the boot loader manages: its number, and its two slots (nullptr: missing).
struct Slots {
  int image = 0;
  const Partition* primary = nullptr;
  const Partition* secondary = nullptr;
};

/// In ascending order of the images' numbers.
std::vector<Slots> FindSlots(const Map& map);

/// Names the sum of others: has a span, or is known to be one (slots, tfm_secure, tfm_storage...).
bool IsContainer(const Map& map, const Partition& partition);
inline bool IsEmptyFiller(const Partition& partition) {
  return partition.name.starts_with("EMPTY_") || partition.name == "external_flash";
}
/// All partitions of a region that are neither containers nor fillers, by offset.
std::vector<const Partition*> Leaves(const Map& map, std::string_view region);

/// Whether Secure and Non-secure code share the region: it has a TF-M, or states both.
bool HasTwoWorlds(const Map& map, std::string_view region);
/// As stated, or as the name says in a map with TF-M.
Security SecurityOf(const Map& map, const Partition& partition);

/// What the tools call the application: app, or the Non-secure or only slot's content.
const Partition* FindApplication(const Map& map);
inline bool Contains(const Partition& outer, const Partition& inner) {
  return outer.region == inner.region && outer.offset <= inner.offset && inner.end() <= outer.end();
}
inline bool Overlap(const Partition& a, const Partition& b) {
  return a.region == b.region && a.offset < b.end() && b.offset < a.end();
}

}  // namespace linnet::layout
