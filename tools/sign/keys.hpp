// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Signing keys in PEM files, as openssl and imgtool write and read them.
#pragma once

#include <string>

#include "crypto/ecdsa.hpp"
#include "crypto/private_key.hpp"
#include "tools/sign/files.hpp"

namespace linnet::sign {

/// A new P-256 key from the system's random numbers.
crypto::P256Scalar GenerateKey();

crypto::P256PublicKey PublicKeyOf(const crypto::P256Scalar& key);

/// PKCS#8 ("PRIVATE KEY"), without a passphrase.
std::string PrivateKeyPem(const crypto::P256Scalar& key);
/// SubjectPublicKeyInfo ("PUBLIC KEY").
std::string PublicKeyPem(const crypto::P256PublicKey& key);

/// Reads PKCS#8 or SEC1 ("EC PRIVATE KEY"). Throws Error for anything that is not one P-256 private
/// key without a passphrase.
crypto::P256Scalar LoadPrivateKeyPem(const std::string& path);

/// Reads a public key, or the public half of a private one. Throws Error for anything else.
crypto::P256PublicKey LoadPublicKeyPem(const std::string& path);

/// A crypto::Signer for a key in this process, with the memory that it needs.
class KeySigner final : public crypto::Signer {
 public:
  explicit KeySigner(const crypto::P256Scalar& key);

  Status Sign(const crypto::Digest& digest, crypto::P256Signature& out) override {
    return key_.Sign(digest, out);
  }
  Status PublicKey(crypto::P256PublicKey& out) override { return key_.PublicKey(out); }

 private:
  class SystemEntropy final : public crypto::EntropySource {
   public:
    Status Fill(MutableBytes out) override;
  };

  SystemEntropy entropy_;
  crypto::Random random_{entropy_};
  crypto::PrivateKey key_{random_};
};

/// Gives src/crypto its memory, unless this process has done so already.
void EnsureArena();

}  // namespace linnet::sign
