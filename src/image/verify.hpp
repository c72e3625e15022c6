// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Verification of MCUboot images: structure, digest, signature, counter, fit. One pass, no heap.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/sha256.hpp"
#include "image/header.hpp"
#include "image/key_set.hpp"
#include "image/source.hpp"
#include "image/verdict.hpp"

namespace linnet::image {

/// "Image `image` must have at least this version." Parsed, not judged, here.
struct Dependency {
  std::uint8_t image = 0;
  Version minimum{};
};

inline constexpr std::size_t kMaxDependencies = 8;

/// What an image says about itself. Trustworthy only after Verify() accepted it.
struct Info {
  Header header{};
  /// The SHA-256 entry, over header, body and protected TLVs: the image's identity.
  crypto::Digest digest{};
  /// From the header's first byte to the end of the last TLV. What lies behind is not signed.
  std::uint32_t total_size = 0;
  bool has_security_counter = false;
  std::uint32_t security_counter = 0;  ///< 0 when there is none.
  std::uint8_t dependency_count = 0;
  std::array<Dependency, kMaxDependencies> dependencies{};
  /// Which of Policy::keys made the signature that was accepted.
  std::uint8_t key_index = 0;
};

/// What the image is wanted for.
enum class Use : std::uint8_t {
  /// To run where it lies: encrypted, compressed, RAM, fixed-address and non-bootable are refused.
  kExecuteInPlace,
  /// To be kept or shown: any kind whose stored bytes are what was signed.
  kKeep,
};

/// A vendor's or a device class's identifier (RFC 9562), in the order of its text.
using Uuid = std::array<std::byte, 16>;

struct Policy {
  /// Whoever of these has signed.
  KeySet keys{};
  /// Bytes that the image, TLVs included, may take.
  std::uint32_t area_size = 0;
  /// The security counter must be at least this; an image without one counts as 0.
  std::uint32_t minimum_counter = 0;
  Use use = Use::kExecuteInPlace;
  /// What the image must say of whom and what it is made for. Not owned. nullptr: anything, or
  /// nothing.
  const Uuid* vendor = nullptr;
  const Uuid* device_class = nullptr;
};

/// Reads each byte of the image once. `scratch` (at least 1 byte; 512 and more are fast) carries
/// the body to the hash. `out` is filled as far as the image could be read, also when it is
/// refused. Strict where MCUboot is lax, see this module's
/// README.
Verdict Verify(Source& source, const Policy& policy, MutableBytes scratch, Info& out);

/// As Verify(), of the structure only: neither digest nor signature is checked, nothing is trusted.
Verdict Inspect(Source& source, Info& out);
Result<Info> Inspect(Source& source);

/// The digest over header, body and protected TLVs as they lie there, whatever the TLVs claim.
/// kMalformed: no image; else what the source returned.
Result<crypto::Digest> HashImage(Source& source, MutableBytes scratch);

/// The header alone.
Result<Header> ReadHeader(Source& source);

}  // namespace linnet::image
