// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Certificates of every kind that a test wants, made by OpenSSL on the spot.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace linnet::tls::testing {

struct OpenSslDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

enum class KeyKind : std::uint8_t { kP256, kP384, kRsa2048, kRsa1024 };

/// A certificate with its key.
struct Identity {
  std::unique_ptr<EVP_PKEY, OpenSslDeleter> key;
  std::unique_ptr<X509, OpenSslDeleter> certificate;
  std::vector<std::byte> der;
};

struct CertificateOptions {
  KeyKind key = KeyKind::kP256;
  std::string common_name = "server";
  /// DNS names; empty: no such extension.
  std::vector<std::string> names = {};
  UnixTime not_before{1'700'000'000};
  UnixTime not_after{2'000'000'000};
  bool authority = false;
  /// "serverAuth", "clientAuth"; empty: no such extension.
  std::string usage = {};
  /// A comment of this size makes the certificate larger.
  std::size_t padding = 0;
};

/// Signed by `issuer`, or by itself if that is nullptr. Aborts when OpenSSL fails. RSA keys are
/// made once per process and kind, because they are slow to make.
Identity Issue(const CertificateOptions& options, const Identity* issuer);

/// The private scalar of a P-256 key, 32 bytes big endian.
std::vector<std::byte> Scalar(const Identity& identity);

}  // namespace linnet::tls::testing
