// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/map.hpp"

#include <algorithm>

namespace linnet::layout {

namespace {

/// The rules that the build of our own boards relies on, one partition after another.
class Strict {
 public:
  Strict(const std::string& file, const Map& map) : file_(file), map_(map) {}

  void Check(std::size_t index) const {
    const Partition& partition = map_.partitions[index];
    const Region* region = map_.FindRegion(partition.region);
    if (region == nullptr) {
      Fail(partition, "there is no region '" + partition.region + "'");
    }
    if (map_.FindRegion(partition.name) != nullptr) {
      Fail(partition, "has the name of a region");
    }
    CheckIdentifier(partition);
    if (partition.security == Security::kUnstated) {
      Fail(partition, "the field 'security' is missing");
    }
    if (!partition.span.empty()) {
      Fail(partition, "the maps of our own boards name every byte once: no 'span'");
    }
    CheckPlace(partition, *region);
    CheckOrder(index);
  }

 private:
  [[noreturn]] void Fail(const Partition& partition, const std::string& what) const {
    throw Error(file_, partition.line, "'" + partition.name + "': " + what);
  }

  void CheckIdentifier(const Partition& partition) const {
    const auto ok = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (!std::all_of(partition.name.begin(), partition.name.end(), ok) || partition.name[0] < 'a') {
      Fail(partition, "is not a name (lower-case letters, digits and '_', a letter first)");
    }
  }

  void CheckPlace(const Partition& partition, const Region& region) const {
    if (!region.is_flash()) {
      Fail(partition, "the region '" + region.name + "' is no flash (it has no 'page_size')");
    }
    if (partition.end() > region.size) {
      Fail(partition, "ends at " + Hex(partition.end()) + ", beyond the " + Hex(region.size) +
                          " bytes of '" + region.name + "'");
    }
    if (partition.offset % region.page_size != 0) {
      Fail(partition,
           "'address' " + Hex(partition.offset) + " is not at a page of " + Hex(region.page_size));
    }
    if (partition.size % region.page_size != 0) {
      Fail(partition, "its size " + Hex(partition.size) + " is not a whole number of pages of " +
                          Hex(region.page_size));
    }
  }

  /// Compares with the closest partition above it in the file that lies in the same region; by
  /// induction that keeps all of them apart.
  void CheckOrder(std::size_t index) const {
    const Partition& partition = map_.partitions[index];
    const auto rest = map_.partitions.rend() - static_cast<std::ptrdiff_t>(index);
    const auto before = std::find_if(rest, map_.partitions.rend(), [&](const Partition& other) {
      return other.region == partition.region;
    });
    if (before == map_.partitions.rend()) {
      return;
    }
    const std::string other = "'" + before->name + "' (line " + std::to_string(before->line) + ")";
    if (partition.end() <= before->offset) {
      Fail(partition, "lies below " + other + "; write partitions in ascending order");
    }
    if (partition.offset < before->end()) {
      Fail(partition, "overlaps " + other + ", which ends at " + Hex(before->end()));
    }
    if (partition.security == Security::kSecure && before->security != partition.security) {
      Fail(partition, "is Secure above the Non-secure " + other +
                          "; Secure partitions come first in their region");
    }
  }

  const std::string& file_;
  const Map& map_;
};

}  // namespace

const Region* Map::FindRegion(std::string_view name) const {
  const auto found = std::find_if(regions.begin(), regions.end(),
                                  [&](const Region& region) { return region.name == name; });
  return found == regions.end() ? nullptr : &*found;
}

const Partition* Map::Find(std::string_view name) const {
  const auto found =
      std::find_if(partitions.begin(), partitions.end(),
                   [&](const Partition& partition) { return partition.name == name; });
  return found == partitions.end() ? nullptr : &*found;
}

Map BuildMap(const Document& regions, const Document& partitions) {
  Map map = ReadMap(regions, partitions);
  const Strict strict(partitions.file, map);
  for (std::size_t i = 0; i < map.partitions.size(); ++i) {
    strict.Check(i);
  }
  return map;
}

}  // namespace linnet::layout
