// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tools/layout/fields.hpp"
#include "tools/layout/map.hpp"

namespace linnet::layout {

namespace {

constexpr std::size_t kMaxPartitions = 256;

bool IsName(std::string_view text) {
  const auto ok = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), ok);
}

std::uint32_t ReadSize(const Fields& fields, std::uint32_t address) {
  const Node* end_field = fields.Find("end_address");
  const Node* size_field = fields.Find("size");
  const std::uint32_t end = fields.NumberOrZero("end_address");
  const std::uint32_t size = fields.NumberOrZero("size");
  if (end_field != nullptr && end <= address) {
    fields.Fail(end_field->line,
                "'end_address' " + Hex(end) + " is not above 'address' " + Hex(address));
  }
  if (end_field != nullptr && size_field != nullptr && end - address != size) {
    fields.Fail(size_field->line, "'size' is " + Hex(size) + ", but 'end_address' - 'address' is " +
                                      Hex(end - address));
  }
  if (size_field != nullptr && size == 0) {
    fields.Fail(size_field->line, "'size' is zero");
  }
  return size_field != nullptr ? size : end - address;
}

Placement ReadPlacement(const std::string& file, const Fields& fields) {
  Placement placement;
  const Node* node = fields.Find("placement");
  if (node == nullptr) {
    return placement;
  }
  const Fields inner(file, *node);
  inner.CheckKeys({"before", "after", "align", "align_next"});
  placement.before = inner.Words("before");
  placement.after = inner.Words("after");
  if (const Node* align = inner.Find("align"); align != nullptr) {
    const Fields units(file, *align);
    units.CheckKeys({"start", "end"});
    placement.align_start = units.NumberOrZero("start");
    placement.align_end = units.NumberOrZero("end");
  }
  return placement;
}

/// What a partition says for itself; `placed` tells whether it has an address.
struct Draft {
  Partition partition{};
  bool placed = false;
};

class PartitionReader {
 public:
  PartitionReader(const Document& document, const std::vector<Region>& regions)
      : document_(document), regions_(regions) {}

  std::vector<Partition> Read() {
    if (document_.root.children.size() > kMaxPartitions) {
      throw Error(document_.file, 0, "more than " + std::to_string(kMaxPartitions) + " partitions");
    }
    for (const Node& node : document_.root.children) {
      drafts_.push_back(ReadOne(node));
    }
    Resolve();
    std::vector<Partition> partitions;
    for (Draft& draft : drafts_) {
      partitions.push_back(std::move(draft.partition));
    }
    return partitions;
  }

 private:
  Draft ReadOne(const Node& node) const {
    const Fields fields(document_.file, node);
    if (!IsName(node.key)) {
      throw Error(document_.file, node.line,
                  "'" + node.key.substr(0, 64) + "' is not a partition name");
    }
    fields.CheckKeys({"address", "end_address", "size", "region", "device", "span", "orig_span",
                      "placement", "inside", "share_size", "sharers", "security"});
    Draft draft;
    Partition& partition = draft.partition;
    partition.name = node.key;
    partition.line = node.line;
    partition.region = fields.Find("region") != nullptr ? fields.Text("region") : "flash_primary";
    partition.device = fields.Text("device");
    partition.span = fields.Words("span");
    partition.orig_span = fields.Words("orig_span");
    partition.inside = fields.Words("inside");
    partition.share_size = fields.Words("share_size");
    partition.placement = ReadPlacement(document_.file, fields);
    if (fields.Find("security") != nullptr) {
      partition.security = fields.Choice("security", {"secure", "nonsecure"}) == 0
                               ? Security::kSecure
                               : Security::kNonSecure;
    }
    ReadPlace(fields, draft);
    return draft;
  }

  void ReadPlace(const Fields& fields, Draft& draft) const {
    Partition& partition = draft.partition;
    const bool has_size = fields.Find("size") != nullptr;
    const bool has_end = fields.Find("end_address") != nullptr;
    std::uint32_t address = fields.NumberOrZero("address");
    draft.placed = fields.Find("address") != nullptr;
    if (!draft.placed && has_size && has_end) {
      const std::uint32_t end = fields.Number("end_address");
      if (fields.Number("size") > end) {
        fields.Fail("'size' is more than 'end_address'");
      }
      address = end - fields.Number("size");
      draft.placed = true;
    }
    if (draft.placed && !has_size && !has_end) {
      fields.Fail("needs 'size' or 'end_address'");
    }
    if (!draft.placed && !has_size && partition.span.empty() && partition.share_size.empty()) {
      fields.Fail("needs 'address' with 'size' or 'end_address', or a 'span'");
    }
    partition.size = draft.placed || has_size ? ReadSize(fields, address) : 0;
    if (draft.placed) {
      const std::uint32_t base = BaseOf(partition.region);
      if (address < base) {
        fields.Fail("'address' " + Hex(address) + " is below its region, which begins at " +
                    Hex(base));
      }
      partition.offset = address - base;
    }
  }

