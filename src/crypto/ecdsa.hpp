// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// ECDSA over P-256 with SHA-256 (FIPS 186-4): verification, and the encodings of keys and
// signatures. What signs is a crypto::Signer.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "crypto/sha256.hpp"

namespace linnet::crypto {

/// The point's x, then y, each 32 bytes big endian.
using P256PublicKey = std::array<std::byte, 64>;
/// r, then s, each 32 bytes big endian.
using P256Signature = std::array<std::byte, 64>;
/// A public key as SubjectPublicKeyInfo (RFC 5480), uncompressed: for P-256 always 91 bytes.
using P256PublicKeyDer = std::array<std::byte, 91>;

/// Longest DER form of a signature: two 33-byte integers.
inline constexpr std::size_t kMaxSignatureDerSize = 72;

/// kUnauthenticated: the signature is not one of `key` over `digest`, or the key is no point of the
/// curve. Of the two signatures (r, s) and (r, n - s) that are valid together, both are accepted.
Status VerifyP256(const P256PublicKey& key, const Digest& digest, const P256Signature& signature);

/// Reads SEQUENCE { INTEGER r, INTEGER s } in DER, strictly: shortest lengths, positive integers
/// without surplus zeros, each at most 32 bytes of value, nothing before or after.
/// kMalformed: anything else. Whether r and s are below the group order is VerifyP256's business.
Status DecodeSignatureDer(Bytes der, P256Signature& out);

/// Writes the DER form to the front of `out` and returns its length.
std::size_t EncodeSignatureDer(const P256Signature& signature,
                               std::span<std::byte, kMaxSignatureDerSize> out);

P256PublicKeyDer EncodePublicKeyDer(const P256PublicKey& key);

/// kMalformed: not exactly what EncodePublicKeyDer writes. The point is not checked.
Status DecodePublicKeyDer(Bytes der, P256PublicKey& out);

/// SHA-256 of EncodePublicKeyDer(key): how an image or a report names a key.
Digest KeyHash(const P256PublicKey& key);

}  // namespace linnet::crypto
