// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Secure and Non-secure against the protection unit, and what its size wastes.
#include <algorithm>
#include <array>

#include "tools/layout/check.hpp"

namespace linnet::layout {

namespace {

std::string At(const Map& map, const Partition& partition) {
  return map.file + (partition.line > 0 ? ":" + std::to_string(partition.line) : "");
}

std::uint64_t Up(std::uint64_t value, std::uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

void CheckAligned(const Map& map, const Region& region, std::vector<Finding>& findings) {
  const std::uint32_t unit = region.protection_unit;
  for (const Partition& partition : map.partitions) {
    const bool attributed = partition.name == "tfm_nonsecure" || partition.name == "tfm_storage" ||
                            partition.name == "nonsecure_storage";
    if (partition.region != region.name || !attributed ||
        (partition.offset % unit == 0 && partition.size % unit == 0)) {
      continue;
    }
    findings.push_back({Severity::kError, "protection-unaligned",
                        "'" + partition.name + "' (" + Hex(partition.offset) + ", " +
                            Hex(partition.size) + " B) does not begin and end at the " + Hex(unit) +
                            " that the attribution unit can tell apart",
                        At(map, partition), "TF-M cannot give it to one world, and does not start.",
                        "Align its start and its size to " + Hex(unit) + "."});
  }
}

void CheckMixed(const Map& map, const Region& region, std::vector<Finding>& findings) {
  const std::vector<const Partition*> leaves = Leaves(map, region.name);
  for (std::size_t i = 0; i + 1 < leaves.size(); ++i) {
    const Partition& a = *leaves[i];
    const Partition& b = *leaves[i + 1];
    const bool same_unit = a.end() <= b.offset && (a.end() - 1) / region.protection_unit ==
                                                      b.offset / region.protection_unit;
    if (same_unit && SecurityOf(map, a) != SecurityOf(map, b)) {
      findings.push_back(
          {Severity::kError, "protection-mixed",
           "'" + a.name + "' and '" + b.name +
               "' are of different worlds and share the protection unit at " +
               Hex(b.offset - b.offset % region.protection_unit),
           At(map, b),
           "The whole unit is Secure or Non-secure: either a secret is open, or the "
           "application faults.",
           "Begin '" + b.name + "' at a multiple of " + Hex(region.protection_unit) + "."});
    }
  }
}

/// Bytes of the windows that Secure storage takes, against the bytes of what lies in them.
void CheckStorage(const Map& map, const Region& region, std::vector<Finding>& findings) {
  constexpr std::array<std::string_view, 3> kParts{"tfm_its", "tfm_otp_nv_counters", "tfm_ps"};
  std::uint64_t begin = region.size;
  std::uint64_t end = 0;
  std::uint64_t content = 0;
  for (const std::string_view name : kParts) {
    const Partition* part = map.Find(name);
    if (part != nullptr && part->region == region.name) {
      begin = std::min(begin, std::uint64_t{part->offset});
      end = std::max(end, part->end());
      content += part->size;
    }
  }
  if (content == 0 || end < begin) {
    return;
  }
  const std::uint64_t unit = region.protection_unit;
  const std::uint64_t window = Up(end, unit) - begin / unit * unit;
  const std::uint64_t packed = Up(content, unit);
  if (window <= packed) {
    return;
  }
  findings.push_back(
      {Severity::kWarning, "storage-windows",
       "TF-M's storage holds " + std::to_string(content) + " B and takes " +
           std::to_string(window) + " B: " + std::to_string(window - packed) +
           " B are lost to alignment",
       map.file,
       "Each of its parts was aligned to " + Hex(unit) + ", although only their sum must be.",
       "Put them behind one another into one 'tfm_storage' of " + std::to_string(packed) +
           " B; `linnet layout plan` does. Not on devices in the field: they would lose what is "
           "stored."});
}

void CheckRam(const Map& map, const Region& region, std::vector<Finding>& findings) {
  for (const Partition& partition : map.partitions) {
    if (partition.region == region.name && partition.name == "tfm_sram" &&
        (partition.offset % region.protection_unit != 0 ||
         partition.size % region.protection_unit != 0)) {
      findings.push_back(
          {Severity::kError, "protection-unaligned",
           "'tfm_sram' is not a whole number of RAM regions of " + Hex(region.protection_unit),
           At(map, partition), "Part of it would be open to the application.",
           "Align its start and size."});
    }
  }
}

}  // namespace

void CheckProtection(const Map& map, std::vector<Finding>& findings) {
  for (const Region& region : map.regions) {
    if (region.protection_unit == 0) {
      continue;
    }
    if (!region.is_flash()) {
      CheckRam(map, region, findings);
    } else if (HasTwoWorlds(map, region.name)) {
      CheckAligned(map, region, findings);
      CheckMixed(map, region, findings);
      CheckStorage(map, region, findings);
    }
  }
}

}  // namespace linnet::layout
