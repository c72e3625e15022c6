// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/duplicates.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace linnet::size {
namespace {

constexpr std::uint64_t kLeastDuplicate = 8;

using Code = std::span<const std::byte>;

std::uint32_t Half(Code code, std::size_t at) {
  return std::to_integer<std::uint32_t>(code[at]) | std::to_integer<std::uint32_t>(code[at + 1])
                                                        << 8U;
}

bool IsWide(std::uint32_t first) {
  return first >= 0xE800U;
}

std::uint32_t SignExtend(std::uint32_t value, std::uint32_t bits) {
  const std::uint32_t sign = 1U << (bits - 1);
  return (value ^ sign) - sign;
}

// How far from its own address, plus 4, a wide branch leads (Armv8-M, B encodings T3 and T4, BL).
std::optional<std::uint32_t> BranchOffset(std::uint32_t first, std::uint32_t second) {
  if ((first & 0xF800U) != 0xF000U || (second & 0x8000U) == 0) {
    return std::nullopt;
  }
  const std::uint32_t sign = first >> 10U & 1U;
  const std::uint32_t j1 = second >> 13U & 1U;
  const std::uint32_t j2 = second >> 11U & 1U;
  const std::uint32_t low = (second & 0x7FFU) << 1U;
  if ((second & 0x1000U) != 0) {  // B.W and BL
    const std::uint32_t i1 = 1U ^ j1 ^ sign;
    const std::uint32_t i2 = 1U ^ j2 ^ sign;
    return SignExtend(sign << 24U | i1 << 23U | i2 << 22U | (first & 0x3FFU) << 12U | low, 25);
  }
  if ((second & 0x4000U) != 0 || (first >> 7U & 7U) == 7U) {
    return std::nullopt;  // Not a branch: MSR, MRS, barriers.
  }
  return SignExtend(sign << 20U | j2 << 19U | j1 << 18U | (first & 0x3FU) << 12U | low, 21);
}

void Put32(std::string& out, std::uint32_t value) {
  for (std::uint32_t shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(value >> shift & 0xFFU);
  }
}

// The code as it would be anywhere: a branch that leaves it is its opcode and its target.
std::string WithoutPlace(Code code, std::uint64_t address) {
  std::string out;
  for (std::size_t at = 0; at < code.size();) {
    const bool wide = at + 4 <= code.size() && IsWide(Half(code, at));
    const std::size_t width = std::min<std::size_t>(wide ? 4 : 2, code.size() - at);
    const auto offset =
        wide ? BranchOffset(Half(code, at), Half(code, at + 2)) : std::optional<std::uint32_t>();
    const std::uint32_t inside = static_cast<std::uint32_t>(at) + 4 + offset.value_or(0);
    if (offset && inside >= code.size()) {
      const std::uint32_t second = Half(code, at + 2);
      const bool conditional = (second & 0x1000U) == 0;
      out += static_cast<char>(second >> 8U & 0xD0U);
      out += static_cast<char>(conditional ? Half(code, at) >> 6U & 0xFU : 0U);
      Put32(out, static_cast<std::uint32_t>(address) + inside);
    } else {
      for (const std::byte value : code.subspan(at, width)) {
        out += static_cast<char>(value);
      }
    }
    at += width;
  }
  return out;
}

std::string KeyOf(const ElfImage& image, const Piece& piece, Code bytes) {
  if (piece.kind == Kind::kCode && image.arm()) {
    return WithoutPlace(bytes, piece.address);
  }
  const void* begin = bytes.data();
  return {static_cast<const char*>(begin), bytes.size()};
}

}  // namespace

std::vector<Duplicate> FindDuplicates(const ElfImage& image, const Analysis& analysis) {
  // Equal keys of unequal length would be unequal code.
  std::map<std::pair<std::pair<Kind, std::uint64_t>, std::string>, Duplicate> groups;
  for (const Piece& piece : analysis.pieces) {
    if (piece.size < kLeastDuplicate || piece.kind > Kind::kString) {
      continue;
    }
    const auto bytes = image.BytesAt(piece.address, piece.size);
    if (bytes.empty()) {
      continue;
    }
    Duplicate& group = groups[{{piece.kind, piece.size}, KeyOf(image, piece, bytes)}];
    group.size = piece.size;
    group.names.push_back(piece.symbol);
  }
  std::vector<Duplicate> found;
  for (auto& [key, group] : groups) {
    if (group.names.size() > 1) {
      found.push_back(std::move(group));
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Duplicate& a, const Duplicate& b) { return a.wasted() > b.wasted(); });
  return found;
}

}  // namespace linnet::size
