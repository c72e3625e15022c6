// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Signed images for tests, in one line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "crypto/private_key.hpp"
#include "crypto/testing/test_entropy.hpp"
#include "image/writer.hpp"

namespace linnet::image::testing {

/// A key pair for each number, the same in every run. Host tests only: everybody knows these keys.
class TestKey final : public crypto::Signer {
 public:
  explicit TestKey(std::uint8_t number = 1) {
    crypto::P256Scalar scalar{};
    scalar[0] = std::byte{0x42};
    scalar[31] = static_cast<std::byte>(number);
    LINNET_ASSERT(key_.Load(scalar).ok());
  }
  Status Sign(const crypto::Digest& digest, crypto::P256Signature& out) override {
    return key_.Sign(digest, out);
  }
  Status PublicKey(crypto::P256PublicKey& out) override { return key_.PublicKey(out); }
  crypto::P256PublicKey public_key() {
    crypto::P256PublicKey key;
    LINNET_ASSERT(key_.PublicKey(key).ok());
    return key;
  }

 private:
  crypto::testing::TestEntropy entropy_;
  crypto::Random random_{entropy_};
  crypto::PrivateKey key_{random_};
};

/// `size` bytes that differ from seed to seed.
inline std::vector<std::byte> SampleBody(std::size_t size, std::uint32_t seed = 1) {
  std::vector<std::byte> body(size);
  for (std::byte& byte : body) {
    seed = seed * 1664525U + 1013904223U;
    byte = static_cast<std::byte>(seed >> 24);
  }
  return body;
}

/// The content, signed by the key.
inline std::vector<std::byte> Signed(const Content& content, crypto::Signer& signer) {
  std::vector<std::byte> bytes(MaxImageSize(content));
  const Result<std::size_t> size = WriteImage(content, signer, bytes);
  LINNET_ASSERT(size.ok());
  bytes.resize(*size);
  return bytes;
}

/// An image of that version with a body of its own, signed by TestKey(key).
inline std::vector<std::byte> SampleImage(Version version, std::size_t body_size = 1000,
                                          std::uint8_t key = 1) {
  const std::vector<std::byte> body = SampleBody(
      body_size, version.major * 65536U + version.minor * 256U + version.revision + version.build);
  TestKey signer(key);
  return Signed({.version = version, .body = body}, signer);
}

}  // namespace linnet::image::testing
