// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/roles.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

namespace linnet::layout {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kDevicetreeNames{{
    {"boot_partition", "mcuboot"},
    {"slot0_partition", "mcuboot_primary"},
    {"slot1_partition", "mcuboot_secondary"},
    {"slot2_partition", "mcuboot_primary_1"},
    {"slot3_partition", "mcuboot_secondary_1"},
    {"slot0_s_partition", "tfm"},
    {"slot0_ns_partition", "app"},
    {"slot1_ns_partition", "mcuboot_secondary_ns"},
    {"scratch_partition", "mcuboot_scratch"},
    {"storage_partition", "settings_storage"},
    {"tfm_ps_partition", "tfm_ps"},
    {"tfm_its_partition", "tfm_its"},
    {"tfm_otp_partition", "tfm_otp_nv_counters"},
}};

/// "mcuboot_primary" is image 0, "mcuboot_primary_2" image 2; others are none.
std::optional<int> ImageOf(std::string_view name, std::string_view stem) {
  if (!name.starts_with(stem)) {
    return std::nullopt;
  }
  name.remove_prefix(stem.size());
  if (name.empty()) {
    return 0;
  }
  int number = 0;
  if (name.size() < 2 || name.size() > 4 || name[0] != '_' ||
      std::from_chars(name.data() + 1, name.data() + name.size(), number).ptr !=
          name.data() + name.size()) {
    return std::nullopt;
  }
  return number;
}

bool IsKnownContainer(std::string_view name) {
  constexpr std::array<std::string_view, 9> kKnown{
      "mcuboot_primary_app", "mcuboot_secondary_app", "tfm_secure",
      "tfm_nonsecure",       "tfm_storage",           "nonsecure_storage",
      "sram_secure",         "sram_nonsecure",        "mcuboot_secondary_ns"};
  return ImageOf(name, "mcuboot_primary") || ImageOf(name, "mcuboot_secondary") ||
         std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end();
}

}  // namespace

std::string CanonicalName(std::string_view name) {
  const auto found = std::find_if(kDevicetreeNames.begin(), kDevicetreeNames.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return std::string(found == kDevicetreeNames.end() ? name : found->second);
}

std::vector<Slots> FindSlots(const Map& map) {
  std::map<int, Slots> slots;
  for (const Partition& partition : map.partitions) {
    if (const auto image = ImageOf(partition.name, "mcuboot_primary")) {
      slots[*image].primary = &partition;
    } else if (const auto other = ImageOf(partition.name, "mcuboot_secondary")) {
      slots[*other].secondary = &partition;
    }
  }
  std::vector<Slots> list;
  for (auto& [image, entry] : slots) {
    entry.image = image;
    list.push_back(entry);
  }
  return list;
}

bool IsContainer(const Map& map, const Partition& partition) {
  if (!partition.span.empty()) {
    return true;
  }
  return IsKnownContainer(partition.name) &&
         std::any_of(map.partitions.begin(), map.partitions.end(), [&](const Partition& other) {
           return other.name != partition.name && other.span.empty() &&
                  !IsKnownContainer(other.name) && Contains(partition, other);
         });
}

std::vector<const Partition*> Leaves(const Map& map, std::string_view region) {
  std::vector<const Partition*> leaves;
  for (const Partition& partition : map.partitions) {
    if (partition.region == region && !IsContainer(map, partition) && !IsEmptyFiller(partition)) {
      leaves.push_back(&partition);
    }
  }
  std::stable_sort(leaves.begin(), leaves.end(),
                   [](const Partition* a, const Partition* b) { return a->offset < b->offset; });
  return leaves;
}

bool HasTwoWorlds(const Map& map, std::string_view region) {
  bool secure = false;
  bool open = false;
  for (const Partition& partition : map.partitions) {
    if (partition.region == region) {
      secure |= partition.security == Security::kSecure || partition.name == "tfm";
      open |= partition.security == Security::kNonSecure || partition.name == "tfm";
    }
  }
  return secure && open;
}

Security SecurityOf(const Map& map, const Partition& partition) {
  if (partition.security != Security::kUnstated || !HasTwoWorlds(map, partition.region)) {
    return partition.security;
  }
  const std::string_view name = partition.name;
  const bool secure = name == "tfm_nonsecure"
                          ? false
                          : name.starts_with("mcuboot") || name.starts_with("tfm") ||
                                name == "provision" || name.starts_with("b0") ||
                                name.starts_with("s0") || name.starts_with("s1");
  return secure ? Security::kSecure : Security::kNonSecure;
}

const Partition* FindApplication(const Map& map) {
  for (const char* name : {"app", "slot0_ns_partition", "mcuboot_primary_app", "mcuboot_primary"}) {
    if (const Partition* found = map.Find(name); found != nullptr) {
      return found;
    }
  }
  return nullptr;
}

}  // namespace linnet::layout
