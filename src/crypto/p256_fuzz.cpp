// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Our P-256 and mbedTLS's give the same signatures and the same verdicts, whatever the numbers are.
#include "base/assert.hpp"
#include "crypto/testing/mbedtls_p256.hpp"
#include "crypto/testing/test_entropy.hpp"

namespace {

using namespace linnet;

struct Input {
  crypto::P256Scalar scalar;
  crypto::Digest digest;
  /// Combined with a valid signature and key, so that small changes of valid ones are tried, too.
  crypto::P256Signature signature_change;
  crypto::P256PublicKey key_change;
};

template <std::size_t kSize>
std::array<std::byte, kSize> Changed(std::array<std::byte, kSize> value,
                                     const std::array<std::byte, kSize>& change) {
  for (std::size_t i = 0; i < kSize; ++i) {
    value[i] ^= change[i];
  }
  return value;
}

void Try(const Input& input) {
  static crypto::testing::MbedtlsP256 reference;
  crypto::testing::TestEntropy entropy;
  crypto::Random random(entropy);
  crypto::PrivateKey key(random);
  const bool is_key = key.Load(input.scalar).ok();
  LINNET_ASSERT(is_key == reference.IsKey(input.scalar));
  crypto::P256Signature signature{};
  crypto::P256PublicKey public_key{};
  if (is_key) {
    LINNET_ASSERT(key.Sign(input.digest, signature).ok() && key.PublicKey(public_key).ok());
    LINNET_ASSERT(signature == reference.Sign(input.scalar, input.digest));
    LINNET_ASSERT(public_key == reference.PublicKey(input.scalar));
    LINNET_ASSERT(crypto::VerifyP256(public_key, input.digest, signature).ok());
  }
  signature = Changed(signature, input.signature_change);
  public_key = Changed(public_key, input.key_change);
  LINNET_ASSERT(crypto::VerifyP256(public_key, input.digest, signature).ok() ==
                reference.Verify(public_key, input.digest, signature));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{};
  auto* bytes = reinterpret_cast<std::uint8_t*>(&input);
  std::copy_n(data, std::min(size, sizeof input), bytes);
  // A short input is repeated over key and digest, so that those are large numbers from the start.
  for (std::size_t i = size; size != 0 && i < offsetof(Input, signature_change); ++i) {
    bytes[i] = static_cast<std::uint8_t>(data[i % size] * (i + 1));
  }
  Try(input);
  return 0;
}
