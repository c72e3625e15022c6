// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Texts of a device, packed so that it reads them where they lie, in flash.
//
// A text is a row of bytes. The lowest stand for pairs of bytes each, which may be pairs again; the
// next ones for the end of a text, a line end of HTTP and the slots, in whose place values come;
// the highest for the characters of ASCII.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linnet::words {

/// From ' ' to '~' are the bytes from here on.
constexpr std::size_t kFirstCharacter = 256 - ('~' - ' ' + 1);
/// A device has room for so many bytes that wait while it reads one.
constexpr std::size_t kMaxDepth = 32;

struct Piece {
  std::string name;
  int line = 0;                     ///< In the file, from 1.
  std::vector<std::uint8_t> bytes;  ///< Without its end; nothing in it is packed yet.
};

struct Words {
  std::vector<std::string> slots;
  std::vector<Piece> pieces;

  /// Each pair is one of the bytes below the end, which is below the line end and the slots.
  [[nodiscard]] std::size_t end() const { return kFirstCharacter - 2 - slots.size(); }
};

struct Packed {
  std::vector<std::pair<std::uint8_t, std::uint8_t>> pairs;
  std::vector<std::uint8_t> bytes;  ///< The pieces; each with its end.
  std::size_t depth = 0;            ///< Bytes that wait at most.
};

/// What such a file looks like stands at the top of src/provision/words.txt. Throws
/// std::runtime_error, "line: piece: what is wrong".
Words Read(std::istream& in);

/// Throws std::runtime_error when what comes out of it is not what went in.
Packed Pack(const Words& words);

/// The pieces as they come out of it.
std::vector<std::vector<std::uint8_t>> Unpack(const Words& words, const Packed& packed);

/// C++ with all of it, and names for pieces and slots.
std::string Header(std::string_view name_space, const Words& words, const Packed& packed);

}  // namespace linnet::words
