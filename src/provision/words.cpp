// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/words.hpp"

namespace linnet::provision {

void Writer::Put(Piece piece) {
  const std::uint8_t* at = kPieces.data();
  for (auto before = static_cast<std::uint8_t>(piece); before > 0; --before) {
    while (*at++ != kEnd) {
    }
  }
  // The second halves of pairs whose first ones are being taken apart.
  std::array<std::uint8_t, kPairsDepth> waiting;
  for (; *at != kEnd; ++at) {
    std::uint8_t byte = *at;
    std::size_t depth = 0;
    while (true) {
      while (byte < kEnd) {
        waiting[depth++] = kPairs[byte][1];
        byte = kPairs[byte][0];
      }
      PutUnpacked(byte);
      if (depth == 0) {
        break;
      }
      byte = waiting[--depth];
    }
  }
}

void Writer::PutUnpacked(std::uint8_t byte) {
  if (byte >= kFirstCharacter) {
    Put(static_cast<char>(byte - kFirstCharacter + ' '));
  } else if (byte == kLineEnd) {
    Put("\r\n");
  } else {
    PutEscaped(values_[static_cast<std::size_t>(byte - kFirstSlot)]);
  }
}

}  // namespace linnet::provision
