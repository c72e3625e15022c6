// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Writes page.html of 5,000 symbols, with a difference view, into a folder: for page_test.
#include <fstream>
#include <iostream>

#include "tools/size/html.hpp"

namespace {

constexpr std::uint64_t kSymbols = 5000;
constexpr std::uint64_t kModules = 25;
constexpr std::uint64_t kFiles = 250;

linnet::size::Analysis Make(std::uint64_t growth) {
  linnet::size::Analysis analysis;
  analysis.name = growth == 0 ? "before.elf" : "generated.elf";
  for (std::uint64_t i = 0; i < kSymbols; ++i) {
    linnet::size::Piece piece;
    piece.address = i;
    piece.size = 8 + (i * 7919) % 900 / (1 + i % kModules) + (i % 100 == 0 ? growth : 0);
    piece.kind = i % 5 == 0 ? linnet::size::Kind::kConstant : linnet::size::Kind::kCode;
    piece.flash = true;
    piece.section = ".text";
    piece.module = "module " + std::to_string(i % kModules);
    piece.file = "src/file_" + std::to_string(i % kFiles) + ".cpp";
    piece.function = "Namespace::Function" + std::to_string(i) + "</script>(int)";
    piece.symbol = piece.function;
    analysis.totals.text += piece.size;
    analysis.pieces.push_back(piece);
  }
  return analysis;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: size_page OUT_DIR\n";
    return 2;
  }
  const linnet::size::Analysis base = Make(0);
  std::ofstream(std::string(argv[1]) + "/page.html") << linnet::size::ToHtml(Make(40), &base);
  return 0;
}