  [[nodiscard]] std::uint32_t BaseOf(const std::string& name) const {
    const auto found = std::find_if(regions_.begin(), regions_.end(),
                                    [&](const Region& region) { return region.name == name; });
    return found == regions_.end() ? 0 : found->address_base;
  }

  [[nodiscard]] const Draft* Find(std::string_view name) const {
    const auto found = std::find_if(drafts_.begin(), drafts_.end(), [&](const Draft& draft) {
      return draft.partition.name == name;
    });
    return found == drafts_.end() ? nullptr : &*found;
  }

  /// Places what depends on others, round by round; a round without progress ends it, so a circle
  /// of partitions that wait for each other is an error and not a loop.
  void Resolve() {
    for (bool progress = true; progress;) {
      progress = false;
      for (Draft& draft : drafts_) {
        if (!draft.placed && Place(draft)) {
          draft.placed = progress = true;
        }
      }
    }
    for (const Draft& draft : drafts_) {
      if (!draft.placed) {
        throw Error(document_.file, draft.partition.line,
                    "'" + draft.partition.name +
                        "': it has no address, and what it spans, shares its size with or stands "
                        "next to has none either; give it 'address' and 'size'");
      }
    }
  }

  bool Place(Draft& draft) const {
    Partition& partition = draft.partition;
    if (!partition.span.empty()) {
      return CoverSpan(partition);
    }
    if (partition.size == 0) {
      const Draft* other = Find(partition.share_size.front());
      if (other == nullptr || !other->placed) {
        return false;
      }
      partition.size = other->partition.size;
    }
    for (const std::string& name : partition.placement.after) {
      const Draft* other = Find(name);
      if (other != nullptr && other->placed) {
        return MoveTo(partition, other->partition.end());
      }
    }
    for (const std::string& name : partition.placement.before) {
      const Draft* other = Find(name);
      if (other != nullptr && other->placed && other->partition.offset >= partition.size) {
        return MoveTo(partition, other->partition.offset - partition.size);
      }
    }
    return false;
  }

  bool MoveTo(Partition& partition, std::uint64_t offset) const {
    const std::uint64_t unit = std::max(partition.placement.align_start, std::uint32_t{1});
    offset = (offset + unit - 1) / unit * unit;
    if (offset + partition.size > 0x1'0000'0000) {
      throw Error(document_.file, partition.line, "'" + partition.name + "': leaves 32 bits");
    }
    partition.offset = static_cast<std::uint32_t>(offset);
    return true;
  }

  bool CoverSpan(Partition& partition) const {
    std::uint64_t begin = 0x1'0000'0000;
    std::uint64_t end = 0;
    for (const std::string& name : partition.span) {
      const Draft* part = Find(name);
      if (part == nullptr) {
        throw Error(document_.file, partition.line,
                    "'" + partition.name + "': spans '" + name + "', which is not in this file");
      }
      if (!part->placed) {
        return false;
      }
      begin = std::min(begin, std::uint64_t{part->partition.offset});
      end = std::max(end, part->partition.end());
      partition.region = part->partition.region;
    }
    partition.offset = static_cast<std::uint32_t>(begin);
    partition.size = static_cast<std::uint32_t>(end - begin);
    return true;
  }

  const Document& document_;
  const std::vector<Region>& regions_;
  std::vector<Draft> drafts_;
};

}  // namespace

std::vector<Partition> ReadPartitions(const Document& document,
                                      const std::vector<Region>& regions) {
  std::vector<Partition> partitions = PartitionReader(document, regions).Read();
  if (partitions.empty()) {
    throw Error(document.file, 0, "no partition in it");
  }
  return partitions;
}

Map ReadMap(const Document& chip, const Document& partitions) {
  Map map{.file = partitions.file, .regions = ReadRegions(chip)};
  map.partitions = ReadPartitions(partitions, map.regions);
  return map;
}

}  // namespace linnet::layout
