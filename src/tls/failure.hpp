// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What can go wrong with a TLS connection, precise enough to act on.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "base/view.hpp"

namespace linnet::tls {

enum class Failure : std::uint8_t {
  kNone,
  kTransport,               ///< The stream below failed; its own failure() says why.
  kClosedByPeer,            ///< Ended without a TLS goodbye: cut, or cut off by somebody.
  kClosedAfterCertificate,  ///< The same, while the server was judging our certificate.
  kTimeout,                 ///< The handshake took too long.
  kServerName,              ///< The certificate is for another host.
  kServerExpired,
  kServerNotYetValid,        ///< Only with a verified time.
  kServerNotTrusted,         ///< No chain to one of our roots.
  kServerWeak,               ///< A hash, key or curve below our minimum.
  kServerUsage,              ///< Not a certificate for a TLS server.
  kServerMalformed,          ///< The certificate or its chain cannot be parsed.
  kServerSignature,          ///< The handshake was not signed with the certificate's key.
  kOurCertificateRefused,    ///< The server sent an alert about our certificate.
  kOurCertificateMalformed,  ///< The certificate in our settings is none.
  kSigner,                   ///< Our key could not sign.
  kNoCommonOptions,          ///< No cipher suite, version, curve or ALPN protocol in common.
  kAlert,                    ///< Another fatal alert from the server.
  kProtocol,                 ///< The server broke the protocol.
  kNoMemory,                 ///< The arena is full.
  kRandom,                   ///< The random generator failed.
};

/// One short phrase for logs and reports, for instance "server certificate: name mismatch".
StringView ToString(Failure failure);

/// kUnauthenticated when an identity was refused, by us or by the server; kUnavailable when trying
/// again may help; kDeadlineExceeded; kMalformed; kResourceExhausted; kUnsupported.
Status ToStatus(Failure failure);

}  // namespace linnet::tls
