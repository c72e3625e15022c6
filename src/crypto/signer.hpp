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

  /// A secret that only this key and this context give, and that tells nothing about the key or
  /// about another context's. For sealing what is stored. kFailedPrecondition: there is no key.
  /// kUnsupported: this holder gives none.
  virtual Status Derive(const Digest& /*context*/, Digest& /*out*/) { return Code::kUnsupported; }

 protected:
  ~Signer() = default;  // nobody deletes through it
};

}  // namespace linnet::crypto
