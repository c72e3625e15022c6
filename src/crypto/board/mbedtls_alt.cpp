// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The functions that the board's mbedTLS is built without, by our P-256 and SHA-256.
#include <mbedtls/aes.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/platform.h>
#include <mbedtls/sha256.h>

#include <new>

#include "crypto/mbedtls_p256.hpp"
#include "crypto/sha256.hpp"
#include "crypto/wipe.hpp"

namespace {

using linnet::crypto::Sha256;

Sha256& HashIn(mbedtls_sha256_context* context) {
  static_assert(sizeof(Sha256) <= sizeof(*context) &&
                alignof(Sha256) <= alignof(decltype(*context)));
  return *std::launder(reinterpret_cast<Sha256*>(context));
}

linnet::Bytes AsSpan(const unsigned char* input, size_t size) {
  return std::as_bytes(std::span(input, size));
}

}  // namespace

extern "C" {

void mbedtls_sha256_init(mbedtls_sha256_context* context) {
  new (context) Sha256;
}

void mbedtls_sha256_free(mbedtls_sha256_context* context) {
  if (context != nullptr) {
    linnet::crypto::Wipe(std::as_writable_bytes(std::span(context, 1)));
  }
}

void mbedtls_sha256_clone(mbedtls_sha256_context* to, const mbedtls_sha256_context* from) {
  *to = *from;
}

// SHA-224 is in no cipher suite and no certificate of ours.
int mbedtls_sha256_starts_ret(mbedtls_sha256_context* context, int is224) {
  new (context) Sha256;
  return is224 == 0 ? 0 : MBEDTLS_ERR_SHA256_BAD_INPUT_DATA;
}

int mbedtls_sha256_update_ret(mbedtls_sha256_context* context, const unsigned char* input,
                              size_t size) {
  HashIn(context).Update(AsSpan(input, size));
  return 0;
}

int mbedtls_sha256_finish_ret(mbedtls_sha256_context* context, unsigned char* output) {
  const linnet::crypto::Digest digest = HashIn(context).Finish();
  linnet::CopyBytes(digest, std::as_writable_bytes(std::span(output, digest.size())));
  return 0;
}

int mbedtls_ecdsa_verify(mbedtls_ecp_group* /*group*/, const unsigned char* hash, size_t size,
                         const mbedtls_ecp_point* key, const mbedtls_mpi* r, const mbedtls_mpi* s) {
  return linnet::crypto::MbedtlsVerify(hash, size, *key, *r, *s);
}

// A device's key is behind the vault (src/tls, SignerKey): mbedTLS never has one to sign with.
int mbedtls_ecdsa_sign(mbedtls_ecp_group* /*group*/, mbedtls_mpi* /*r*/, mbedtls_mpi* /*s*/,
                       const mbedtls_mpi* /*d*/, const unsigned char* /*hash*/, size_t /*size*/,
                       int (* /*random*/)(void*, unsigned char*, size_t), void* /*self*/) {
  return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
}

int mbedtls_ecdh_gen_public(mbedtls_ecp_group* /*group*/, mbedtls_mpi* secret,
                            mbedtls_ecp_point* key, int (*random)(void*, unsigned char*, size_t),
                            void* self) {
  return linnet::crypto::MbedtlsGenerate(*secret, *key, {random, self});
}

int mbedtls_ecdh_compute_shared(mbedtls_ecp_group* /*group*/, mbedtls_mpi* shared,
                                const mbedtls_ecp_point* peer, const mbedtls_mpi* secret,
                                int (*random)(void*, unsigned char*, size_t), void* self) {
  return linnet::crypto::MbedtlsAgree(*shared, *peer, *secret, {random, self});
}

// GCM, the only mode that is offered, needs the forward cipher alone.
int mbedtls_aes_setkey_dec(mbedtls_aes_context* /*context*/, const unsigned char* /*key*/,
                           unsigned int /*bits*/) {
  return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED;
}

int mbedtls_internal_aes_decrypt(mbedtls_aes_context* /*context*/,
                                 const unsigned char /*input*/[16], unsigned char /*output*/[16]) {
  return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED;
}

}  // extern "C"
