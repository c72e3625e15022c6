// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Seals small secrets for this device alone, so that its flash gives them to nobody who only reads
// it, and takes none from who only writes it. docs/formats/sealed.md has the bits.
#pragma once

#include <array>
#include <cstddef>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
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

  /// Seals in place: the content lies behind the first kSealOverhead bytes, which are written.
  /// `purpose`, up to kMaxPurpose bytes, is what it is: nothing that was sealed for one purpose
  /// opens for another. kTooLarge: no room for the overhead. kUnavailable: no random numbers. What
  /// Signer::Derive() returns. The content is as it was then.
  Status Seal(StringView purpose, MutableBytes sealed);

  /// Opens in place: the content lies behind the first kSealOverhead bytes. kUnsupported: a newer
  /// version. kDataLoss: damaged, another device's, or sealed for another purpose. What
  /// Signer::Derive() returns. It is as it was then.
  Status Open(StringView purpose, MutableBytes sealed);

 private:
  static constexpr std::size_t kNonceSize = 16;
  enum class Direction : bool { kSeal, kOpen };
  Status Turn(Direction direction, StringView purpose, MutableBytes sealed);
  Status KeyOf(StringView purpose, Bytes nonce, crypto::Digest& out);

  crypto::Signer& device_key_;
  crypto::Random& random_;
};

}  // namespace linnet::vault
