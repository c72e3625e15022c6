// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the sources here share towards mbedTLS. Included by .cpp files of src/crypto only.
#pragma once

#include <mbedtls/ecp.h>

#include "base/bytes.hpp"
#include "base/status.hpp"

/// Returns the library's error from the enclosing function, whose objects free themselves.
#define LINNET_TRY_MBEDTLS(expr)                              \
  do {                                                        \
    if (const int linnet_error = (expr); linnet_error != 0) { \
      return linnet_error;                                    \
    }                                                         \
  } while (false)

namespace linnet::crypto::internal {

inline unsigned char* Octets(MutableBytes bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
inline const unsigned char* Octets(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// A number of the library; its memory goes back to the arena, wiped.
class Number {
 public:
  Number() { mbedtls_mpi_init(&mpi_); }
  ~Number() { mbedtls_mpi_free(&mpi_); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;

  int Read(Bytes big_endian) {
    return mbedtls_mpi_read_binary(&mpi_, Octets(big_endian), big_endian.size());
  }
  int Write(MutableBytes big_endian) const {
    return mbedtls_mpi_write_binary(&mpi_, Octets(big_endian), big_endian.size());
  }
  mbedtls_mpi* get() { return &mpi_; }

 private:
  mbedtls_mpi mpi_;
};

/// The curve with its constants.
class P256 {
 public:
  P256() { mbedtls_ecp_group_init(&group_); }
  ~P256() { mbedtls_ecp_group_free(&group_); }
  P256(const P256&) = delete;
  P256& operator=(const P256&) = delete;

  int Load() { return mbedtls_ecp_group_load(&group_, MBEDTLS_ECP_DP_SECP256R1); }
  mbedtls_ecp_group* get() { return &group_; }
  mbedtls_ecp_group* operator->() { return &group_; }

 private:
  mbedtls_ecp_group group_;
};

class Point {
 public:
  Point() { mbedtls_ecp_point_init(&point_); }
  ~Point() { mbedtls_ecp_point_free(&point_); }
  Point(const Point&) = delete;
  Point& operator=(const Point&) = delete;

  /// From x | y, each 32 bytes.
  int Read(Bytes xy) {
    LINNET_TRY_MBEDTLS(mbedtls_mpi_read_binary(&point_.X, Octets(xy), 32));
    LINNET_TRY_MBEDTLS(mbedtls_mpi_read_binary(&point_.Y, Octets(xy.subspan(32)), 32));
    return mbedtls_mpi_lset(&point_.Z, 1);
  }
  int Write(MutableBytes xy) const {
    LINNET_TRY_MBEDTLS(mbedtls_mpi_write_binary(&point_.X, Octets(xy), 32));
    return mbedtls_mpi_write_binary(&point_.Y, Octets(xy.subspan(32)), 32);
  }
  mbedtls_ecp_point* get() { return &point_; }
  mbedtls_ecp_point* operator->() { return &point_; }

 private:
  mbedtls_ecp_point point_;
};

/// The code for a failure that is not the input's fault.
inline Status FromMbedtls(int error) {
  switch (error) {
    case 0:
      return OkStatus();
    case MBEDTLS_ERR_MPI_ALLOC_FAILED:
    case MBEDTLS_ERR_ECP_ALLOC_FAILED:
      return Code::kResourceExhausted;
    case MBEDTLS_ERR_ECP_RANDOM_FAILED:
      return Code::kUnavailable;
    default:
      return Code::kInternal;
  }
}

}  // namespace linnet::crypto::internal
