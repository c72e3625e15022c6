// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/map.hpp"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <initializer_list>

namespace linnet::layout {

namespace {

std::string Hex(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

/// One section of a document, with errors that name its file and line.
class Reader {
 public:
  Reader(const Document& document, const Section& section)
      : document_(document), section_(section) {}

  [[noreturn]] void Fail(int line, const std::string& what) const {
    throw Error(document_.file, line, "'" + section_.name + "': " + what);
  }
  [[noreturn]] void Fail(const std::string& what) const { Fail(section_.line, what); }

  void CheckKeys(std::initializer_list<std::string_view> known) const {
    for (const Field& field : section_.fields) {
      if (std::find(known.begin(), known.end(), field.key) == known.end()) {
        Fail(field.line, "the field '" + field.key + "' is not known");
      }
    }
  }

  const Field& Need(std::string_view key) const {
    const Field* field = section_.Find(key);
    if (field == nullptr) {
      Fail("the field '" + std::string(key) + "' is missing");
    }
    return *field;
  }

  std::uint32_t Number(std::string_view key) const {
    return ParseNumber(document_.file, Need(key));
  }

  std::uint32_t NumberOrZero(std::string_view key) const {
    const Field* field = section_.Find(key);
    return field == nullptr ? 0 : ParseNumber(document_.file, *field);
  }

  /// The index of the field's value among `words`.
  std::size_t Choice(std::string_view key, std::initializer_list<std::string_view> words) const {
    const Field& field = Need(key);
    const auto found = std::find(words.begin(), words.end(), field.value);
    if (found == words.end()) {
      std::string list;
      for (const std::string_view word : words) {
        list += (list.empty() ? "" : " or ") + std::string(word);
      }
      Fail(field.line, "'" + field.key + "' must be " + list + ", not '" + field.value + "'");
    }
    return static_cast<std::size_t>(found - words.begin());
  }

  [[nodiscard]] const Section& section() const { return section_; }

 private:
  const Document& document_;
  const Section& section_;
};

Region ReadRegion(const Reader& reader) {
  reader.CheckKeys({"base", "size", "page_size", "program_unit", "access"});
  Region region;
  region.name = reader.section().name;
  region.line = reader.section().line;
  region.base = reader.Number("base");
  region.size = reader.Number("size");
  region.page_size = reader.NumberOrZero("page_size");
  region.program_unit = reader.NumberOrZero("program_unit");
  region.access = reader.Choice("access", {"memory_mapped", "driver"}) == 0
                      ? Region::Access::kMemoryMapped
                      : Region::Access::kDriver;
  if (region.size == 0 || std::uint64_t{region.base} + region.size > 0x1'0000'0000) {
    reader.Fail("a size of " + Hex(region.size) + " from " + Hex(region.base) +
                " is empty or leaves the 32-bit address space");
  }
  if ((region.page_size == 0) != (region.program_unit == 0)) {
    reader.Fail("a flash needs both 'page_size' and 'program_unit'");
  }
  if (region.page_size == 0) {
    return region;
  }
  if (!std::has_single_bit(region.program_unit) || region.program_unit > 32 ||
      region.page_size % region.program_unit != 0) {
    reader.Fail("'program_unit' must be a power of two up to 32 that divides 'page_size'");
  }
  if (region.size % region.page_size != 0) {
    reader.Fail("the size " + Hex(region.size) + " is not a whole number of pages of " +
                Hex(region.page_size));
  }
  return region;
}

std::uint32_t ReadSize(const Reader& reader, std::uint32_t offset) {
  const Field* end_field = reader.section().Find("end_address");
  const Field* size_field = reader.section().Find("size");
  if (end_field == nullptr && size_field == nullptr) {
    reader.Fail("needs 'size' or 'end_address'");
  }
  const std::uint32_t end = reader.NumberOrZero("end_address");
  const std::uint32_t size = reader.NumberOrZero("size");
  if (end_field != nullptr && end <= offset) {
    reader.Fail(end_field->line,
                "'end_address' " + Hex(end) + " is not above 'address' " + Hex(offset));
  }
  if (end_field != nullptr && size_field != nullptr && end - offset != size) {
    reader.Fail(size_field->line, "'size' is " + Hex(size) + ", but 'end_address' - 'address' is " +
                                      Hex(end - offset));
  }
  if (size_field != nullptr && size == 0) {
    reader.Fail(size_field->line, "'size' is zero");
  }
  return size_field != nullptr ? size : end - offset;
}

void CheckPlace(const Reader& reader, const Partition& partition, const Region& region) {
  if (region.page_size == 0) {
    reader.Fail("the region '" + region.name + "' is no flash (it has no 'page_size')");
  }
  if (std::uint64_t{partition.offset} + partition.size > region.size) {
    reader.Fail("ends at " + Hex(std::uint64_t{partition.offset} + partition.size) +
                ", beyond the " + Hex(region.size) + " bytes of '" + region.name + "'");
  }
  if (partition.offset % region.page_size != 0) {
    reader.Fail(reader.Need("address").line, "'address' " + Hex(partition.offset) +
                                                 " is not at a page of " + Hex(region.page_size));
  }
  if (partition.size % region.page_size != 0) {
    reader.Fail("its size " + Hex(partition.size) + " is not a whole number of pages of " +
                Hex(region.page_size));
  }
}

Partition ReadPartition(const Reader& reader, const Map& map) {
  reader.CheckKeys({"address", "end_address", "size", "region", "security"});
  Partition partition;
  partition.name = reader.section().name;
  partition.line = reader.section().line;
  partition.region = reader.Need("region").value;
  partition.offset = reader.Number("address");
  partition.size = ReadSize(reader, partition.offset);
  partition.security = reader.Choice("security", {"secure", "nonsecure"}) == 0
                           ? Partition::Security::kSecure
                           : Partition::Security::kNonSecure;
  const Region* region = map.FindRegion(partition.region);
  if (region == nullptr) {
    reader.Fail(reader.Need("region").line, "there is no region '" + partition.region + "'");
  }
  CheckPlace(reader, partition, *region);
  return partition;
}

/// Compares with the closest partition above it in the file that lies in the same region; by
/// induction that keeps all of them apart.
void CheckOrder(const Reader& reader, const Partition& partition, const Map& map) {
  const auto same = [&](const Partition& other) { return other.region == partition.region; };
  const auto before = std::find_if(map.partitions.rbegin(), map.partitions.rend(), same);
  if (before == map.partitions.rend()) {
    return;
  }
  const std::string other = "'" + before->name + "' (line " + std::to_string(before->line) + ")";
  if (partition.offset + partition.size <= before->offset) {
    reader.Fail("lies below " + other + "; write partitions in ascending order");
  }
  if (partition.offset < before->offset + before->size) {
    reader.Fail("overlaps " + other + ", which ends at " + Hex(before->offset + before->size));
  }
  if (partition.security == Partition::Security::kSecure &&
      before->security != partition.security) {
    reader.Fail("is Secure above the Non-secure " + other +
                "; Secure partitions come first in their region");
  }
}

void CheckApart(const Reader& reader, const Region& region, const Map& map) {
  for (const Region& other : map.regions) {
    const bool apart = std::uint64_t{region.base} + region.size <= other.base ||
                       std::uint64_t{other.base} + other.size <= region.base;
    if (!apart) {
      reader.Fail("overlaps the region '" + other.name + "' (line " + std::to_string(other.line) +
                  ")");
    }
  }
}

}  // namespace

const Region* Map::FindRegion(std::string_view name) const {
  const auto found = std::find_if(regions.begin(), regions.end(),
                                  [&](const Region& region) { return region.name == name; });
  return found == regions.end() ? nullptr : &*found;
}

Map BuildMap(const Document& regions, const Document& partitions) {
  Map map;
  for (const Section& section : regions.sections) {
    const Reader reader(regions, section);
    const Region region = ReadRegion(reader);
    CheckApart(reader, region, map);
    map.regions.push_back(region);
  }
  for (const Section& section : partitions.sections) {
    const Reader reader(partitions, section);
    const Partition partition = ReadPartition(reader, map);
    if (map.FindRegion(partition.name) != nullptr) {
      reader.Fail("has the name of a region");
    }
    CheckOrder(reader, partition, map);
    map.partitions.push_back(partition);
  }
  if (map.partitions.empty()) {
    throw Error(partitions.file, 0, "no partition in it");
  }
  return map;
}

}  // namespace linnet::layout
