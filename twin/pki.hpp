// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Keys and X.509 certificates, as far as a local certificate authority needs them. Throws
// std::runtime_error with OpenSSL's reason when something cannot be made or read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "twin/message.hpp"

struct evp_pkey_st;
struct x509_st;

namespace linnet::twin {

enum class KeyKind { kP256, kRsa2048 };

using Key = std::shared_ptr<evp_pkey_st>;
using Certificate = std::shared_ptr<x509_st>;

/// What a certificate says about its subject.
struct CertificateSpec {
  enum class Use { kRoot, kServer, kClient };

  Use use = Use::kClient;
  std::string common_name;
  /// Subject alternative names in OpenSSL's notation, for example "DNS:localhost,IP:127.0.0.1"; may
  /// be empty.
  std::string alternative_names;
  UnixSeconds not_before = 0;
  UnixSeconds not_after = 0;
};

/// A certificate and the key that belongs to it.
struct Identity {
  Key key;
  Certificate certificate;
};

Key GenerateKey(KeyKind kind);
/// PKCS#8, not encrypted.
std::string KeyToPem(const Key& key);
Key KeyFromPem(std::string_view pem);

/// The private number of a P-256 key, 32 bytes big endian.
std::string PrivateScalar(const Key& key);

/// A self-signed root for `key`.
Certificate MakeRoot(const Key& key, const CertificateSpec& spec);
/// A certificate for the public half of `key`, signed by `issuer`, with a random serial number.
Certificate IssueCertificate(const Key& key, const CertificateSpec& spec, const Identity& issuer);

std::string CertificateToPem(const Certificate& certificate);
Certificate CertificateFromPem(std::string_view pem);
std::string CertificateToDer(const Certificate& certificate);
/// SHA-256 of the DER form in lower-case hex: AWS's certificate id.
std::string CertificateId(const Certificate& certificate);

/// Whether the certificate's public key is of this kind.
bool IsOfKind(const Certificate& certificate, KeyKind kind);
/// The last second of its validity.
UnixSeconds EndOf(const Certificate& certificate);

/// A PKCS#10 request in PEM, signed with `key`.
std::string MakeRequest(const Key& key, const std::string& common_name);
/// The public key of a request whose signature verifies. Throws when it does not.
Key KeyOfRequest(std::string_view pem);

/// A revocation list in PEM that names `revoked`.
std::string MakeRevocationList(const Identity& issuer, const std::vector<Certificate>& revoked,
                               UnixSeconds now);

/// Lower-case hex of the SHA-256 of `data`.
std::string Sha256Hex(std::string_view data);
/// Lower-case hex of HMAC-SHA-256.
std::string HmacSha256Hex(std::string_view key, std::string_view data);
/// `bytes` random bytes in lower-case hex.
std::string RandomHex(std::size_t bytes);

}  // namespace linnet::twin
