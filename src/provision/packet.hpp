// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What came in, and in the same place what goes out.
#pragma once

#include <array>
#include <cstddef>

#include "base/bytes.hpp"

namespace linnet::provision {

/// The data of one datagram. An answer is made of it: only the memory changes, `size` stays.
struct Packet {
  /// A client may send more than anybody needs; a message of Ethernet's size is not read whole.
  static constexpr std::size_t kMaxReceived = 576;

  std::array<std::byte, kMaxReceived + 192> memory;  ///< An answer may be longer.
  std::size_t size = 0;                              ///< Of what has come.

  [[nodiscard]] Bytes bytes() const { return Bytes(memory).first(size); }
};

}  // namespace linnet::provision
