// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The ELF and DWARF readers, and everything that cuts an image: each byte stays in one piece.
#include <cstdlib>

#include "tools/size/duplicates.hpp"
#include "tools/size/report.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace linnet::size;
  static const Rules kRules = Rules::Default();
  try {
    const void* begin = data;
    const char* bytes = static_cast<const char*>(begin);
    const ElfImage image = ElfImage::FromBytes("fuzz.elf", std::vector<char>(bytes, bytes + size));
    const Analysis analysis = Analyse(image, LinkMap{}, kRules);
    std::uint64_t sum = 0;
    for (const Piece& piece : analysis.pieces)
      sum += piece.size;
    const Totals& totals = analysis.totals;
    if (sum != totals.text + totals.data + totals.bss)
      std::abort();
    FindDuplicates(image, analysis);
  } catch (const BadInput&) {
  }
  return 0;
}
