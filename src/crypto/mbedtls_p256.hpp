// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What TLS needs of the curve, for mbedTLS by our P-256: an image then has the curve once. On the
// board mbedTLS's own functions are left out and these stand in their place (mbedtls_alt.cpp). On
// a host mbedTLS keeps its own, which the tests hold these against.
#pragma once

#include <mbedtls/ecp.h>

#include <cstddef>

namespace linnet::crypto {

/// mbedTLS's source of random bytes and its first argument; 0 is success.
struct MbedtlsRandom {
  int (*fill)(void* self, unsigned char* out, std::size_t size);
  void* self;
};

// Each returns 0 or mbedTLS's code, as the function that it stands for. The group is P-256.

/// mbedtls_ecdsa_verify(). Of a hash longer than 32 bytes the first 32 count (FIPS 186-4, 6.4).
int MbedtlsVerify(const unsigned char* hash, std::size_t size, const mbedtls_ecp_point& key,
                  const mbedtls_mpi& r, const mbedtls_mpi& s);

/// mbedtls_ecdh_gen_public().
int MbedtlsGenerate(mbedtls_mpi& secret, mbedtls_ecp_point& key, const MbedtlsRandom& random);

/// mbedtls_ecdh_compute_shared(); MBEDTLS_ERR_ECP_INVALID_KEY: the peer's key is no point.
int MbedtlsAgree(mbedtls_mpi& shared, const mbedtls_ecp_point& peer, const mbedtls_mpi& secret,
                 const MbedtlsRandom& random);

}  // namespace linnet::crypto
