// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// TLS 1.2 server over a transport that a client has opened; itself a net::Stream.
#pragma once

#include "base/bytes.hpp"
#include "crypto/random.hpp"
#include "crypto/signer.hpp"
#include "net/stream.hpp"
#include "net/wall_clock.hpp"
#include "tls/session_stream.hpp"

namespace linnet::tls {

/// Everything must outlive the stream.
struct ServerConfig {
  crypto::Random& random;
  net::WallClock& clock;
  Bytes certificate;  ///< In DER; its P-256 key is the signer's.
  crypto::Signer& signer;
  Milliseconds handshake_deadline = Seconds{20};
};

/// ECDHE on P-256 with ECDSA and AES-GCM; the client stays anonymous. Costs flash only in an image
/// that uses it: the library's server side is linked from here.
class ServerStream final : public SessionStream {
 public:
  ServerStream(net::Stream& transport, const ServerConfig& config)
      : SessionStream(transport, config.clock, config.handshake_deadline), config_(config) {}

  /// Begins the handshake with whoever opened the transport; `client.host` is for the log.
  /// kFailedPrecondition: not closed.
  Status Open(const net::Endpoint& client) override;

 private:
  int Prepare(Session& session) override;
  int Step(Session& session) override;

  const ServerConfig config_;
};

}  // namespace linnet::tls
