// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Regions, overlaps, gaps and pages.
#include <algorithm>

#include "tools/layout/check.hpp"

namespace linnet::layout {

namespace {

std::string Where(const Map& map, const Partition& partition) {
  return map.file + (partition.line > 0 ? ":" + std::to_string(partition.line) : "");
}

void CheckRegion(const Map& map, const Partition& partition, std::vector<Finding>& findings) {
  const Region* region = map.FindRegion(partition.region);
  if (region == nullptr) {
    findings.push_back(
        {Severity::kWarning, "unknown-region",
         "'" + partition.name + "' lies in '" + partition.region +
             "', which the chip file does not describe",
         Where(map, partition), "Nothing about it can be checked.",
         "Correct the name, or add the memory to a chip file and give it with --chip."});
    return;
  }
  if (partition.end() > region->size) {
    findings.push_back({Severity::kError, "outside",
                        "'" + partition.name + "' ends at " + Hex(partition.end()) +
                            ", beyond the " + Hex(region->size) + " bytes of " + region->name,
                        Where(map, partition), "It does not exist on the chip.",
                        "Make it smaller or move it down."});
  }
}

bool InCommonSlot(const Map& map, const Partition& a, const Partition& b) {
  return std::any_of(map.partitions.begin(), map.partitions.end(), [&](const Partition& outer) {
    return &outer != &a && &outer != &b && IsContainer(map, outer) && Contains(outer, a) &&
           Contains(outer, b);
  });
}

bool IsSlot(const Map& map, const Partition& partition) {
  const std::vector<Slots> slots = FindSlots(map);
  return std::any_of(slots.begin(), slots.end(), [&](const Slots& entry) {
    return entry.primary == &partition || entry.secondary == &partition;
  });
}

/// Two sums may share members, unless both are slots.
bool AreSums(const Map& map, const Partition& a, const Partition& b) {
  return IsContainer(map, a) && IsContainer(map, b) && !(IsSlot(map, a) && IsSlot(map, b));
}

void CheckOverlap(const Map& map, const Partition& a, const Partition& b,
                  std::vector<Finding>& findings) {
  const bool nested = (Contains(a, b) && (IsContainer(map, a) || IsEmptyFiller(a))) ||
                      (Contains(b, a) && (IsContainer(map, b) || IsEmptyFiller(b)));
  if (!Overlap(a, b) || nested || AreSums(map, a, b)) {
    return;
  }
  const std::uint64_t from = std::max(a.offset, b.offset);
  const std::uint64_t to = std::min(a.end(), b.end());
  findings.push_back(
      {Severity::kError, "overlap",
       "'" + a.name + "' and '" + b.name + "' overlap from " + Hex(from) + " to " + Hex(to) +
           " of " + a.region,
       Where(map, b), "Whoever writes last destroys the other's content.",
       "Move one of them, or, if one is meant to hold the other, list it in 'span'."});
}

/// Parts of an image lie behind its header's room, and are erased with the slot around them.
bool IsPartOfImage(const Map& map, const Partition& leaf) {
  return std::any_of(map.partitions.begin(), map.partitions.end(), [&](const Partition& outer) {
    return IsContainer(map, outer) && Contains(outer, leaf) &&
           (IsSlot(map, outer) ||
            std::any_of(outer.span.begin(), outer.span.end(), [](const std::string& name) {
              return name.find("pad") != std::string::npos;
            }));
  });
}

void CheckPages(const Map& map, const Region& region, std::vector<Finding>& findings) {
  const std::vector<const Partition*> leaves = Leaves(map, region.name);
  for (const Partition* leaf : leaves) {
    const bool aligned = leaf->offset % region.page_size == 0 && leaf->size % region.page_size == 0;
    if (!aligned && !IsSlot(map, *leaf) && !IsPartOfImage(map, *leaf)) {
      findings.push_back({Severity::kWarning, "page-unaligned",
                          "'" + leaf->name + "' (" + Hex(leaf->offset) + ", " + Hex(leaf->size) +
                              " B) does not begin and end at pages of " + Hex(region.page_size),
                          Where(map, *leaf),
                          "Only whole pages are erased: the rest of its last one is lost or erased "
                          "with it, and file systems and settings refuse it.",
                          "Align its start and its size to " + Hex(region.page_size) + "."});
    }
  }
  for (std::size_t i = 0; i + 1 < leaves.size(); ++i) {
    const Partition& a = *leaves[i];
    const Partition& b = *leaves[i + 1];
    const bool shared =
        a.end() <= b.offset && (a.end() - 1) / region.page_size == b.offset / region.page_size;
    if (shared && !InCommonSlot(map, a, b)) {
      findings.push_back(
          {Severity::kError, "page-shared",
           "'" + a.name + "' and '" + b.name + "' share the page at " +
               Hex(b.offset - b.offset % region.page_size) + " of " + region.name,
           Where(map, b), "Erasing one of them erases part of the other.",
           "Begin '" + b.name + "' at a multiple of " + Hex(region.page_size) + "."});
    }
  }
}

void CheckGaps(const Map& map, const Region& region, std::vector<Finding>& findings) {
  std::vector<const Partition*> all;
  for (const Partition& partition : map.partitions) {
    if (partition.region == region.name && !IsEmptyFiller(partition)) {
      all.push_back(&partition);
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Partition* a, const Partition* b) { return a->offset < b->offset; });
  std::uint64_t end = 0;
  const auto report = [&](std::uint64_t next) {
    if (next > end && !all.empty()) {
      findings.push_back({Severity::kInfo, "gap",
                          std::to_string(next - end) + " B of " + region.name + " from " +
                              Hex(end) + " to " + Hex(next) + " belong to nobody",
                          map.file, "They are free, or lost to alignment.",
                          "Nothing, or let `linnet layout plan` give them to the application."});
    }
  };
  for (const Partition* partition : all) {
    report(partition->offset);
    end = std::max(end, partition->end());
  }
  report(region.size);
}

}  // namespace

void CheckGeometry(const Map& map, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < map.partitions.size(); ++i) {
    CheckRegion(map, map.partitions[i], findings);
    for (std::size_t j = i + 1; j < map.partitions.size(); ++j) {
      CheckOverlap(map, map.partitions[i], map.partitions[j], findings);
    }
  }
  for (const Region& region : map.regions) {
    if (region.is_flash()) {
      CheckPages(map, region, findings);
      CheckGaps(map, region, findings);
    }
  }
}

}  // namespace linnet::layout
