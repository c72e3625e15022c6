// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.hpp"

#include <mbedtls/sha256.h>

#include <new>

#include "base/assert.hpp"

namespace linnet::crypto {
namespace {

unsigned char* Octets(MutableBytes bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
const unsigned char* Octets(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

mbedtls_sha256_context& Context(std::span<std::byte> storage) {
  static_assert(alignof(mbedtls_sha256_context) <= 8);
  return *std::launder(reinterpret_cast<mbedtls_sha256_context*>(storage.data()));
}

// The software implementation has no way to fail; a hardware one that does must not go unseen.
void Must(int error) {
  LINNET_ASSERT(error == 0);
}

}  // namespace

Sha256::Sha256() {
  static_assert(sizeof(mbedtls_sha256_context) <= sizeof(context_));
  new (context_.data()) mbedtls_sha256_context;
  Begin();
}

void Sha256::Begin() {
  mbedtls_sha256_init(&Context(context_));
  Must(mbedtls_sha256_starts_ret(&Context(context_), 0));
}

void Sha256::Update(Bytes data) {
  Must(mbedtls_sha256_update_ret(&Context(context_), Octets(data), data.size()));
}

Digest Sha256::Finish() {
  Digest digest;
  Must(mbedtls_sha256_finish_ret(&Context(context_), Octets(MutableBytes(digest))));
  Begin();
  return digest;
}

Digest Hash(Bytes data) {
  Sha256 hash;
  hash.Update(data);
  return hash.Finish();
}

}  // namespace linnet::crypto
