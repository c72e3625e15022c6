// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the board's TLS computes with, against mbedTLS's own functions.
#include "crypto/mbedtls_p256.hpp"

#include <gtest/gtest.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>

#include <algorithm>
#include <random>
#include <vector>

#include "crypto/testing/test_arena.hpp"

namespace linnet::crypto {
namespace {

int FillRandom(void* self, unsigned char* out, std::size_t size) {
  auto& engine = *static_cast<std::mt19937*>(self);
  std::generate_n(out, size, [&] { return static_cast<unsigned char>(engine()); });
  return 0;
}
int NoRandom(void* /*self*/, unsigned char* /*out*/, std::size_t /*size*/) {
  return MBEDTLS_ERR_ECP_RANDOM_FAILED;
}

class MbedtlsP256Test : public ::testing::Test {
 protected:
  MbedtlsP256Test() {
    mbedtls_ecp_group_init(&group_);
    mbedtls_ecp_group_load(&group_, MBEDTLS_ECP_DP_SECP256R1);
    for (mbedtls_ecp_point* point : {&ours_, &peers_}) {
      mbedtls_ecp_point_init(point);
    }
    for (mbedtls_mpi* number : {&our_secret_, &peers_secret_, &a_, &b_}) {
      mbedtls_mpi_init(number);
    }
  }
  ~MbedtlsP256Test() override {
    for (mbedtls_mpi* number : {&our_secret_, &peers_secret_, &a_, &b_}) {
      mbedtls_mpi_free(number);
    }
    for (mbedtls_ecp_point* point : {&ours_, &peers_}) {
      mbedtls_ecp_point_free(point);
    }
    mbedtls_ecp_group_free(&group_);
  }

  void MakePeer() {
    ASSERT_EQ(mbedtls_ecdh_gen_public(&group_, &peers_secret_, &peers_, FillRandom, &engine_), 0);
  }

  std::mt19937 engine_{4};  // NOLINT: repeatable on purpose
  MbedtlsRandom random_{FillRandom, &engine_};
  mbedtls_ecp_group group_;
  mbedtls_ecp_point ours_;
  mbedtls_ecp_point peers_;
  mbedtls_mpi our_secret_;
  mbedtls_mpi peers_secret_;
  mbedtls_mpi a_;
  mbedtls_mpi b_;
};

TEST_F(MbedtlsP256Test, AgreesWithAPeerThatUsesMbedtls) {
  for (int i = 0; i < 20; ++i) {
    MakePeer();
    ASSERT_EQ(MbedtlsGenerate(our_secret_, ours_, random_), 0);
    ASSERT_EQ(mbedtls_ecp_check_pubkey(&group_, &ours_), 0);
    ASSERT_EQ(MbedtlsAgree(a_, peers_, our_secret_, random_), 0);
    ASSERT_EQ(
        mbedtls_ecdh_compute_shared(&group_, &b_, &ours_, &peers_secret_, FillRandom, &engine_), 0);
    EXPECT_EQ(mbedtls_mpi_cmp_mpi(&a_, &b_), 0);
  }
}

TEST_F(MbedtlsP256Test, RefusesAPeersKeyThatIsNoPoint) {
  MakePeer();
  ASSERT_EQ(MbedtlsGenerate(our_secret_, ours_, random_), 0);
  mbedtls_mpi_add_int(&peers_.X, &peers_.X, 1);
  EXPECT_EQ(MbedtlsAgree(a_, peers_, our_secret_, random_), MBEDTLS_ERR_ECP_INVALID_KEY);
  mbedtls_mpi_shift_l(&peers_.X, 256);
  EXPECT_EQ(MbedtlsAgree(a_, peers_, our_secret_, random_), MBEDTLS_ERR_ECP_INVALID_KEY);
}

TEST_F(MbedtlsP256Test, WithoutRandomNumbersNothingIsComputed) {
  MakePeer();
  ASSERT_EQ(MbedtlsGenerate(our_secret_, ours_, random_), 0);
  const MbedtlsRandom none{NoRandom, nullptr};
  EXPECT_EQ(MbedtlsAgree(a_, peers_, our_secret_, none), MBEDTLS_ERR_ECP_RANDOM_FAILED);
  EXPECT_EQ(MbedtlsGenerate(a_, ours_, none), MBEDTLS_ERR_ECP_RANDOM_FAILED);
}

// TLS signs hashes of 20 to 64 bytes.
TEST_F(MbedtlsP256Test, VerifiesHashesOfEveryLength) {
  MakePeer();
  for (const std::size_t size : {0U, 1U, 20U, 31U, 32U, 33U, 48U, 64U}) {
    std::vector<unsigned char> hash(size);
    FillRandom(&engine_, hash.data(), size);
    ASSERT_EQ(mbedtls_ecdsa_sign(&group_, &a_, &b_, &peers_secret_, hash.data(), size, FillRandom,
                                 &engine_),
              0);
    EXPECT_EQ(MbedtlsVerify(hash.data(), size, peers_, a_, b_), 0) << size;
    mbedtls_mpi_add_int(&b_, &b_, 1);
    EXPECT_EQ(MbedtlsVerify(hash.data(), size, peers_, a_, b_), MBEDTLS_ERR_ECP_VERIFY_FAILED);
    mbedtls_mpi_shift_l(&a_, 256);
    EXPECT_EQ(MbedtlsVerify(hash.data(), size, peers_, a_, b_), MBEDTLS_ERR_ECP_VERIFY_FAILED);
  }
}

}  // namespace
}  // namespace linnet::crypto
