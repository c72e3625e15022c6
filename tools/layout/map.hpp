// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A board's memories and the partitions in them, checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/layout/yaml.hpp"

namespace linnet::layout {

struct Region {
  enum class Access : std::uint8_t { kMemoryMapped, kDriver };

  std::string name;
  std::uint32_t base = 0;
  std::uint32_t size = 0;
  std::uint32_t page_size = 0;     ///< 0: not a flash.
  std::uint32_t program_unit = 0;  ///< 0: not a flash.
  Access access = Access::kMemoryMapped;
  int line = 0;
};

struct Partition {
  enum class Security : std::uint8_t { kSecure, kNonSecure };

  std::string name;
  std::string region;
  std::uint32_t offset = 0;  ///< From the start of the region ("address" in the file).
  std::uint32_t size = 0;
  Security security = Security::kSecure;
  int line = 0;
};

struct Map {
  std::vector<Region> regions;
  std::vector<Partition> partitions;

  /// The region of that name, or nullptr.
  [[nodiscard]] const Region* FindRegion(std::string_view name) const;
};

/// Joins the two files of a board (boards/<board>/regions.yml and pm_static.yml) and checks them:
/// fields known and complete; regions apart from each other; partitions of a flash region inside of
/// it, on page boundaries, in ascending order, without overlap, and no Secure one above a
/// Non-secure one. Gaps are allowed. Throws Error with the file and line of the first fault.
Map BuildMap(const Document& regions, const Document& partitions);

}  // namespace linnet::layout
