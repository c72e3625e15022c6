// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Random bytes: HMAC_DRBG with SHA-256 (NIST SP 800-90A), seeded from the hardware.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "crypto/hmac_drbg.hpp"

namespace linnet::crypto {

/// Where seeds come from: full-entropy bytes, different after each reset. An image adapts its
/// hal::Entropy to this.
class EntropySource {
 public:
  /// Fills all of `out`; any failure stops every user of randomness.
  virtual Status Fill(MutableBytes out) = 0;

 protected:
  ~EntropySource() = default;  // nobody deletes through it
};

/// Seeds itself with the first Fill() and again every few thousand calls. Its memory is wiped when
/// it ends.
class Random {
 public:
  explicit Random(EntropySource& entropy) : entropy_(entropy) {}
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;

  /// kUnavailable: no seed could be had; `out` is then zero, and the next call tries again.
  Status Fill(MutableBytes out);

  /// The shape that mbedTLS asks for: `self` is a Random; 0, or an error for which mbedTLS stops.
  static int Callback(void* self, unsigned char* out, std::size_t size);

 private:
  Status Seed();

  EntropySource& entropy_;
  bool seeded_ = false;
  std::uint32_t calls_left_ = 0;  ///< Until the next seed.
  HmacDrbg generator_;
};

}  // namespace linnet::crypto
