// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Every byte of an image, cut into pieces that have a name and a home.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/size/debug_info.hpp"
#include "tools/size/elf_image.hpp"
#include "tools/size/link_map.hpp"
#include "tools/size/rules.hpp"

namespace linnet::size {

enum class Kind : std::uint8_t {
  kCode,
  kConstant,
  kString,
  kData,  ///< Initialised: counts in flash, where its first values lie, and in RAM.
  kZero,  ///< Zeroed or reserved RAM.
  kVectors,
  kStub,  ///< Veneers and whatever else the linker wrote.
  kPadding,
  kUnknown,
};
const char* ToText(Kind kind);

inline constexpr const char* kPaddingModule = "(padding)";
inline constexpr const char* kUnknownModule = "(not attributed)";

struct Piece {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  Kind kind = Kind::kUnknown;
  bool flash = false;
  bool ram = false;
  std::string section;
  std::string module;
  std::string file;
  std::string function;  ///< The folded name; of a string "(strings)".
  std::string symbol;    ///< The name in full.
  std::string raw;       ///< As the linker knows it; empty for what has no symbol.

  [[nodiscard]] std::uint64_t in_flash() const { return flash ? size : 0; }
  [[nodiscard]] std::uint64_t in_ram() const { return ram ? size : 0; }
};

/// Cuts the allocated sections into pieces: each byte of each section is in exactly one. `map` may
/// be empty (default).
std::vector<Piece> Attribute(const ElfImage& image, const DebugInfo& debug, const LinkMap& map,
                             const Rules& rules);

}  // namespace linnet::size
