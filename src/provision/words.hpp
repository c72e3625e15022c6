// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Documents from the pieces of words.txt.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "provision/packed_words.hpp"
#include "provision/text.hpp"

namespace linnet::provision {

/// The piece that lies behind `piece`.
constexpr Piece Next(Piece piece) {
  return static_cast<Piece>(static_cast<std::uint8_t>(piece) + 1);
}

/// A text of pieces, with values in their slots.
class Writer : public Text {
 public:
  using Text::Text;

  /// What `slot` is from now on; not owned. It comes out escaped.
  void Set(Slot slot, std::string_view value) { values_[static_cast<std::size_t>(slot)] = value; }
  using Text::Put;
  void Put(Piece piece);

 private:
  void PutUnpacked(std::uint8_t byte);

  std::array<std::string_view, kSlots> values_{};
};

}  // namespace linnet::provision
