// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.hpp"

#include <mbedtls/ecp.h>

#include <algorithm>

#include "crypto/wipe.hpp"

namespace linnet::crypto {
namespace {

constexpr std::uint32_t kCallsPerSeed = 10000;

}  // namespace

// The first seed needs half again as much as its strength: SP 800-90A asks for a nonce, too.
Status Random::Seed() {
  std::array<std::byte, 48> entropy;
  const MutableBytes fresh = seeded_ ? MutableBytes(entropy).first(32) : MutableBytes(entropy);
  const Status status = entropy_.Fill(fresh);
  if (status.ok() && seeded_) {
    generator_.Mix(fresh);
  } else if (status.ok()) {
    generator_.Seed(fresh);
  }
  Wipe(entropy);
  LINNET_TRY(status);
  seeded_ = true;
  calls_left_ = kCallsPerSeed;
  return OkStatus();
}

Status Random::Fill(MutableBytes out) {
  if (calls_left_ == 0 && !Seed().ok()) {
    std::ranges::fill(out, std::byte{0});
    return Code::kUnavailable;
  }
  --calls_left_;
  generator_.Generate(out);
  return OkStatus();
}

int Random::Callback(void* self, unsigned char* out, std::size_t size) {
  const MutableBytes bytes = std::as_writable_bytes(std::span(out, size));
  return static_cast<Random*>(self)->Fill(bytes).ok() ? 0 : MBEDTLS_ERR_ECP_RANDOM_FAILED;
}

}  // namespace linnet::crypto
