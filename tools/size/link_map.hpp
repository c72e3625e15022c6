// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The map that GNU ld writes with -Map: which object each stretch of the image came from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/size/input.hpp"

namespace linnet::size {

/// One input section, or one fill, where it ended up.
struct Placed {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::string section;  ///< Name of the input section; "*fill*" for alignment.
  std::string archive;  ///< "libfoo.a", or empty.
  std::string object;   ///< "foo.c.obj", or "linker stubs".
};

struct MemoryRegion {
  std::string name;
  std::uint64_t origin = 0;
  std::uint64_t length = 0;
};

struct LinkMap {
  std::vector<MemoryRegion> regions;
  std::vector<Placed> placed;  ///< By address; only what has a size.

  /// What lies at `address`, or nullptr.
  [[nodiscard]] const Placed* Find(std::uint64_t address) const;
};

/// Throws BadInput when the text is no map of GNU ld, or ends in the middle of one.
LinkMap ParseLinkMap(const Text& text);

}  // namespace linnet::size
