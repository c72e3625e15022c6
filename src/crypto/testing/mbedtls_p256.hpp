// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// ECDSA over P-256 by mbedTLS: the independent implementation that ours is held against.
#pragma once

#include <mbedtls/ecdsa.h>
#include <mbedtls/md.h>

#include "crypto/ecdsa.hpp"
#include "crypto/private_key.hpp"
#include "crypto/testing/test_arena.hpp"

namespace linnet::crypto::testing {

/// mbedTLS with the curve loaded. Its numbers and points live as long as the object.
class MbedtlsP256 {
 public:
  MbedtlsP256() {
    mbedtls_ecp_group_init(&group_);
    mbedtls_ecp_point_init(&point_);
    for (mbedtls_mpi* number : {&r_, &s_, &d_}) {
      mbedtls_mpi_init(number);
    }
    mbedtls_ecp_group_load(&group_, MBEDTLS_ECP_DP_SECP256R1);
  }
  ~MbedtlsP256() {
    for (mbedtls_mpi* number : {&r_, &s_, &d_}) {
      mbedtls_mpi_free(number);
    }
    mbedtls_ecp_point_free(&point_);
    mbedtls_ecp_group_free(&group_);
  }
  MbedtlsP256(const MbedtlsP256&) = delete;
  MbedtlsP256& operator=(const MbedtlsP256&) = delete;

  bool Verify(const P256PublicKey& key, const Digest& digest, const P256Signature& signature) {
    Read(point_.X, Bytes(key).first(32));
    Read(point_.Y, Bytes(key).last(32));
    mbedtls_mpi_lset(&point_.Z, 1);
    Read(r_, Bytes(signature).first(32));
    Read(s_, Bytes(signature).last(32));
    return mbedtls_ecp_check_pubkey(&group_, &point_) == 0 &&
           mbedtls_ecdsa_verify(&group_, Octets(digest), digest.size(), &point_, &r_, &s_) == 0;
  }

  bool IsKey(const P256Scalar& scalar) {
    Read(d_, scalar);
    return mbedtls_ecp_check_privkey(&group_, &d_) == 0;
  }
  /// The scalar is a key.
  P256PublicKey PublicKey(const P256Scalar& scalar) {
    Read(d_, scalar);
    mbedtls_ecp_mul(&group_, &point_, &d_, &group_.G, NoBlinding, nullptr);
    return Write(point_.X, point_.Y);
  }
  P256Signature Sign(const P256Scalar& scalar, const Digest& digest) {
    Read(d_, scalar);
    mbedtls_ecdsa_sign_det_ext(&group_, &r_, &s_, &d_, Octets(digest), digest.size(),
                               MBEDTLS_MD_SHA256, NoBlinding, nullptr);
    return Write(r_, s_);
  }

 private:
  static const unsigned char* Octets(Bytes bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
  }
  static void Read(mbedtls_mpi& number, Bytes bytes) {
    mbedtls_mpi_read_binary(&number, Octets(bytes), bytes.size());
  }
  static std::array<std::byte, 64> Write(const mbedtls_mpi& first, const mbedtls_mpi& second) {
    std::array<std::byte, 64> out;
    auto* octets = reinterpret_cast<unsigned char*>(out.data());
    mbedtls_mpi_write_binary(&first, octets, 32);
    mbedtls_mpi_write_binary(&second, octets + 32, 32);
    return out;
  }
  static int NoBlinding(void* /*self*/, unsigned char* out, std::size_t size) {
    std::fill_n(out, size, static_cast<unsigned char>(1));
    return 0;
  }

  mbedtls_ecp_group group_;
  mbedtls_ecp_point point_;
  mbedtls_mpi r_;
  mbedtls_mpi s_;
  mbedtls_mpi d_;
};

}  // namespace linnet::crypto::testing
