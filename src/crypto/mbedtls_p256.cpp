// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/mbedtls_p256.hpp"

#include <algorithm>
#include <array>

#include "crypto/ecdsa.hpp"
#include "crypto/p256.hpp"
#include "crypto/wipe.hpp"

namespace linnet::crypto {
namespace {

using internal::kNumberSize;
using internal::Number;

constexpr int kAttempts = 4;  // each fails with a probability of 2^-32

/// A number and its bytes, wiped at the end.
class Secret {
 public:
  Secret() = default;
  ~Secret() {
    Wipe(std::as_writable_bytes(std::span(number_)));
    Wipe(bytes_);
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  int Draw(const MbedtlsRandom& random) {
    return Take(random.fill(random.self, octets(), kNumberSize));
  }
  int Read(const mbedtls_mpi& from) {
    return Take(mbedtls_mpi_write_binary(&from, octets(), kNumberSize));
  }
  int Write(const Number& number, mbedtls_mpi& to) {
    internal::WriteNumber(number, bytes_);
    return mbedtls_mpi_read_binary(&to, octets(), kNumberSize);
  }
  [[nodiscard]] const Number& number() const { return number_; }

 private:
  unsigned char* octets() { return reinterpret_cast<unsigned char*>(bytes_.data()); }
  int Take(int error) {
    number_ = internal::ReadNumber(bytes_);
    return error;
  }

  Number number_{};
  std::array<std::byte, kNumberSize> bytes_{};
};

/// secret * point, computed with coordinates that a random factor scales.
int Multiply(const Secret& secret, const internal::Point& point, const MbedtlsRandom& random,
             Number& x, Number& y) {
  Secret blinding;
  if (const int error = blinding.Draw(random); error != 0) {
    return error;
  }
  const Number factor = internal::kField.ToForm(blinding.number());
  internal::ToAffine(
      internal::MultiplyAdd({}, secret.number(), internal::Scale(point, factor), internal::kOne), x,
      y);
  return 0;
}

}  // namespace

int MbedtlsVerify(const unsigned char* hash, std::size_t size, const mbedtls_ecp_point& key,
                  const mbedtls_mpi& r, const mbedtls_mpi& s) {
  Digest digest{};
  const Bytes bytes = std::as_bytes(std::span(hash, std::min(size, digest.size())));
  CopyBytes(bytes, MutableBytes(digest).last(bytes.size()));
  P256PublicKey point;
  P256Signature signature;
  auto* point_octets = reinterpret_cast<unsigned char*>(point.data());
  auto* octets = reinterpret_cast<unsigned char*>(signature.data());
  const bool fits =
      mbedtls_mpi_write_binary(&key.X, point_octets, kNumberSize) == 0 &&
      mbedtls_mpi_write_binary(&key.Y, point_octets + kNumberSize, kNumberSize) == 0 &&
      mbedtls_mpi_write_binary(&r, octets, kNumberSize) == 0 &&
      mbedtls_mpi_write_binary(&s, octets + kNumberSize, kNumberSize) == 0;
  return fits && VerifyP256(point, digest, signature).ok() ? 0 : MBEDTLS_ERR_ECP_VERIFY_FAILED;
}

int MbedtlsGenerate(mbedtls_mpi& secret, mbedtls_ecp_point& key, const MbedtlsRandom& random) {
  Secret drawn;
  int attempt = 0;
  do {
    if (const int error = drawn.Draw(random); error != 0) {
      return error;
    }
  } while (!internal::IsScalar(drawn.number()) && ++attempt < kAttempts);
  Number x;
  Number y;
  int error = attempt < kAttempts ? 0 : MBEDTLS_ERR_ECP_RANDOM_FAILED;
  error = error != 0 ? error : Multiply(drawn, internal::kBase, random, x, y);
  error = error != 0 ? error : drawn.Write(drawn.number(), secret);
  error = error != 0 ? error : drawn.Write(x, key.X);
  error = error != 0 ? error : drawn.Write(y, key.Y);
  return error != 0 ? error : mbedtls_mpi_lset(&key.Z, 1);
}

int MbedtlsAgree(mbedtls_mpi& shared, const mbedtls_ecp_point& peer, const mbedtls_mpi& secret,
                 const MbedtlsRandom& random) {
  Secret ours;
  Secret x;
  Secret y;
  internal::Point point;
  if (x.Read(peer.X) != 0 || y.Read(peer.Y) != 0 ||
      !internal::MakePoint(x.number(), y.number(), point)) {
    return MBEDTLS_ERR_ECP_INVALID_KEY;
  }
  if (ours.Read(secret) != 0 || !internal::IsScalar(ours.number())) {
    return MBEDTLS_ERR_ECP_INVALID_KEY;
  }
  Number shared_x;
  Number shared_y;
  int error = Multiply(ours, point, random, shared_x, shared_y);
  error = error != 0 ? error : x.Write(shared_x, shared);
  Wipe(std::as_writable_bytes(std::span(shared_x)));
  return error;
}

}  // namespace linnet::crypto
