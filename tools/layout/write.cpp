// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/write.hpp"

#include <algorithm>

#include "tools/layout/roles.hpp"

namespace linnet::layout {

namespace {

void List(std::string& text, const char* key, const std::vector<std::string>& words,
          const char* indent) {
  if (words.empty()) {
    return;
  }
  text += std::string(indent) + key + ":\n";
  for (const std::string& word : words) {
    text += std::string(indent) + "- " + word + "\n";
  }
}

void Placed(std::string& text, const Placement& placement) {
  if (placement.empty()) {
    return;
  }
  text += "  placement:\n";
  List(text, "before", placement.before, "    ");
  List(text, "after", placement.after, "    ");
  if (placement.align_start != 0 || placement.align_end != 0) {
    text += "    align:\n";
    if (placement.align_start != 0) {
      text += "      start: " + Hex(placement.align_start) + "\n";
    }
    if (placement.align_end != 0) {
      text += "      end: " + Hex(placement.align_end) + "\n";
    }
  }
}

std::string Identifier(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}

/// Whether `outer` holds `inner` directly or not; of equal ones the earlier is the outer.
bool Holds(const std::vector<Partition>& all, std::size_t outer, std::size_t inner) {
  return outer != inner && Contains(all[outer], all[inner]) &&
         (all[outer].size > all[inner].size || outer < inner);
}

class DevicetreeWriter {
 public:
  explicit DevicetreeWriter(const Map& map) : map_(map) {}

  std::string Write() {
    text_ = "/* Written by `linnet layout`. */\n";
    for (const Region& region : map_.regions) {
      const auto here = [&](const Partition& partition) { return partition.region == region.name; };
      if (region.is_flash() && std::any_of(map_.partitions.begin(), map_.partitions.end(), here)) {
        WriteRegion(region);
      }
    }
    return text_;
  }

 private:
  void WriteRegion(const Region& region) {
    const std::string node = region.nodes.empty() ? region.name : region.nodes.front();
    text_ += "\n&" + node +
             " {\n\tpartitions {\n\t\tcompatible = \"fixed-partitions\";\n"
             "\t\t#address-cells = <1>;\n\t\t#size-cells = <1>;\n";
    for (std::size_t i = 0; i < map_.partitions.size(); ++i) {
      if (map_.partitions[i].region == region.name && ParentOf(i) == kNone) {
        WriteNode(i, 0, 2);
      }
    }
    text_ += "\t};\n};\n";
  }

  /// The smallest partition around `index`; of equal ones the last.
  [[nodiscard]] std::size_t ParentOf(std::size_t index) const {
    std::size_t parent = kNone;
    for (std::size_t i = 0; i < map_.partitions.size(); ++i) {
      if (!IsEmptyFiller(map_.partitions[i]) && Holds(map_.partitions, i, index) &&
          (parent == kNone || Holds(map_.partitions, parent, i))) {
        parent = i;
      }
    }
    return parent;
  }

  // Depth is bounded by the number of partitions that lie in each other, and the reader's limit.
  void WriteNode(std::size_t index, std::uint64_t base, std::size_t depth) {  // NOLINT
    const Partition& partition = map_.partitions[index];
    const std::string offset = Hex(partition.offset - base);
    const std::string reg = offset + " " + Hex(partition.size);
    Line(depth, Identifier(partition.name) + ": partition@" + offset.substr(2) + " {");
    Line(depth + 1, "label = \"" + partition.name + "\";");
    Line(depth + 1, "reg = <" + reg + ">;");
    bool first = true;
    for (std::size_t i = 0; i < map_.partitions.size(); ++i) {
      if (map_.partitions[i].region != partition.region || ParentOf(i) != index) {
        continue;
      }
      if (first) {
        Line(depth + 1, "compatible = \"fixed-subpartitions\";");
        Line(depth + 1, "#address-cells = <1>;");
        Line(depth + 1, "#size-cells = <1>;");
        Line(depth + 1, "ranges = <0x0 " + reg + ">;");
        first = false;
      }
      WriteNode(i, partition.offset, depth + 1);
    }
    Line(depth, "};");
  }

  void Line(std::size_t depth, const std::string& text) {
    text_.append(depth, '\t').append(text).append("\n");
  }

  static constexpr std::size_t kNone = SIZE_MAX;
  const Map& map_;
  std::string text_;
};

}  // namespace

std::string WriteStaticMap(const Map& map) {
  std::string text;
  for (const Partition& partition : map.partitions) {
    const Region* region = map.FindRegion(partition.region);
    const std::uint64_t base = region == nullptr ? 0 : region->address_base;
    text += partition.name + ":\n  address: " + Hex(base + partition.offset) +
            "\n  end_address: " + Hex(base + partition.end()) + "\n  region: " + partition.region +
            "\n  size: " + Hex(partition.size) + "\n";
    if (!partition.device.empty()) {
      text += "  device: " + partition.device + "\n";
    }
    if (partition.security != Security::kUnstated) {
      text += std::string("  security: ") +
              (partition.security == Security::kSecure ? "secure" : "nonsecure") + "\n";
    }
    List(text, "inside", partition.inside, "  ");
    List(text, "orig_span", partition.orig_span, "  ");
    List(text, "span", partition.span, "  ");
    List(text, "share_size", partition.share_size, "  ");
    Placed(text, partition.placement);
  }
  return text;
}

std::string WriteDevicetree(const Map& map) {
  return DevicetreeWriter(map).Write();
}

}  // namespace linnet::layout
