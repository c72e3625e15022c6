// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Something that holds a P-256 private key and signs with it: in this image, or behind the vault.
#pragma once

#include "base/status.hpp"
#include "crypto/ecdsa.hpp"
#include "crypto/sha256.hpp"

namespace linnet::crypto {

class Signer {
 public:
  /// Signs the digest; `out` is only valid on ok. kFailedPrecondition: there is no key.
  /// Other codes say why the holder of the key could not: kUnavailable, kResourceExhausted ...
  virtual Status Sign(const Digest& digest, P256Signature& out) = 0;

  /// The public half of the key. kFailedPrecondition: there is no key.
  virtual Status PublicKey(P256PublicKey& out) = 0;

 protected:
  ~Signer() = default;  // nobody deletes through it
};

}  // namespace linnet::crypto
