// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/load.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "base/endian.hpp"
#include "chips.hpp"
#include "tools/layout/devicetree.hpp"
#include "tools/layout/write.hpp"

namespace linnet::layout {

namespace {

bool IsDevicetree(const std::string& path) {
  return path.ends_with(".dts") || path.ends_with(".dtsi") || path.ends_with(".overlay");
}

/// 742308, 0xb53a4, 120k, 1M; nothing else.
bool ParseSize(std::string_view text, std::uint64_t& size) {
  const bool hexadecimal = text.starts_with("0x");
  text.remove_prefix(hexadecimal ? 2 : 0);
  std::uint64_t factor = 1;
  if (!hexadecimal && text.ends_with('k')) {
    factor = 1024;
  } else if (!hexadecimal && text.ends_with('M')) {
    factor = std::uint64_t{1024} * 1024;
  }
  text.remove_suffix(factor == 1 ? 0 : 1);
  const auto result =
      std::from_chars(text.data(), text.data() + text.size(), size, hexadecimal ? 16 : 10);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || size > 0xFFFFFFFFU) {
    return false;
  }
  size *= factor;
  return true;
}

}  // namespace

std::vector<std::string> ChipNames() {
  std::vector<std::string> names;
  for (const BuiltInChip& chip : kBuiltInChips) {
    names.emplace_back(chip.name);
  }
  return names;
}

Document LoadChip(const std::string& chip) {
  for (const BuiltInChip& known : kBuiltInChips) {
    if (chip == known.name) {
      return ParseYaml(chip, known.text);
    }
  }
  if (chip.find_first_of("/.") != std::string::npos) {
    return ParseYaml(chip, LoadText(chip));
  }
  std::string list;
  for (const std::string& name : ChipNames()) {
    list += (list.empty() ? "" : ", ") + name;
  }
  throw Error(chip, 0, "is not a chip that is known here (" + list + "); give a chip file");
}

std::string LoadText(const std::string& path, std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  constexpr std::size_t kChunk = 1U << 16;
  while (file && text.size() <= limit) {
    const std::size_t at = text.size();
    text.resize(at + kChunk);
    file.read(text.data() + at, kChunk);
    text.resize(at + static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad() || !file.eof()) {
    throw Error(path, 0,
                text.size() > limit ? "is longer than " + std::to_string(limit) + " bytes"
                                    : "cannot be read; check the name and the rights");
  }
  return text;
}

Map ReadMapText(const std::string& path, const std::string& text, const std::string& chip) {
  const Document memories = LoadChip(chip);
  if (!IsDevicetree(path)) {
    return ReadMap(memories, ParseYaml(path, text));
  }
  Map map{.file = path, .regions = ReadRegions(memories)};
  map.partitions = ReadDevicetree(path, text, map.regions);
  return map;
}

Map LoadMap(const std::string& path, const std::string& chip) {
  return ReadMapText(path, LoadText(path), chip);
}

void SaveMap(const Map& map, const std::string& path) {
  if (!IsDevicetree(path) && !path.ends_with(".yml") && !path.ends_with(".yaml")) {
    throw Error(path, 0, "is no name of a map; write a .yml, .overlay or .dts file");
  }
  std::ofstream file(path, std::ios::binary);
  file << (IsDevicetree(path) ? WriteDevicetree(map) : WriteStaticMap(map));
  if (!file.flush()) {
    throw Error(path, 0, "cannot be written; check the folder and the rights");
  }
}

std::uint64_t ElfFlashSize(const std::string& file, Bytes content) {
  constexpr std::size_t kHeader = 52;
  constexpr std::size_t kSegment = 32;
  if (content.size() < kHeader || content[4] != std::byte{1} || content[5] != std::byte{1}) {
    throw Error(file, 0, "is no ELF file of a 32-bit little-endian machine");
  }
  const std::uint32_t table = LoadLe32(content.subspan(28, 4));
  const std::uint16_t entry = LoadLe16(content.subspan(42, 2));
  const std::uint16_t count = LoadLe16(content.subspan(44, 2));
  std::uint64_t begin = UINT64_MAX;
  std::uint64_t end = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t at = table + i * entry;
    if (entry < kSegment || at + kSegment > content.size()) {
      throw Error(file, 0, "its program headers lie outside of it: the file is cut off or damaged");
    }
    const Bytes segment = content.subspan(at, kSegment);
    const std::uint32_t size = LoadLe32(segment.subspan(16, 4));
    if (LoadLe32(segment) == 1 && size != 0) {
      const std::uint64_t address = LoadLe32(segment.subspan(12, 4));
      begin = std::min(begin, address);
      end = std::max(end, address + size);
    }
  }
  if (end <= begin) {
    throw Error(file, 0, "nothing in this ELF file is loaded");
  }
  return end - begin;
}

std::uint64_t ImageSize(const std::string& number_or_file) {
  std::uint64_t size = 0;
  if (ParseSize(number_or_file, size)) {
    return size;
  }
  const std::string content = LoadText(number_or_file, std::size_t{256} << 20);
  if (content.starts_with("\x7f"
                          "ELF")) {
    return ElfFlashSize(number_or_file, std::as_bytes(std::span(content)));
  }
  if (content.empty()) {
    throw Error(number_or_file, 0, "is empty: no image");
  }
  return content.size();
}

}  // namespace linnet::layout
