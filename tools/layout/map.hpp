// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A chip's or a board's memories, and the partitions in them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/layout/yaml.hpp"

namespace linnet::layout {

/// A memory. Sizes and units in bytes; a unit of 0 means that there is none.
struct Region {
  enum class Access : std::uint8_t { kMemoryMapped, kDriver };

  std::string name{};
  std::uint32_t base = 0;
  std::uint32_t size = 0;
  std::uint32_t page_size = 0;     ///< Erase unit. 0: not a flash.
  std::uint32_t program_unit = 0;  ///< Smallest write. 0: not a flash.
  /// What one entry of the attribution unit (Secure or Non-secure) covers.
  std::uint32_t protection_unit = 0;
  std::uint32_t address_base = 0;  ///< What the `address`es of a map count from.
  Access access = Access::kMemoryMapped;
  std::string bus{};                 ///< How a driver's flash is attached: "spi", "qspi", or empty.
  std::vector<std::string> nodes{};  ///< Its devicetree labels.
  int line = 0;

  [[nodiscard]] bool is_flash() const { return page_size != 0; }
};

enum class Security : std::uint8_t { kUnstated, kSecure, kNonSecure };

/// Where the vendor's tool should put a partition. A map that has addresses keeps it for the
/// reader.
struct Placement {
  std::vector<std::string> before{};
  std::vector<std::string> after{};
  std::uint32_t align_start = 0;
  std::uint32_t align_end = 0;

  [[nodiscard]] bool empty() const {
    return before.empty() && after.empty() && align_start == 0 && align_end == 0;
  }
};

struct Partition {
  std::string name{};
  std::string region{};
  std::string device{};
  std::uint32_t offset = 0;  ///< From the start of the region.
  std::uint32_t size = 0;
  Security security = Security::kUnstated;
  std::vector<std::string> span{};       ///< What it is the sum of; empty: a partition of its own.
  std::vector<std::string> orig_span{};  ///< As the vendor's tool was asked, before it resolved it.
  std::vector<std::string> inside{};
  std::vector<std::string> share_size{};
  Placement placement{};
  int line = 0;

  [[nodiscard]] std::uint64_t end() const { return std::uint64_t{offset} + size; }
};

struct Map {
  std::string file{};
  std::vector<Region> regions{};
  std::vector<Partition> partitions{};

  /// By name, or nullptr.
  [[nodiscard]] const Region* FindRegion(std::string_view name) const;
  [[nodiscard]] const Partition* Find(std::string_view name) const;
};

/// Reads the memories of a chip or board file: fields known and complete, regions sound and apart
/// from each other. Throws Error.
std::vector<Region> ReadRegions(const Document& document);

/// Reads the partitions of a `pm_static.yml` or `partitions.yml`: address, size, end_address,
/// region (flash_primary if it is not said), device, span, orig_span, placement, inside,
/// share_size, sharers, and `security`, which is ours. What has no address is placed right behind
/// or before its neighbour if `placement` says so, or covers its `span`. Says nothing about
/// whether the map is a good one. Throws Error.
std::vector<Partition> ReadPartitions(const Document& document, const std::vector<Region>& regions);

/// ReadRegions() and ReadPartitions() for a map that people hand to the commands.
Map ReadMap(const Document& chip, const Document& partitions);

/// Joins the two files of one of our boards (boards/<board>/regions.yml and pm_static.yml) and
/// checks what the build relies on: every partition has a stated security and lies inside a flash
/// region, on pages, in ascending order, without overlap, and no Secure one above a Non-secure
/// one. Gaps are allowed. Throws Error with the file and line of the first fault.
Map BuildMap(const Document& regions, const Document& partitions);

/// "0x1f00"
std::string Hex(std::uint64_t value);

}  // namespace linnet::layout
