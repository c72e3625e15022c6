// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Writes small ELF files for Cortex-M, for tests and fuzz seeds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace linnet::size::testing {

struct BuiltSection {
  std::string name;
  std::uint32_t address = 0;
  std::uint32_t flags = 0;  ///< SHF_…
  std::string content{};
  std::uint32_t zeros = 0;  ///< Not 0: a section without content of this size.
};

struct BuiltSymbol {
  std::string name;
  std::uint32_t address = 0;
  std::uint32_t size = 0;
  bool function = true;
  std::uint16_t section = 1;  ///< 1 is the first of the sections.
};

/// The bytes of a linked 32-bit ARM ELF file.
std::vector<char> BuildElf(const std::vector<BuiltSection>& sections,
                           const std::vector<BuiltSymbol>& symbols);

}  // namespace linnet::size::testing
