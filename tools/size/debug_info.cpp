// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/debug_info.hpp"

#include <dwarf.h>
#include <elfutils/libdw.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace linnet::size {
namespace {

constexpr int kMaxDepth = 100;
constexpr std::size_t kMaxOrigins = 10'000'000;

std::string_view View(const char* text) {
  return text != nullptr ? text : "";
}

std::string_view StringOf(Dwarf_Die* die, unsigned attribute) {
  Dwarf_Attribute memory;
  return View(dwarf_formstring(dwarf_attr_integrate(die, attribute, &memory)));
}

std::string_view LinkageOf(Dwarf_Die* die) {
  const std::string_view name = StringOf(die, DW_AT_linkage_name);
  return name.empty() ? StringOf(die, DW_AT_MIPS_linkage_name) : name;
}

std::uint64_t RangeBytes(Dwarf_Die* die, std::uint64_t& lowest) {
  std::uint64_t bytes = 0;
  Dwarf_Addr base = 0;
  Dwarf_Addr start = 0;
  Dwarf_Addr end = 0;
  lowest = ~std::uint64_t{0};
  for (std::ptrdiff_t at = 0; (at = dwarf_ranges(die, at, &base, &start, &end)) > 0;) {
    if (end > start) {
      bytes += end - start;
      lowest = std::min<std::uint64_t>(lowest, start);
    }
  }
  return bytes;
}

// The place of an object whose location is one fixed address.
bool FixedAddress(Dwarf_Die* die, std::uint64_t& address) {
  Dwarf_Attribute memory;
  Dwarf_Attribute* location = dwarf_attr(die, DW_AT_location, &memory);
  Dwarf_Op* ops = nullptr;
  std::size_t count = 0;
  if (location == nullptr || dwarf_whatform(location) != DW_FORM_exprloc ||
      dwarf_getlocation(location, &ops, &count) != 0 || count == 0 || ops[0].atom != DW_OP_addr) {
    return false;
  }
  address = ops[0].number;
  return true;
}

}  // namespace

struct DebugInfo::Walk {
  DebugInfo& info;
  const ElfImage& image;
  std::unordered_set<std::uint64_t> functions{};
  std::unordered_map<const void*, Inlined> inlined{};

  // What the linker dropped still has DWARF, at address zero or so: no function symbol is there.
  [[nodiscard]] bool Kept(std::uint64_t low) const { return functions.contains(low); }

  void Add(Dwarf_Die* die, std::uint64_t address, std::uint64_t size, bool function) {
    if (info.origins_.size() < kMaxOrigins && image.Find(address) != nullptr) {
      info.origins_.push_back({address, size, StringOf(die, DW_AT_name), LinkageOf(die),
                               View(dwarf_decl_file(die)), function});
    }
  }

  void AddInlined(Dwarf_Die* die, std::uint64_t bytes) {
    Dwarf_Attribute memory;
    Dwarf_Die origin;
    if (dwarf_formref_die(dwarf_attr(die, DW_AT_abstract_origin, &memory), &origin) == nullptr) {
      return;
    }
    Inlined& entry = inlined[origin.addr];
    if (entry.name.empty()) {
      const std::string_view linkage = LinkageOf(&origin);
      entry.name = linkage.empty() ? StringOf(&origin, DW_AT_name) : linkage;
      entry.file = View(dwarf_decl_file(&origin));
    }
    ++entry.copies;
    entry.bytes += bytes;
  }

  // Returns the bytes of inlined copies directly below `die`.
  std::uint64_t Children(Dwarf_Die* die, bool kept, int depth) {
    Dwarf_Die child;
    if (depth > kMaxDepth || dwarf_child(die, &child) != 0) {
      return 0;
    }
    std::uint64_t inlined_bytes = 0;
    int more = 0;
    do {
      inlined_bytes += One(&child, kept, depth);
    } while ((more = dwarf_siblingof(&child, &child)) == 0);
    info.damaged_ = info.damaged_ || more < 0;
    return inlined_bytes;
  }

