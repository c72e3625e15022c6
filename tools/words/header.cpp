// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "tools/words/pack.hpp"

namespace linnet::words {

namespace {

/// "see_other": "kSeeOther".
std::string Camel(const std::string& name) {
  std::string camel = "k";
  bool up = true;
  for (const char c : name) {
    if (c == '_') {
      up = true;
      continue;
    }
    camel += static_cast<char>(up && c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    up = false;
  }
  return camel;
}

void PutBytes(std::ostream& out, const char* name, const std::vector<std::uint8_t>& bytes) {
  out << "inline constexpr std::array<std::uint8_t, " << bytes.size() << "> " << name << "{";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out << (i % 24 == 0 ? "\n    " : "") << unsigned{bytes[i]} << ",";
  }
  out << "\n};\n";
}

}  // namespace

std::string Header(std::string_view name_space, const Words& words, const Packed& packed) {
  std::ostringstream out;
  out << "// Made by CMake; tools/words/pack.hpp has the format.\n#pragma once\n\n"
         "#include <array>\n#include <cstddef>\n#include <cstdint>\n\nnamespace "
      << name_space << " {\n\n/// In the order in which they lie behind each other.\n"
      << "enum class Piece : std::uint8_t {\n";
  for (const Piece& piece : words.pieces) {
    out << "  " << Camel(piece.name) << ",\n";
  }
  out << "};\n\nenum class Slot : std::uint8_t {\n";
  for (const std::string& slot : words.slots) {
    out << "  " << Camel(slot) << ",\n";
  }
  out << "};\n\ninline constexpr std::size_t kSlots = " << words.slots.size()
      << ";\ninline constexpr std::size_t kPairsDepth = " << packed.depth
      << ";\ninline constexpr std::uint8_t kEnd = " << words.end()
      << ";\ninline constexpr std::uint8_t kLineEnd = " << words.end() + 1
      << ";\ninline constexpr std::uint8_t kFirstSlot = " << words.end() + 2
      << ";\ninline constexpr std::uint8_t kFirstCharacter = " << kFirstCharacter << ";\n";
  out << "inline constexpr std::uint8_t kPairs[" << packed.pairs.size() << "][2]{";
  for (std::size_t i = 0; i < packed.pairs.size(); ++i) {
    out << (i % 12 == 0 ? "\n    " : "") << "{" << unsigned{packed.pairs[i].first} << ","
        << unsigned{packed.pairs[i].second} << "},";
  }
  out << "\n};\n";
  PutBytes(out, "kPieces", packed.bytes);
  out << "\n}  // namespace " << name_space << "\n";
  return out.str();
}

}  // namespace linnet::words
