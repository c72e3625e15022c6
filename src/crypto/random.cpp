// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.hpp"

#include <mbedtls/hmac_drbg.h>

#include <algorithm>
#include <new>

#include "crypto/mbedtls_glue.hpp"

namespace linnet::crypto {
namespace {

using internal::Octets;

mbedtls_hmac_drbg_context* Context(MutableBytes storage) {
  static_assert(alignof(mbedtls_hmac_drbg_context) <= 8);
  return std::launder(reinterpret_cast<mbedtls_hmac_drbg_context*>(storage.data()));
}

int FetchSeed(void* source, unsigned char* out, std::size_t size) {
  const MutableBytes seed = std::as_writable_bytes(std::span(out, size));
  return static_cast<EntropySource*>(source)->Fill(seed).ok()
             ? 0
             : MBEDTLS_ERR_HMAC_DRBG_ENTROPY_SOURCE_FAILED;
}

}  // namespace

Random::Random(EntropySource& entropy) : entropy_(entropy) {
  static_assert(sizeof(mbedtls_hmac_drbg_context) <= sizeof(context_));
  new (context_.data()) mbedtls_hmac_drbg_context;
  mbedtls_hmac_drbg_init(Context(context_));
}

Random::~Random() {
  mbedtls_hmac_drbg_free(Context(context_));
}

Status Random::Seed() {
  if (seeded_) {
    return OkStatus();
  }
  mbedtls_hmac_drbg_context* context = Context(context_);
  mbedtls_hmac_drbg_free(context);
  const int error = mbedtls_hmac_drbg_seed(context, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256),
                                           FetchSeed, &entropy_, nullptr, 0);
  seeded_ = error == 0;
  return seeded_ ? OkStatus() : Code::kUnavailable;
}

Status Random::Fill(MutableBytes out) {
  const MutableBytes all = out;
  Status status = Seed();
  while (status.ok() && !out.empty()) {
    const std::size_t size = std::min<std::size_t>(out.size(), MBEDTLS_HMAC_DRBG_MAX_REQUEST);
    if (mbedtls_hmac_drbg_random(Context(context_), Octets(out), size) != 0) {
      status = Code::kUnavailable;
    }
    out = out.subspan(size);
  }
  if (!status.ok()) {
    std::ranges::fill(all, std::byte{0});
  }
  return status;
}

int Random::Callback(void* self, unsigned char* out, std::size_t size) {
  const MutableBytes bytes = std::as_writable_bytes(std::span(out, size));
  return static_cast<Random*>(self)->Fill(bytes).ok() ? 0 : MBEDTLS_ERR_ECP_RANDOM_FAILED;
}

}  // namespace linnet::crypto
