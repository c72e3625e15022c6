// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/errors.hpp"

#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/cipher.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

#include <algorithm>
#include <array>

namespace linnet::tls {

namespace {

// An error number is the sum of one of a high module (bits 7 to 15) and one of a low module.
constexpr int HighPart(int error) {
  return -(-error & 0xFF80);
}
constexpr int LowPart(int error) {
  return -(-error & 0x007F);
}

struct FlagReason {
  std::uint32_t flags;
  Failure reason;
};

// The gravest first: for a stranger's certificate it does not matter whether the name fits.
constexpr std::array<FlagReason, 6> kFlagReasons = {
    FlagReason{MBEDTLS_X509_BADCERT_NOT_TRUSTED, Failure::kServerNotTrusted},
    FlagReason{
        MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY,
        Failure::kServerWeak},
    FlagReason{MBEDTLS_X509_BADCERT_EXPIRED, Failure::kServerExpired},
    FlagReason{MBEDTLS_X509_BADCERT_FUTURE, Failure::kServerNotYetValid},
    FlagReason{MBEDTLS_X509_BADCERT_CN_MISMATCH, Failure::kServerName},
    FlagReason{MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE |
                   MBEDTLS_X509_BADCERT_NS_CERT_TYPE,
               Failure::kServerUsage},
};

Failure FromFlags(std::uint32_t flags) {
  const auto* found =
      std::find_if(kFlagReasons.begin(), kFlagReasons.end(),
                   [flags](const FlagReason& entry) { return (entry.flags & flags) != 0; });
  return found == kFlagReasons.end() ? Failure::kServerNotTrusted : found->reason;
}

Failure FromAlert(const Situation& situation) {
  switch (situation.alert) {
    case MBEDTLS_SSL_ALERT_MSG_NO_CERT:
    case MBEDTLS_SSL_ALERT_MSG_BAD_CERT:
    case MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_CERT:
    case MBEDTLS_SSL_ALERT_MSG_CERT_REVOKED:
    case MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED:
    case MBEDTLS_SSL_ALERT_MSG_CERT_UNKNOWN:
    case MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA:
    case MBEDTLS_SSL_ALERT_MSG_ACCESS_DENIED:
      return Failure::kOurCertificateRefused;
    case MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE:
    case MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR:
      // A server that insists on a certificate, or cannot check our signature, says no more than
      // this.
      return situation.awaiting_verdict ? Failure::kOurCertificateRefused
                                        : Failure::kNoCommonOptions;
    case MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION:
    case MBEDTLS_SSL_ALERT_MSG_INSUFFICIENT_SECURITY:
    case MBEDTLS_SSL_ALERT_MSG_NO_APPLICATION_PROTOCOL:
      return Failure::kNoCommonOptions;
    default:
      return Failure::kAlert;
  }
}

// By the module that reported it.
Failure FromModule(int error) {
  switch (HighPart(error)) {
    case MBEDTLS_ERR_PK_HW_ACCEL_FAILED:  // ours, from signer_key.cpp
      return Failure::kSigner;
    case MBEDTLS_ERR_ECP_RANDOM_FAILED:
      return Failure::kRandom;
    case MBEDTLS_ERR_ECP_VERIFY_FAILED:
    case MBEDTLS_ERR_RSA_VERIFY_FAILED:
    case MBEDTLS_ERR_RSA_INVALID_PADDING:
      return Failure::kServerSignature;
    case MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED:
      return Failure::kServerNotTrusted;
    case MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION:
      return Failure::kNoCommonOptions;
    case MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE:
    case MBEDTLS_ERR_X509_INVALID_FORMAT:
    case MBEDTLS_ERR_X509_INVALID_VERSION:
    case MBEDTLS_ERR_X509_INVALID_SERIAL:
    case MBEDTLS_ERR_X509_INVALID_ALG:
    case MBEDTLS_ERR_X509_INVALID_NAME:
    case MBEDTLS_ERR_X509_INVALID_DATE:
    case MBEDTLS_ERR_X509_INVALID_SIGNATURE:
    case MBEDTLS_ERR_X509_INVALID_EXTENSIONS:
    case MBEDTLS_ERR_X509_UNKNOWN_VERSION:
    case MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG:
    case MBEDTLS_ERR_X509_SIG_MISMATCH:
    case MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE:
    case MBEDTLS_ERR_PK_UNKNOWN_PK_ALG:
    case MBEDTLS_ERR_PK_INVALID_PUBKEY:
    case MBEDTLS_ERR_PK_INVALID_ALG:
      return Failure::kServerMalformed;
    default:
      return Failure::kProtocol;
  }
}

}  // namespace

bool IsOutOfMemory(int error) {
  const int high = HighPart(error);
  const int low = LowPart(error);
  return low == MBEDTLS_ERR_MPI_ALLOC_FAILED || low == MBEDTLS_ERR_ASN1_ALLOC_FAILED ||
         high == MBEDTLS_ERR_SSL_ALLOC_FAILED || high == MBEDTLS_ERR_X509_ALLOC_FAILED ||
         high == MBEDTLS_ERR_ECP_ALLOC_FAILED || high == MBEDTLS_ERR_PK_ALLOC_FAILED ||
         high == MBEDTLS_ERR_MD_ALLOC_FAILED || high == MBEDTLS_ERR_CIPHER_ALLOC_FAILED;
}

Failure Classify(const Situation& situation) {
  const int error = situation.error;
  if (error == kTransportBroken || error == MBEDTLS_ERR_SSL_CONN_EOF) {
    if (situation.awaiting_verdict) {
      return Failure::kClosedAfterCertificate;
    }
    return error == kTransportBroken ? Failure::kTransport : Failure::kClosedByPeer;
  }
  if (IsOutOfMemory(error)) {
    return Failure::kNoMemory;
  }
  if (error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
    return FromAlert(situation);
  }
  const bool certificate = HighPart(error) == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED ||
                           HighPart(error) == MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE;
  if (certificate && situation.verify_flags != 0) {
    return FromFlags(situation.verify_flags);
  }
  return FromModule(error);
}

}  // namespace linnet::tls
