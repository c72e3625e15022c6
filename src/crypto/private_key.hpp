// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A P-256 private key in this image's memory. On the board only Secure code has one.
#pragma once

#include <array>
#include <cstddef>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "crypto/random.hpp"
#include "crypto/signer.hpp"

namespace linnet::crypto {

/// The scalar, 32 bytes big endian.
using P256Scalar = std::array<std::byte, 32>;

/// Signatures are deterministic (RFC 6979), so that no weak random number can give the key away;
/// the random numbers only blind the arithmetic against side channels. Wiped by the destructor.
class PrivateKey final : public Signer {
 public:
  explicit PrivateKey(Random& blinding) : blinding_(blinding) {}
  ~PrivateKey();
  PrivateKey(const PrivateKey&) = delete;
  PrivateKey& operator=(const PrivateKey&) = delete;

  /// Makes a new key. kUnavailable: no entropy; there is then no key.
  Status Generate();

  /// Takes an existing key. kOutOfRange: zero, or not below the group order; there is then no key.
  Status Load(const P256Scalar& scalar);

  /// For storing the key in the vault. kFailedPrecondition: there is no key.
  Status Export(P256Scalar& out) const;

  void Clear();
  [[nodiscard]] bool has_key() const { return has_key_; }

  Status Sign(const Digest& digest, P256Signature& out) override;
  /// Computed by the first call (as slow as a signature) and kept.
  Status PublicKey(P256PublicKey& out) override;
  Status Derive(const Digest& context, Digest& out) override;

 private:
  Random& blinding_;
  bool has_key_ = false;
  bool has_public_key_ = false;
  P256Scalar scalar_{};
  P256PublicKey public_key_{};
};

}  // namespace linnet::crypto
