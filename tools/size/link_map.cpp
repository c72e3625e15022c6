// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/link_map.hpp"

#include <algorithm>

namespace linnet::size {
namespace {

constexpr std::size_t kMaxPlaced = 4'000'000;

std::string_view NextLine(const std::string& content, std::size_t& at) {
  const std::size_t end = std::min(content.find('\n', at), content.size());
  std::string_view line = std::string_view(content).substr(at, end - at);
  at = end + 1;
  return line;
}

bool IsHex(std::string_view word) {
  return word.starts_with("0x") && ParseNumber(word) >= 0;
}

// "path/libfoo.a(bar.c.obj)" becomes libfoo.a and bar.c.obj.
void SplitObject(std::string_view text, Placed& placed) {
  const std::size_t open = text.rfind(".a(");
  if (open != std::string_view::npos && text.ends_with(')')) {
    const std::size_t slash = text.rfind('/', open);
    const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    placed.archive = text.substr(begin, open + 2 - begin);
    placed.object = text.substr(open + 3, text.size() - open - 4);
  } else {
    placed.object = text;
  }
}

class Parser {
 public:
  explicit Parser(const Text& text) : text_(text) {}

  LinkMap Parse() {
    std::size_t number = 0;
    for (std::size_t at = 0; at < text_.content.size();) {
      const std::string_view line = NextLine(text_.content, at);
      ++number;
      if (line.find('\0') != std::string_view::npos) {
        throw text_.Fault(number, "holds a zero byte: this is not a map of the linker");
      }
      if (line.starts_with("Memory Configuration")) {
        part_ = Part::kRegions;
      } else if (line.starts_with("Linker script and memory map")) {
        part_ = Part::kPlaced;
      } else if (part_ == Part::kRegions) {
        Region(line);
      } else if (part_ == Part::kPlaced) {
        Placement(line);
      }
    }
    if (part_ != Part::kPlaced) {
      throw text_.Fault(number,
                        "is no map of GNU ld, or is cut off: it has no part 'Linker script "
                        "and memory map' (link with -Wl,-Map=FILE)");
    }
    std::stable_sort(map_.placed.begin(), map_.placed.end(),
                     [](const Placed& a, const Placed& b) { return a.address < b.address; });
    return std::move(map_);
  }

 private:
  enum class Part : std::uint8_t { kHead, kRegions, kPlaced };

  void Region(std::string_view line) {
    const auto words = Words(line);
    if (words.size() >= 3 && IsHex(words[1]) && IsHex(words[2]) && words[0] != "*default*") {
      map_.regions.push_back({std::string(words[0]),
                              static_cast<std::uint64_t>(ParseNumber(words[1])),
                              static_cast<std::uint64_t>(ParseNumber(words[2]))});
    }
  }

  // An input section begins with one blank; a long name stands alone, its place in the next line.
  void Placement(std::string_view line) {
    const bool indented = line.size() > 1 && line[0] == ' ' && line[1] != ' ';
    const auto words = Words(line);
    if (indented && words.size() == 1) {
      pending_ = words[0];
      return;
    }
    std::string_view name = indented && !words.empty() ? words[0] : std::string_view();
    std::size_t first = indented ? 1 : 0;
    if (!indented && !pending_.empty() && line.starts_with("   ")) {
      name = pending_;
    }
    pending_ = {};
    if (name.empty() || words.size() < first + 2 || !IsHex(words[first]) ||
        !IsHex(words[first + 1])) {
      return;
    }
    Placed placed{.address = static_cast<std::uint64_t>(ParseNumber(words[first])),
                  .size = static_cast<std::uint64_t>(ParseNumber(words[first + 1])),
                  .section = std::string(name),
                  .archive = {},
                  .object = {}};
    // Debug sections have addresses of their own, which say nothing about memory.
    if (name.starts_with(".debug") || name == ".comment" || name == ".ARM.attributes") {
      return;
    }
    if (placed.size == 0 || map_.placed.size() >= kMaxPlaced) {
      return;
    }
    if (words.size() > first + 2) {
      const auto begin = static_cast<std::size_t>(words[first + 2].data() - line.data());
      SplitObject(Trim(line.substr(begin)), placed);
    }
    map_.placed.push_back(std::move(placed));
  }

  const Text& text_;
  LinkMap map_{};
  Part part_ = Part::kHead;
  std::string_view pending_{};
};

}  // namespace

const Placed* LinkMap::Find(std::uint64_t address) const {
  auto after =
      std::upper_bound(placed.begin(), placed.end(), address,
                       [](std::uint64_t at, const Placed& entry) { return at < entry.address; });
  if (after == placed.begin()) {
    return nullptr;
  }
  --after;
  return address - after->address < after->size ? &*after : nullptr;
}

LinkMap ParseLinkMap(const Text& text) {
  return Parser(text).Parse();
}

}  // namespace linnet::size
