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
  Sha256();

  void Update(Bytes data);

  /// The digest of everything since construction or the previous Finish(), and begins anew.
  Digest Finish();

 private:
  void Begin();

  // Holds the library's context, so that its headers stay out of ours.
  alignas(8) std::array<std::byte, 112> context_;
};

/// The digest of one piece.
Digest Hash(Bytes data);

}  // namespace linnet::crypto
