// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/trust.hpp"

#include <mbedtls/platform.h>
#include <mbedtls/x509_crt.h>

#include "tls/errors.hpp"

namespace linnet::tls {

namespace {

Status Parse(mbedtls_x509_crt& root, Bytes der) {
  mbedtls_x509_crt_init(&root);
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  const int error = mbedtls_x509_crt_parse_der_nocopy(&root, data, der.size());
  if (error != 0) {
    return IsOutOfMemory(error) ? Code::kResourceExhausted : Code::kMalformed;
  }
  return root.ca_istrue != 0 ? OkStatus() : Status(Code::kPermissionDenied);
}

void Free(mbedtls_x509_crt* chain) {
  if (chain != nullptr) {
    mbedtls_x509_crt_free(chain);
    mbedtls_free(chain);
  }
}

}  // namespace

Status Trust::Add(Bytes der) {
  if (count_ == kMaxRoots) {
    return Code::kResourceExhausted;
  }
  auto* root = static_cast<mbedtls_x509_crt*>(mbedtls_calloc(1, sizeof(mbedtls_x509_crt)));
  if (root == nullptr) {
    return Code::kResourceExhausted;
  }
  if (const Status parsed = Parse(*root, der); !parsed.ok()) {
    Free(root);
    return parsed;
  }
  // mbedTLS frees the rest of a list from the same heap, so the links can be ours.
  root->next = chain_;
  chain_ = root;
  ++count_;
  return OkStatus();
}

void Trust::Clear() {
  Free(chain_);
  chain_ = nullptr;
  count_ = 0;
}

}  // namespace linnet::tls
