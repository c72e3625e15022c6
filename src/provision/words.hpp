// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Documents from the pieces of words.txt.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/view.hpp"
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
  void Set(Slot slot, StringView value) { values_[static_cast<std::size_t>(slot)] = value; }
  using Text::Put;
  void Put(Piece piece);

 private:
  void PutUnpacked(std::uint8_t byte);

  std::array<StringView, kSlots> values_{};
};

}  // namespace linnet::provision
