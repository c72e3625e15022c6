// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The functions that the board's mbedTLS is built without, by our P-256.
#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>

#include "crypto/mbedtls_p256.hpp"

extern "C" {

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

}  // extern "C"
