// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Seals small secrets for this device alone, so that its flash gives them to nobody who only reads
// it, and takes none from who only writes it. docs/formats/sealed.md has the bits.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/random.hpp"
#include "crypto/sha256.hpp"
#include "crypto/signer.hpp"

namespace linnet::vault {

/// Bytes that sealing adds.
inline constexpr std::size_t kSealOverhead = 36;
/// Of a purpose, bytes.
inline constexpr std::size_t kMaxPurpose = 16;

class Sealer {
 public:
  /// The device key stays in the vault: for every sealed content it gives a key of its own. Both
  /// outlive this.
  Sealer(crypto::Signer& device_key, crypto::Random& random)
      : device_key_(device_key), random_(random) {}

  /// Seals `content` into the front of `out`. `purpose`, up to kMaxPurpose bytes, is what it is:
  /// nothing that was sealed for one purpose opens for another. They do not overlap. kTooLarge:
  /// `out` has not kSealOverhead bytes more than `content`. kUnavailable: no random numbers. What
  /// Signer::Derive() returns.
  Result<Bytes> Seal(std::string_view purpose, Bytes content, MutableBytes out);

  /// The content, in the front of `out`. They do not overlap. kUnsupported: a newer version.
  /// kDataLoss: damaged, another device's, or sealed for another purpose; `out` has nothing of it
  /// then. kTooLarge: does not fit `out`. What Signer::Derive() returns.
  Result<Bytes> Open(std::string_view purpose, Bytes sealed, MutableBytes out);

 private:
  static constexpr std::size_t kNonceSize = 16;
  Status KeyOf(std::string_view purpose, Bytes nonce, crypto::Digest& out);

  crypto::Signer& device_key_;
  crypto::Random& random_;
};

}  // namespace linnet::vault
