// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// HMAC_DRBG with SHA-256 (NIST SP 800-90A, 10.1.2): a seed stretched to any length. Random draws
// from it, and so do the secret numbers of deterministic signatures (RFC 6979).
#pragma once

#include <initializer_list>

#include "base/bytes.hpp"
#include "crypto/sha256.hpp"

namespace linnet::crypto {

/// HMAC (RFC 2104) over the parts, one behind the other.
Digest HmacSha256(const Digest& key, std::initializer_list<Bytes> parts);

/// Uses no memory besides its own, which the destructor wipes.
class HmacDrbg {
 public:
  HmacDrbg() = default;
  ~HmacDrbg();
  HmacDrbg(const HmacDrbg&) = delete;
  HmacDrbg& operator=(const HmacDrbg&) = delete;

  /// Forgets everything and begins with `seed`.
  void Seed(Bytes seed);
  /// Mixes in more; not less unpredictable than before, whatever it is. Empty: only steps on.
  void Mix(Bytes more);
  /// The next bytes; what was given out cannot be computed from the state afterwards.
  void Generate(MutableBytes out);

 private:
  Digest key_{};
  Digest value_{};
};

}  // namespace linnet::crypto
