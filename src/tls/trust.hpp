// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The certificate authorities that the device believes, shared by all TLS sessions.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "base/status.hpp"

struct mbedtls_x509_crt;

namespace linnet::tls {

/// Parsed once, into the arena (`crypto::Arena`); about 1 KiB a root beside the certificate itself,
/// which is not copied. Two roots so that an authority can be replaced without a gap.
class Trust {
 public:
  static constexpr std::size_t kMaxRoots = 2;

  Trust() = default;
  Trust(const Trust&) = delete;
  Trust& operator=(const Trust&) = delete;
  ~Trust() { Clear(); }

  /// Adds a root certificate in DER; the bytes must stay where they are until Clear.
  /// kMalformed: no certificate, or one with a key that this build cannot check. kPermissionDenied:
  /// not marked as an authority. kResourceExhausted: two are there already, or the arena is full.
  /// Nothing changes on failure.
  Status Add(Bytes der);
  /// No stream that uses this trust may be open.
  void Clear();

  [[nodiscard]] std::size_t count() const { return count_; }
  /// For src/tls only.
  [[nodiscard]] mbedtls_x509_crt* chain() const { return chain_; }

 private:
  mbedtls_x509_crt* chain_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace linnet::tls
