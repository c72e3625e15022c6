// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/signer_key.hpp"

#include <mbedtls/pk_internal.h>

#include <array>
#include <cstddef>

#include "base/log.hpp"

namespace linnet::tls {

namespace {

std::size_t BitLength(const void* /*context*/) {
  return 256;
}

int CanDo(mbedtls_pk_type_t type) {
  return type == MBEDTLS_PK_ECDSA ? 1 : 0;
}

// With a SHA-384 cipher suite the hash has 48 bytes. ECDSA uses as many leading bits of it as the
// curve's order has (FIPS 186-4, 6.4), so that its first 32 bytes are the digest to sign.
int Sign(void* context, mbedtls_md_type_t /*algorithm*/, const unsigned char* hash,
         std::size_t hash_size, unsigned char* signature, std::size_t* signature_size,
         int (*)(void*, unsigned char*, std::size_t), void*) {
  crypto::Digest digest{};
  if (hash_size < digest.size()) {
    return MBEDTLS_ERR_PK_BAD_INPUT_DATA;
  }
  CopyBytes(std::as_bytes(std::span(hash, digest.size())), digest);
  crypto::P256Signature raw{};
  if (const Status done = static_cast<crypto::Signer*>(context)->Sign(digest, raw); !done.ok()) {
    log::Error("tls", "signer failed: {}", done);
    return MBEDTLS_ERR_PK_HW_ACCEL_FAILED;
  }
  const std::span<unsigned char, crypto::kMaxSignatureDerSize> out(signature,
                                                                   crypto::kMaxSignatureDerSize);
  *signature_size = crypto::EncodeSignatureDer(raw, std::as_writable_bytes(out));
  return 0;
}

void Free(void* /*context*/) {}

constexpr mbedtls_pk_info_t MakeInfo() {
  mbedtls_pk_info_t info{};
  info.type = MBEDTLS_PK_ECDSA;
  info.name = "signer";
  info.get_bitlen = BitLength;
  info.can_do = CanDo;
  info.sign_func = Sign;
  info.ctx_free_func = Free;
  return info;
}

constexpr mbedtls_pk_info_t kSignerInfo = MakeInfo();

}  // namespace

void BindSigner(mbedtls_pk_context& key, crypto::Signer& signer) {
  key.pk_info = &kSignerInfo;
  key.pk_ctx = &signer;
}

}  // namespace linnet::tls
