// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What this device accepts: the one question that boot and the vault ask about an image.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "crypto/ecdsa.hpp"
#include "crypto/sha256.hpp"
#include "image/source.hpp"
#include "image/verify.hpp"
#include "release/part.hpp"
#include "release/store_view.hpp"

namespace linnet::release {

class Verifier {
 public:
  /// The whole image: structure, digest, signature, security counter, fit. `out` is trustworthy
  /// only when the verdict is ok.
  virtual image::Verdict Verify(image::Source& source, std::uint32_t area_size,
                                std::uint32_t minimum_counter, image::Info& out) = 0;

 protected:
  ~Verifier() = default;  // nobody deletes through it
};

/// By signature of one of `keys` (not owned). Production's only implementation.
class SignatureVerifier final : public Verifier {
 public:
  explicit SignatureVerifier(image::KeySet keys) : keys_(keys) {}
  image::Verdict Verify(image::Source& source, std::uint32_t area_size,
                        std::uint32_t minimum_counter, image::Info& out) override;

 private:
  image::KeySet keys_;
};

struct Limits {
  std::uint32_t area_size = 0;  ///< Bytes of the execution area that shall take the image.
  std::uint32_t minimum_counter = 0;
};

struct VerifiedPart {
  Part part;
  image::Info info;
  image::Verdict verdict;  ///< Of the part that was looked at last.
};

/// Finds a complete part with that digest that verifies; of several, the first. kNotFound: there is
/// no such part. Otherwise why the last one was refused; of `out`, only the verdict is then good.
Status FindVerified(const StoreView& store, const crypto::Digest& digest, Verifier& verifier,
                    const Limits& limits, VerifiedPart& out);

}  // namespace linnet::release
