// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/emit.hpp"

#include <cstdio>

namespace linnet::layout {

namespace {

std::string Hex(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", value);
  return text;
}

/// release_store -> kReleaseStore
std::string Constant(const std::string& name) {
  std::string constant = "k";
  bool upper = true;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    constant += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return constant;
}

constexpr const char* kHeaderTypes = R"(// SPDX-License-Identifier: Apache-2.0
// Generated from the board's partition map; change that instead.
#pragma once

#include <cstdint>

namespace linnet::layout::@BOARD@ {

/// Bytes throughout. `page_size` and `program_unit` are 0 where it is no flash.
struct Region {
  std::uint32_t base = 0;
  std::uint32_t size = 0;
  std::uint32_t page_size = 0;
  std::uint32_t program_unit = 0;
};

/// `offset` counts from the start of `region`; `address()` is where the core sees it.
struct Partition {
  const Region& region;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  bool secure = false;
  [[nodiscard]] constexpr std::uint32_t address() const { return region.base + offset; }
};

)";

std::string Types(const std::string& board) {
  const std::string mark = "@BOARD@";
  std::string text = kHeaderTypes;
  return text.replace(text.find(mark), mark.size(), board);
}

std::string LinkerEntry(const std::string& name, std::uint32_t origin, std::uint32_t size) {
  return "  " + name + " : ORIGIN = " + Hex(origin) + ", LENGTH = " + Hex(size) + "\n";
}

std::string LinkerSymbols(const std::string& name, std::uint32_t origin, std::uint32_t size) {
  return "layout_" + name + "_start = " + Hex(origin) + ";\nlayout_" + name +
         "_size = " + Hex(size) + ";\n";
}

}  // namespace

std::string EmitHeader(const Map& map, const std::string& board) {
  std::string text = Types(board);
  for (const Region& region : map.regions) {
    text += "inline constexpr Region " + Constant(region.name) + "{.base = " + Hex(region.base) +
            ",\n    .size = " + Hex(region.size) + ", .page_size = " + Hex(region.page_size) +
            ", .program_unit = " + std::to_string(region.program_unit) + "};\n";
  }
  text += "\n";
  for (const Partition& partition : map.partitions) {
    const bool secure = partition.security == Security::kSecure;
    text += "inline constexpr Partition " + Constant(partition.name) +
            "{.region = " + Constant(partition.region) +
            ",\n    .offset = " + Hex(partition.offset) + ", .size = " + Hex(partition.size) +
            ", .secure = " + (secure ? "true" : "false") + "};\n";
  }
  return text + "\n}  // namespace linnet::layout::" + board + "\n";
}

std::string EmitLinkerScript(const Map& map) {
  std::string entries;
  std::string symbols;
  for (const Region& region : map.regions) {
    if (region.page_size == 0 && region.access == Region::Access::kMemoryMapped) {
      entries += LinkerEntry(region.name, region.base, region.size);
      symbols += LinkerSymbols(region.name, region.base, region.size);
    }
  }
  for (const Partition& partition : map.partitions) {
    const Region& region = *map.FindRegion(partition.region);
    const std::uint32_t origin = region.base + partition.offset;
    if (region.access == Region::Access::kMemoryMapped) {
      entries += LinkerEntry(partition.name, origin, partition.size);
      symbols += LinkerSymbols(partition.name, origin, partition.size);
    }
  }
  return "/* Generated from the board's partition map; change that instead. */\nMEMORY\n{\n" +
         entries + "}\n" + symbols;
}

}  // namespace linnet::layout
