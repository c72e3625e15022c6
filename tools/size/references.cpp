// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/size/references.hpp"

#include <algorithm>

namespace linnet::size {
namespace {

constexpr std::size_t kMost = 16;

std::uint32_t Half(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint32_t>(bytes[at]) | std::to_integer<std::uint32_t>(bytes[at + 1])
                                                         << 8U;
}

std::uint32_t Word(std::span<const std::byte> bytes, std::size_t at) {
  return Half(bytes, at) | Half(bytes, at + 2) << 16U;
}

bool IsMov(std::uint32_t first, std::uint32_t second, std::uint32_t opcode) {
  return (first & 0xFBF0U) == opcode && (second & 0x8000U) == 0;
}

std::uint32_t MovImmediate(std::uint32_t first, std::uint32_t second) {
  return (first & 0xFU) << 12U | (first & 0x400U) << 1U | (second & 0x7000U) >> 4U |
         (second & 0xFFU);
}

}  // namespace

References::References(const ElfImage& image) {
  for (const Section& section : image.sections()) {
    const auto bytes = section.bytes;
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 2) {
      std::uint32_t target = 0;
      if ((section.address + at) % 4 == 0) {
        target = Word(bytes, at);
        if (image.Find(target) != nullptr) {
          references_.push_back({target, section.address + at});
        }
      }
      // movw rd, #low; movt rd, #high, next to each other.
      const std::uint32_t first = Half(bytes, at);
      const std::uint32_t second = Half(bytes, at + 2);
      if (section.executable && at + 8 <= bytes.size() && IsMov(first, second, 0xF240U) &&
          IsMov(Half(bytes, at + 4), Half(bytes, at + 6), 0xF2C0U)) {
        target = MovImmediate(first, second) |
                 MovImmediate(Half(bytes, at + 4), Half(bytes, at + 6)) << 16U;
        if (image.Find(target) != nullptr) {
          references_.push_back({target, section.address + at});
        }
      }
    }
  }
  std::sort(references_.begin(), references_.end(), [](const Reference& a, const Reference& b) {
    return a.target != b.target ? a.target < b.target : a.from < b.from;
  });
}

std::vector<std::uint64_t> References::To(std::uint64_t address, std::uint64_t size) const {
  auto at = std::lower_bound(
      references_.begin(), references_.end(), address,
      [](const Reference& reference, std::uint64_t wanted) { return reference.target < wanted; });
  std::vector<std::uint64_t> found;
  for (; at != references_.end() && at->target - address < size && found.size() < kMost; ++at) {
    found.push_back(at->from);
  }
  return found;
}

}  // namespace linnet::size
