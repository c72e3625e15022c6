// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// MCUboot's slots: pairs, sizes, pads, trailers, what the swap needs, and where code can run.
#include <algorithm>
#include <array>

#include "tools/layout/check.hpp"

namespace linnet::layout {

namespace {

constexpr std::uint64_t kPad = 0x200;
constexpr std::uint64_t kMaxAlign = 8;

constexpr std::array<std::pair<const char*, SwapMode>, 5> kModes{
    {{"move", SwapMode::kMove},
     {"offset", SwapMode::kOffset},
     {"scratch", SwapMode::kScratch},
     {"overwrite", SwapMode::kOverwrite},
     {"direct-xip", SwapMode::kDirectXip}}};

class SlotChecker {
 public:
  SlotChecker(const Map& map, SwapMode mode, std::vector<Finding>& findings)
      : map_(map), mode_(mode), findings_(findings) {}

  void Run() {
    const std::vector<Slots> all = FindSlots(map_);
    int expected = 0;
    for (const Slots& slots : all) {
      if (slots.image != expected) {
        Add(Severity::kError, "image-index", Any(slots),
            "image " + std::to_string(slots.image) + " has slots, but image " +
                std::to_string(expected) + " has none",
            "MCUboot counts images without holes.", "Number the slots 0, 1, 2 ...");
      }
      expected = slots.image + 1;
      Pair(slots);
    }
    Scratch(!all.empty());
    CodePlaces();
  }

 private:
  static const Partition& Any(const Slots& slots) {
    return slots.primary != nullptr ? *slots.primary : *slots.secondary;
  }

  void Add(Severity severity, const char* id, const Partition& at, std::string what,
           const char* why, std::string remedy) {
    findings_.push_back({severity, id, std::move(what),
                         map_.file + (at.line > 0 ? ":" + std::to_string(at.line) : ""), why,
                         std::move(remedy)});
  }

  void Pair(const Slots& slots) {
    const std::string image = "image " + std::to_string(slots.image);
    if (slots.primary == nullptr || slots.secondary == nullptr) {
      const bool primary = slots.primary != nullptr;
      Add(primary ? Severity::kWarning : Severity::kError, "slot-missing", Any(slots),
          image + " has no " + (primary ? "secondary" : "primary") + " slot",
          primary ? "It cannot be updated." : "There is nothing that an update could replace.",
          "Add the slot, of the same size.");
      return;
    }
    for (const Partition* slot : {slots.primary, slots.secondary}) {
      Aligned(*slot);
    }
    Sizes(slots, image);
    Pads(*slots.primary);
    const std::uint64_t largest = MaxImage(map_, slots, mode_);
    Add(largest == 0 ? Severity::kError : Severity::kInfo, "largest-image", *slots.primary,
        image + " may have up to " + std::to_string(largest) +
            " B, header and signature included (" + ToString(mode_) + ")",
        "The trailer and the swap need the rest of the slot.",
        largest == 0 ? "Make the slots larger." : "Nothing; keep the image below it.");
  }

  void Aligned(const Partition& slot) {
    const Region* region = map_.FindRegion(slot.region);
    if (region == nullptr || !region->is_flash()) {
      return;
    }
    if (slot.offset % region->page_size != 0 || slot.size % region->page_size != 0) {
      Add(Severity::kError, "slot-unaligned", slot,
          "'" + slot.name + "' does not begin and end at pages of " + Hex(region->page_size),
          "The boot loader erases whole pages of it, and with them its neighbour.",
          "Align its start and its size.");
    }
  }

  void Sizes(const Slots& slots, const std::string& image) {
    const std::uint64_t primary = slots.primary->size;
    const std::uint64_t secondary = slots.secondary->size;
    const Region* from = map_.FindRegion(slots.secondary->region);
    const Region* to = map_.FindRegion(slots.primary->region);
    const std::uint64_t page = to != nullptr && to->is_flash() ? to->page_size : 1;
    const bool larger_by_one = secondary == primary + page && mode_ == SwapMode::kOffset;
    if (primary != secondary && !larger_by_one) {
      Add(secondary < primary ? Severity::kError : Severity::kWarning, "slot-sizes",
          *slots.secondary,
          image + ": the secondary slot has " + Hex(secondary) + " B, the primary " + Hex(primary),
          secondary < primary
              ? "An image that fits the primary slot cannot be downloaded, or not be taken back."
              : "The rest of it is never used, and the vendor's tools refuse unequal slots.",
          "Give both the same size.");
    }
    const bool swaps = mode_ == SwapMode::kMove || mode_ == SwapMode::kOffset;
    if (swaps && from != nullptr && to != nullptr && from->page_size != to->page_size) {
      Add(Severity::kError, "slot-pages", *slots.secondary,
          image + ": the slots' pages differ (" + Hex(to->page_size) + " and " +
              Hex(from->page_size) + ")",
          "Swapping by moving or by offset needs pages of one size.",
          "Use swap-scratch or overwrite-only, or flashes with equal pages.");
    }
  }

