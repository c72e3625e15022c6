// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstdio>

#include "tools/layout/fields.hpp"
#include "tools/layout/map.hpp"

namespace linnet::layout {

namespace {

Region ReadFields(const Fields& fields) {
  fields.CheckKeys({"base", "size", "page_size", "program_unit", "protection_unit", "address_base",
                    "access", "bus", "nodes"});
  Region region;
  region.name = fields.node().key;
  region.line = fields.node().line;
  region.base = fields.Number("base");
  region.size = fields.Number("size");
  region.page_size = fields.NumberOrZero("page_size");
  region.program_unit = fields.NumberOrZero("program_unit");
  region.protection_unit = fields.NumberOrZero("protection_unit");
  region.address_base = fields.NumberOrZero("address_base");
  region.access = fields.Choice("access", {"memory_mapped", "driver"}) == 0
                      ? Region::Access::kMemoryMapped
                      : Region::Access::kDriver;
  region.bus = fields.Text("bus");
  region.nodes = fields.Words("nodes");
  return region;
}

void CheckSound(const Fields& fields, const Region& region) {
  if (region.size == 0 || std::uint64_t{region.base} + region.size > 0x1'0000'0000) {
    fields.Fail("a size of " + Hex(region.size) + " from " + Hex(region.base) +
                " is empty or leaves the 32-bit address space");
  }
  if (region.protection_unit != 0 && region.size % region.protection_unit != 0) {
    fields.Fail("the size " + Hex(region.size) + " is not a whole number of protection units");
  }
  if ((region.page_size == 0) != (region.program_unit == 0)) {
    fields.Fail("a flash needs both 'page_size' and 'program_unit'");
  }
  if (!region.is_flash()) {
    return;
  }
  if (!std::has_single_bit(region.program_unit) || region.program_unit > 32 ||
      region.page_size % region.program_unit != 0) {
    fields.Fail("'program_unit' must be a power of two up to 32 that divides 'page_size'");
  }
  if (region.size % region.page_size != 0) {
    fields.Fail("the size " + Hex(region.size) + " is not a whole number of pages of " +
                Hex(region.page_size));
  }
  if (region.protection_unit % region.page_size != 0) {
    fields.Fail("'protection_unit' must be a whole number of pages");
  }
}

void CheckApart(const Fields& fields, const Region& region, const std::vector<Region>& others) {
  for (const Region& other : others) {
    const bool apart = std::uint64_t{region.base} + region.size <= other.base ||
                       std::uint64_t{other.base} + other.size <= region.base;
    if (!apart) {
      fields.Fail("overlaps the region '" + other.name + "' (line " + std::to_string(other.line) +
                  ")");
    }
  }
}

}  // namespace

std::string Hex(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::vector<Region> ReadRegions(const Document& document) {
  std::vector<Region> regions;
  for (const Node& node : document.root.children) {
    const Fields fields(document.file, node);
    Region region = ReadFields(fields);
    CheckSound(fields, region);
    CheckApart(fields, region, regions);
    regions.push_back(std::move(region));
  }
  return regions;
}

}  // namespace linnet::layout
