// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Which words of an image hold the address of what: literal pools, tables of pointers, and Thumb's
// movw/movt pairs.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/size/elf_image.hpp"

namespace linnet::size {

class References {
 public:
  explicit References(const ElfImage& image);

  /// Addresses of the words that point into [address, address + size), at most 16.
  [[nodiscard]] std::vector<std::uint64_t> To(std::uint64_t address, std::uint64_t size) const;

 private:
  struct Reference {
    std::uint64_t target;
    std::uint64_t from;
  };
  std::vector<Reference> references_;
};

}  // namespace linnet::size
