// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/rebuild.hpp"

#include <algorithm>

#include "tools/layout/roles.hpp"

namespace linnet::layout {

namespace {

constexpr std::uint32_t kPatchPad = 0x200;
constexpr std::uint32_t kPatchSlot = 0x21000;

class Rebuilder {
 public:
  Rebuilder(const Map& present, const Partition& app, const Partition* slot)
      : present_(present), app_(app), slot_(slot), map_(present) {
    std::erase_if(map_.partitions, IsEmptyFiller);
    for (Partition& partition : map_.partitions) {
      partition.placement = {};
      partition.line = 0;
    }
  }

  Map Run(const Arrangement& arrangement, bool add_patch) {
    PlaceSlot(arrangement);
    for (const PlacedGroup& group : arrangement.groups) {
      std::uint64_t at = group.offset;
      for (const PlacedPart& part : group.parts) {
        Set(part.name, at, part.size);
        at += part.size;
      }
    }
    Containers(arrangement);
    PackExternal(arrangement, add_patch);
    std::stable_sort(map_.partitions.begin(), map_.partitions.end(), Before);
    return map_;
  }

 private:
  static bool Before(const Partition& a, const Partition& b) {
    return a.region != b.region   ? a.region > b.region
           : a.offset != b.offset ? a.offset < b.offset
                                  : a.size > b.size;
  }

  Partition* FindIn(std::string_view name) {
    const auto found =
        std::find_if(map_.partitions.begin(), map_.partitions.end(),
                     [&](const Partition& partition) { return partition.name == name; });
    return found == map_.partitions.end() ? nullptr : &*found;
  }

  void Set(std::string_view name, std::uint64_t offset, std::uint64_t size) {
    if (Partition* partition = FindIn(name); partition != nullptr) {
      partition->offset = static_cast<std::uint32_t>(offset);
      partition->size = static_cast<std::uint32_t>(size);
    }
  }

  void PlaceSlot(const Arrangement& arrangement) {
    std::uint64_t at = arrangement.slot;
    for (std::size_t i = 0; i < arrangement.head.size(); ++i) {
      const bool last = i + 1 == arrangement.head.size();
      const std::uint64_t size = last ? arrangement.app - at : arrangement.head[i].size;
      Set(arrangement.head[i].name, at, size);
      at += size;
    }
    const std::uint64_t end = arrangement.slot + arrangement.slot_size;
    Set(app_.name, arrangement.app, end - arrangement.app);
    if (slot_ != nullptr) {
      Set(slot_->name, arrangement.slot, arrangement.slot_size);
    }
    if (arrangement.second_inside) {
      Set("mcuboot_secondary", arrangement.second, arrangement.slot_size);
    }
  }

  /// A container covers what it held before; storage keeps whole protection units.
  void Containers(const Arrangement& arrangement) {
    for (const Partition& old : present_.partitions) {
      if (old.region != app_.region || !IsContainer(present_, old) || &old == slot_ ||
          old.name == "mcuboot_secondary") {
        continue;
      }
      std::uint64_t begin = UINT32_MAX;
      std::uint64_t end = 0;
      for (const Partition& member : present_.partitions) {
        if (&member == &old || IsContainer(present_, member) || IsEmptyFiller(member) ||
            !Contains(old, member)) {
          continue;
        }
        const Partition* now = map_.Find(member.name);
        begin = std::min(begin, std::uint64_t{now->offset});
        end = std::max(end, now->end());
      }
      for (const PlacedGroup& group : arrangement.groups) {
        if (group.offset == begin && end > begin && group.parts.size() > 1 &&
            (old.name == "tfm_storage" || old.name == "nonsecure_storage")) {
          end = group.offset + group.size;
        }
      }
      if (end > begin) {
        Set(old.name, begin, end - begin);
      }
    }
  }

  void PackExternal(const Arrangement& arrangement, bool add_patch) {
    const Partition* second = present_.Find("mcuboot_secondary");
    std::string region = second != nullptr && !arrangement.second_inside ? second->region : "";
    if (region.empty() && add_patch) {
      region = "external_flash";
    }
    const Region* memory = map_.FindRegion(region);
    if (memory == nullptr) {
      return;
    }
    Shift(*memory, arrangement);
    if (add_patch && map_.Find(kPatchPartition) == nullptr) {
      AddPatch(*memory);
    }
  }

  [[nodiscard]] bool IsTop(const Partition& partition) const {
    return std::none_of(present_.partitions.begin(), present_.partitions.end(),
                        [&](const Partition& outer) {
                          return &outer != &partition && !IsEmptyFiller(outer) &&
                                 Contains(outer, partition) && outer.size > partition.size;
                        });
  }

  /// Moves what lies outermost up as far as the second slot grew into it.
  void Shift(const Region& memory, const Arrangement& arrangement) {
    std::vector<const Partition*> tops;
    for (const Partition& partition : present_.partitions) {
      if (partition.region == memory.name && !IsEmptyFiller(partition) && IsTop(partition)) {
        tops.push_back(&partition);
      }
    }
    std::stable_sort(tops.begin(), tops.end(),
                     [](const Partition* a, const Partition* b) { return a->offset < b->offset; });
    std::uint64_t cursor = 0;
    for (const Partition* top : tops) {
      const bool second = top->name == "mcuboot_secondary";
      const std::uint64_t from = std::max(cursor, std::uint64_t{top->offset});
      const std::uint64_t offset =
          (from + memory.page_size - 1) / memory.page_size * memory.page_size;
      const std::uint64_t size = second ? arrangement.slot_size : top->size;
      for (const Partition& inner : present_.partitions) {
        if (&inner != top && !IsEmptyFiller(inner) && Contains(*top, inner)) {
          Set(inner.name, offset + (inner.offset - top->offset), inner.size);
        }
      }
      Set(top->name, offset, size);
      cursor = offset + size;
    }
  }

  void AddPatch(const Region& memory) {
    std::uint64_t at = 0;
    std::string device;
    for (const Partition& partition : map_.partitions) {
      if (partition.region == memory.name) {
        at = std::max(at, partition.end());
        device = partition.device;
      }
    }
    const auto base = static_cast<std::uint32_t>((at + memory.page_size - 1) / memory.page_size *
                                                 memory.page_size);
    const auto add = [&](const char* name, std::uint32_t offset, std::uint32_t size,
                         const std::vector<std::string>& span) {
      map_.partitions.push_back({.name = name,
                                 .region = memory.name,
                                 .device = device,
                                 .offset = offset,
                                 .size = size,
                                 .span = span,
                                 .orig_span = span});
    };
    add("mcuboot_primary_1", base, kPatchSlot, {"nrf70_wifi_fw_mcuboot_pad", "nrf70_wifi_fw"});
    add("nrf70_wifi_fw_mcuboot_pad", base, kPatchPad, {});
    add(kPatchPartition, base + kPatchPad, kPatchSize, {});
    add("mcuboot_secondary_1", base + kPatchSlot, kPatchSlot, {});
  }

  const Map& present_;
  const Partition& app_;
  const Partition* slot_;
  Map map_;
};

}  // namespace

Map Rebuild(const Map& present, const Partition& app, const Partition* slot,
            const Arrangement& arrangement, bool add_patch) {
  return Rebuilder(present, app, slot).Run(arrangement, add_patch);
}

}  // namespace linnet::layout
