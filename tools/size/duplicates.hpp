// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Functions and constants that an image holds more than once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/size/elf_image.hpp"
#include "tools/size/report.hpp"

namespace linnet::size {

/// Pieces with equal content.
struct Duplicate {
  std::uint64_t size = 0;  ///< Of one.
  std::vector<std::string> names;
  [[nodiscard]] std::uint64_t wasted() const { return size * (names.size() - 1); }
};

/// Code and constants of at least 8 bytes that are there more than once, largest waste first. Thumb
/// code that is the same but for where it lies counts as equal: its branches and calls to other
/// functions are compared by where they lead.
std::vector<Duplicate> FindDuplicates(const ElfImage& image, const Analysis& analysis);

}  // namespace linnet::size
