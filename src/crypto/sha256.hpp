// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) over a stream of pieces.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace linnet::crypto {

using Digest = std::array<std::byte, 32>;

/// Uses no memory besides its own; never fails.
class Sha256 {
 public:
  Sha256() { Begin(); }

  void Update(Bytes data);

  /// The digest of everything since construction or the previous Finish(), and begins anew, with
  /// nothing of the message left.
  Digest Finish();

 private:
  static constexpr std::size_t kBlockSize = 64;
  static constexpr std::size_t kStateSize = 8;

  void Begin();
  /// Works off the block.
  void Compress();

  std::array<std::uint32_t, kStateSize> state_;
  std::uint64_t size_;
  std::array<std::byte, kBlockSize> block_{};
};

/// The digest of one piece.
Digest Hash(Bytes data);

}  // namespace linnet::crypto