  std::uint64_t One(Dwarf_Die* die, bool kept, int depth) {
    switch (dwarf_tag(die)) {
      case DW_TAG_subprogram:
        Function(die, depth);
        return 0;
      case DW_TAG_variable: {
        std::uint64_t address = 0;
        if (FixedAddress(die, address)) {
          Add(die, address, 0, false);
        }
        return 0;
      }
      case DW_TAG_inlined_subroutine: {
        const std::uint64_t below = Children(die, kept, depth + 1);
        std::uint64_t lowest = 0;
        const std::uint64_t bytes = kept ? RangeBytes(die, lowest) : 0;
        if (kept && bytes > 0) {
          AddInlined(die, bytes - std::min(bytes, below));
        }
        return std::max(bytes, below);
      }
      case DW_TAG_lexical_block:
        return Children(die, kept, depth + 1);
      case DW_TAG_namespace:
      case DW_TAG_module:
        Children(die, false, depth + 1);
        return 0;
      default:
        return 0;
    }
  }

  void Function(Dwarf_Die* die, int depth) {
    std::uint64_t low = 0;
    const std::uint64_t bytes = RangeBytes(die, low);
    const bool kept = bytes > 0 && Kept(low);
    if (kept) {
      Add(die, low, bytes, true);
    }
    Children(die, kept, depth + 1);
  }
};

DebugInfo::DebugInfo(const ElfImage& image, const OnProgress& progress) {
  auto* dwarf = dwarf_begin_elf(image.elf(), DWARF_C_READ, nullptr);
  dwarf_ = dwarf;
  if (dwarf == nullptr) {
    return;
  }
  Walk walk{*this, image};
  for (const Symbol& symbol : image.symbols()) {
    if (symbol.function) {
      walk.functions.insert(symbol.address);
    }
  }
  std::size_t size = 0;
  if (Elf_Scn * scn{}; progress) {
    while ((scn = elf_nextscn(image.elf(), scn)) != nullptr) {
      const Elf_Data* data = elf_rawdata(scn, nullptr);
      size = std::max(size, data != nullptr ? data->d_size : 0);
    }
  }
  Dwarf_CU* unit = nullptr;
  Dwarf_Die die;
  int more = 0;
  while ((more = dwarf_get_units(dwarf, unit, &unit, nullptr, nullptr, &die, nullptr)) == 0) {
    walk.Children(&die, false, 0);
    if (progress) {
      progress(dwarf_dieoffset(&die), size);
    }
  }
  damaged_ = damaged_ || more < 0;
  std::stable_sort(origins_.begin(), origins_.end(),
                   [](const Origin& a, const Origin& b) { return a.address < b.address; });
  for (auto& [key, entry] : walk.inlined) {
    inlined_.push_back(std::move(entry));
  }
}

DebugInfo::DebugInfo(DebugInfo&& other) noexcept
    : dwarf_(std::exchange(other.dwarf_, nullptr)),
      damaged_(other.damaged_),
      origins_(std::move(other.origins_)),
      inlined_(std::move(other.inlined_)) {}

DebugInfo::~DebugInfo() {
  dwarf_end(static_cast<Dwarf*>(dwarf_));
}

const Origin* DebugInfo::Find(std::uint64_t address, std::string_view name) const {
  auto at = std::lower_bound(
      origins_.begin(), origins_.end(), address,
      [](const Origin& origin, std::uint64_t wanted) { return origin.address < wanted; });
  const std::string_view plain = name.substr(0, name.find('.'));
  const Origin* found = nullptr;
  for (; at != origins_.end() && at->address == address; ++at) {
    if (at->linkage == plain || at->name == plain) {
      return &*at;
    }
    // Address zero is also where DWARF leaves what the linker dropped.
    if (found == nullptr && address != 0) {
      found = &*at;
    }
  }
  return found;
}

std::string_view DebugInfo::LineFile(std::uint64_t address) const {
  Dwarf_Die unit;
  if (dwarf_ == nullptr || dwarf_addrdie(static_cast<Dwarf*>(dwarf_), address, &unit) == nullptr) {
    return {};
  }
  Dwarf_Line* line = dwarf_getsrc_die(&unit, address);
  return line != nullptr ? View(dwarf_linesrc(line, nullptr, nullptr)) : std::string_view();
}

}  // namespace linnet::size
