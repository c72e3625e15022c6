// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Which options of a Zephyr build could be changed to get memory back, and what that costs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/kconfig/settings.hpp"
#include "tools/size/input.hpp"

namespace linnet::size {

/// What is known about one change, from the facts file (tools/size/ncs.facts).
struct Option {
  std::string name;
  std::vector<std::string>
      when;  ///< Conditions "X=y", "X!=y"; all hold, or the option does not apply.
  std::vector<std::string> set;  ///< Lines for the configuration, or what to do.
  std::int64_t flash = 0;        ///< Bytes that it gives back; negative: it takes them.
  std::int64_t ram = 0;
  std::int64_t elsewhere = 0;  ///< Flash that comes free outside of the application's partition.
  std::string costs;
  std::string source;
  std::string breaks;  ///< A required function that it takes away; such a change is never summed.
  std::vector<std::string> covers;  ///< Options whose saving this one contains.
};

/// Something that one may want to add, and the flash that it takes.
struct Need {
  std::uint64_t flash = 0;
  std::string name;
};

struct Facts {
  std::string title;
  std::string revision;
  std::vector<Option> options;
  std::vector<Need> needs;
};
/// Throws BadInput: unknown words, an option twice, `covers` that names nothing or goes in a
/// circle.
Facts ParseFacts(const Text& text);
/// The facts that Linnet ships.
Facts DefaultFacts();

/// One region of a build's memory report, as the linker prints it with --print-memory-usage.
struct Used {
  std::string region;
  std::uint64_t used = 0;
  std::uint64_t size = 0;
};
/// Lines "FLASH: 742308 B 784 KB 92.46%". Throws BadInput if there is none.
std::vector<Used> ParseMemoryReport(const Text& text);

struct Advice {
  const Option* option = nullptr;
  bool summed = false;
  std::string why_not;  ///< Why it is not in the sum.
};
struct Advices {
  std::vector<Advice> options;  ///< Largest saving first; those of the sum in front.
  std::int64_t flash = 0;       ///< Of the application's partition.
  std::int64_t ram = 0;
  std::int64_t elsewhere = 0;
};
/// What applies to a generated .config. Nothing counts twice: an option that another one of the sum
/// covers is named and not added. Points into `facts`.
Advices Advise(const Facts& facts, const kconfig::Settings& config);

}  // namespace linnet::size