  /// What lies first in a slot that has parts must be the room for the image header.
  void Pads(const Partition& primary) {
    const Partition* first = nullptr;
    for (const Partition* leaf : Leaves(map_, primary.region)) {
      if (Contains(primary, *leaf)) {
        first = leaf;
        break;
      }
    }
    if (first == nullptr) {
      return;  // The slot is one piece; its image brings its header.
    }
    const bool is_pad = first->name.find("pad") != std::string::npos;
    if (first->offset != primary.offset && first->offset - primary.offset < kPad) {
      Add(Severity::kError, "pad-small", *first,
          "'" + first->name + "' begins " + std::to_string(first->offset - primary.offset) +
              " B into '" + primary.name + "'",
          "The image header needs 0x200 B there, and vector tables their alignment.",
          "Begin the content 0x200 B behind the slot's start.");
    } else if (first->offset == primary.offset && (!is_pad || first->size < kPad)) {
      Add(is_pad ? Severity::kError : Severity::kWarning, is_pad ? "pad-small" : "pad-missing",
          *first,
          "'" + primary.name + "' begins with '" + first->name + "' (" + Hex(first->size) +
              " B) and leaves no 0x200 B for the image header",
          "The header would overwrite the program's first bytes, or the program is not where it "
          "was linked to.",
          "Put a pad of 0x200 B first, unless the image brings its own.");
    }
  }

  void Scratch(bool slots) {
    const Partition* scratch = map_.Find("mcuboot_scratch");
    if (mode_ == SwapMode::kScratch && slots && scratch == nullptr) {
      findings_.push_back({Severity::kError, "scratch-missing",
                           "the swap mode is scratch, and there is no 'mcuboot_scratch'", map_.file,
                           "The boot loader does not build.",
                           "Add it, of at least the largest page, or use another mode."});
    } else if (mode_ != SwapMode::kScratch && scratch != nullptr) {
      Add(Severity::kWarning, "scratch-unused", *scratch,
          std::to_string(scratch->size) + " B of 'mcuboot_scratch' are used by nobody",
          "The swap mode does not need it.", "Remove it.");
    }
  }

  /// Code cannot run from a flash that only a driver can read.
  void CodePlaces() {
    for (const Partition& partition : map_.partitions) {
      const Region* region = map_.FindRegion(partition.region);
      if (region == nullptr || region->access != Region::Access::kDriver) {
        continue;
      }
      const bool runs = partition.name == "app" || partition.name == "mcuboot" ||
                        partition.name == "tfm" || partition.name == "mcuboot_primary" ||
                        partition.name.find("xip") != std::string::npos;
      const std::string bus = region->bus.empty() ? "a driver" : region->bus;
      if (runs && (region->bus == "spi" || region->bus.empty())) {
        Add(Severity::kError, "xip-impossible", partition,
            "'" + partition.name + "' lies in " + region->name + ", which is reached by " + bus,
            "Only flash that the core sees in its address space (QSPI) can be executed in place.",
            "Keep code in internal flash; data can be read in chunks from there.");
      } else if (partition.name == "nrf70_wifi_fw") {
        Add(Severity::kInfo, "loaded-in-chunks", partition,
            "the Wi-Fi firmware in " + region->name + " is loaded in chunks by " + bus,
            "Execution in place of external flash does not work here; loading takes one chunk of "
            "RAM while it lasts.",
            "Use the STORE option, not XIP.");
      }
    }
  }

  const Map& map_;
  SwapMode mode_;
  std::vector<Finding>& findings_;
};

}  // namespace

std::optional<SwapMode> ParseSwapMode(std::string_view text) {
  for (const auto& [name, mode] : kModes) {
    if (text == name) {
      return mode;
    }
  }
  return std::nullopt;
}

const char* ToString(SwapMode mode) {
  return std::find_if(kModes.begin(), kModes.end(),
                      [&](const auto& entry) { return entry.second == mode; })
      ->first;
}

std::uint64_t MaxImage(const Map& map, const Slots& slots, SwapMode mode) {
  const Region* to = map.FindRegion(slots.primary->region);
  const Region* from = map.FindRegion(slots.secondary->region);
  if (to == nullptr || from == nullptr || !to->is_flash() || !from->is_flash()) {
    return std::min(slots.primary->size, slots.secondary->size);
  }
  const std::uint64_t page = std::max(to->page_size, from->page_size);
  const std::uint64_t unit = std::max(to->program_unit, from->program_unit);
  const std::uint64_t align = std::max(kMaxAlign, unit);
  std::uint64_t primary = slots.primary->size / page;
  std::uint64_t secondary = slots.secondary->size / page;
  const std::uint64_t records = mode == SwapMode::kMove || mode == SwapMode::kScratch ? 3
                                : mode == SwapMode::kOffset                           ? 2
                                                                                      : 0;
  const std::uint64_t flags = (mode == SwapMode::kOffset ? 5 : 4) * align;
  const std::uint64_t magic = (16 + align - 1) / align * align;
  const std::uint64_t trailer = std::max(primary, secondary) * unit * records + flags + magic;
  const bool whole_pages = mode == SwapMode::kMove || mode == SwapMode::kOffset;
  if (mode == SwapMode::kMove && primary > 0) {
    --primary;
  } else if (mode == SwapMode::kOffset && secondary > 0) {
    --secondary;
  }
  const std::uint64_t room = std::min(primary, secondary) * page;
  const std::uint64_t lost = whole_pages ? (trailer + page - 1) / page * page : trailer;
  return room > lost ? room - lost : 0;
}

void CheckSlots(const Map& map, const CheckOptions& options, std::vector<Finding>& findings) {
  SlotChecker(map, options.mode, findings).Run();
}

}  // namespace linnet::layout
