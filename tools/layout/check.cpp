// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/check.hpp"

#include <algorithm>

namespace linnet::layout {

namespace {

/// What a device in the field cannot follow when it changes.
bool HoldsData(const Partition& partition) {
  const std::string& name = partition.name;
  const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
  return has("storage") || has("settings") || has("tfm_its") || has("tfm_ps") || has("otp") ||
         has("nvs") || has("factory") || has("provision") || has("record") || has("store") ||
         has("vault");
}

bool IsBootContract(const Map& map, const Partition& partition) {
  const std::vector<Slots> slots = FindSlots(map);
  return partition.name == "mcuboot" || partition.name == "boot" ||
         partition.name == "mcuboot_scratch" ||
         std::any_of(slots.begin(), slots.end(), [&](const Slots& entry) {
           return entry.primary == &partition || entry.secondary == &partition;
         });
}

std::string Place(const Partition& partition) {
  return partition.region + " " + Hex(partition.offset) + "/" + Hex(partition.size);
}

void Compare(const Map& map, const Partition& old, const Map& deployed,
             std::vector<Finding>& findings) {
  const bool boot = IsBootContract(deployed, old);
  const bool data = HoldsData(old) && !IsContainer(deployed, old);
  const Partition* now = map.Find(old.name);
  if (!boot && !data) {
    return;
  }
  if (now != nullptr && now->region == old.region && now->offset == old.offset &&
      now->size == old.size) {
    return;
  }
  const std::string what = "'" + old.name + "' is at " + Place(old) + " on devices in the field, " +
                           (now == nullptr ? "and not in this map" : "here at " + Place(*now));
  const std::string where =
      map.file + (now != nullptr && now->line > 0 ? ":" + std::to_string(now->line) : "");
  if (boot) {
    findings.push_back(
        {Severity::kError, "deployed-boot", what, where,
         "Their boot loader, which an update does not replace, looks for slots where "
         "they were: such an update is refused, or bricks them.",
         "Keep it where it is, or make this map for new devices only."});
  } else {
    findings.push_back({Severity::kError, "deployed-data", what, where,
                        "After the update the devices find nothing where their data was.",
                        "Keep its place, or ship code that moves the data first."});
  }
}

}  // namespace

void CheckDeployed(const Map& map, const Map& deployed, std::vector<Finding>& findings) {
  for (const Partition& old : deployed.partitions) {
    Compare(map, old, deployed, findings);
  }
  for (const Partition& now : map.partitions) {
    if (IsBootContract(map, now) && deployed.Find(now.name) == nullptr) {
      findings.push_back({Severity::kError, "deployed-boot",
                          "'" + now.name + "' is new: devices in the field have no such slot",
                          map.file + (now.line > 0 ? ":" + std::to_string(now.line) : ""),
                          "Their boot loader was built for fewer images and ignores it.",
                          "Let the application manage it (Linnet's store does), or make this map "
                          "for new devices only."});
    }
  }
}

std::vector<Finding> Check(const Map& map, const CheckOptions& options, const Map* deployed) {
  std::vector<Finding> findings;
  CheckGeometry(map, findings);
  CheckProtection(map, findings);
  CheckSlots(map, options, findings);
  if (deployed != nullptr) {
    CheckDeployed(map, *deployed, findings);
  }
  SortFindings(findings);
  return findings;
}

}  // namespace linnet::layout
