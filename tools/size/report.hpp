// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An analysed image, and its pieces as a tree, as differences, as rows against budgets.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tools/size/attribute.hpp"
#include "tools/size/input.hpp"

namespace linnet::size {

struct Analysis {
  std::string name;  ///< The file.
  Totals totals;
  std::vector<MemoryRegion> regions;
  std::vector<Piece> pieces;
  std::vector<Inlined> inlined;  ///< Largest first.
  bool damaged_debug = false;
  bool has_debug = false;

  [[nodiscard]] std::uint64_t flash() const { return totals.text + totals.data; }
  /// Data, zeroed memory and code that runs from RAM.
  [[nodiscard]] std::uint64_t ram() const;
  /// Bytes of pieces without a home.
  [[nodiscard]] std::uint64_t unattributed() const;
};

/// Reads ELF and map (`map` may be empty: then FILE.elf.map or FILE.map is used if it exists).
Analysis Analyse(const std::string& elf, const std::string& map, const Rules& rules,
                 const OnProgress& progress = {});
Analysis Analyse(const ElfImage& image, const LinkMap& map, const Rules& rules,
                 const OnProgress& progress = {});

enum class Level : std::uint8_t { kMemory, kSection, kModule, kFile, kFunction, kSymbol, kKind };
/// "module,file,function" becomes levels. Throws BadInput for a word that is none.
std::vector<Level> ParseLevels(const std::string& text);
std::string_view NameOf(Level level);

struct Node {
  std::string name;
  std::uint64_t flash = 0;
  std::uint64_t ram = 0;
  std::uint64_t pieces = 0;
  std::vector<Node> children;  ///< Largest first.
};
Node Group(const Analysis& analysis, const std::vector<Level>& levels);

/// A part, by the levels that were asked for, that is not in both images with the same size.
struct Change {
  std::vector<std::string> names;  ///< One a level.
  std::int64_t flash = 0;          ///< Growth.
  std::int64_t ram = 0;
  bool added = false;
  bool removed = false;
};
/// Function by function unless it is told otherwise. Files are the same by their names: images may
/// be built in different folders. Largest growth first; the sum of all is the images' difference.
std::vector<Change> Compare(const Analysis& base, const Analysis& now,
                            const std::vector<Level>& levels = {Level::kModule, Level::kFile,
                                                                Level::kFunction});

struct BudgetRow {
  std::string image;  ///< Glob over the file's name without ".elf".
  std::string row;    ///< "flash", "ram/mbedtls", "flash/mbedtls/aes.c" …
  std::uint64_t budget = 0;
  std::uint64_t used = 0;

  [[nodiscard]] bool exceeded() const { return used > budget; }
};
/// Lines "IMAGE ROW BYTES". Throws BadInput.
std::vector<BudgetRow> ParseBudget(const Text& text);
/// The rows of `budget` for this image, with what they use. Throws BadInput if there is none.
std::vector<BudgetRow> Judge(const Text& budget, const Analysis& analysis);

nlohmann::json ToJson(const Node& node);

}  // namespace linnet::size
