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
  virtual ~Verifier() = default;
  /// The whole image: structure, digest, signature, security counter, fit. `out` is trustworthy
  /// only when the verdict is ok.
  virtual image::Verdict Verify(image::Source& source, std::uint32_t area_size,
                                std::uint32_t minimum_counter, image::Info& out) = 0;
};

/// By signature of one of `keys` (not owned). Production's only implementation.
class SignatureVerifier : public Verifier {
 public:
  explicit SignatureVerifier(std::span<const crypto::P256PublicKey> keys) : keys_(keys) {}
  image::Verdict Verify(image::Source& source, std::uint32_t area_size,
                        std::uint32_t minimum_counter, image::Info& out) override;

 private:
  std::span<const crypto::P256PublicKey> keys_;
};

/// Finds a complete part with that digest that an execution area of `area_size` bytes may hold; of
/// several, the first that verifies. kNotFound: there is no such part at all. Otherwise why the
/// last one was refused, with the details in `verdict`; `part` and `info` are then not to be used.
Status FindVerified(StoreView& store, const crypto::Digest& digest, Verifier& verifier,
                    std::uint32_t area_size, std::uint32_t minimum_counter, Part& part,
                    image::Info& info, image::Verdict& verdict);

}  // namespace linnet::release
