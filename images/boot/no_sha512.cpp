// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Secure code hashes with SHA-256 only, but mbedTLS's table of digests names SHA-512 too. These
// take its place in this image's link, which keeps two kilobytes out of it.
#include <mbedtls/sha512.h>

extern "C" {

void mbedtls_sha512_init(mbedtls_sha512_context* /*context*/) {}
void mbedtls_sha512_free(mbedtls_sha512_context* /*context*/) {}
void mbedtls_sha512_clone(mbedtls_sha512_context* /*to*/, const mbedtls_sha512_context* /*from*/) {}

int mbedtls_sha512_starts_ret(mbedtls_sha512_context* /*context*/, int /*is384*/) {
  return MBEDTLS_ERR_SHA512_BAD_INPUT_DATA;
}
int mbedtls_sha512_update_ret(mbedtls_sha512_context* /*context*/, const unsigned char* /*input*/,
                              size_t /*size*/) {
  return MBEDTLS_ERR_SHA512_BAD_INPUT_DATA;
}
int mbedtls_sha512_finish_ret(mbedtls_sha512_context* /*context*/, unsigned char* /*output*/) {
  return MBEDTLS_ERR_SHA512_BAD_INPUT_DATA;
}
int mbedtls_internal_sha512_process(mbedtls_sha512_context* /*context*/,
                                    const unsigned char* /*data*/) {
  return MBEDTLS_ERR_SHA512_BAD_INPUT_DATA;
}
int mbedtls_sha512_ret(const unsigned char* /*input*/, size_t /*size*/, unsigned char* /*output*/,
                       int /*is384*/) {
  return MBEDTLS_ERR_SHA512_BAD_INPUT_DATA;
}

}  // extern "C"
