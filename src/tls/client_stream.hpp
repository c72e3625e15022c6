// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// TLS 1.2 client over any net::Stream, with mutual authentication; itself a net::Stream.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/view.hpp"
#include "crypto/random.hpp"
#include "crypto/signer.hpp"
#include "net/stream.hpp"
#include "net/wall_clock.hpp"
#include "tls/session_stream.hpp"
#include "tls/trust.hpp"

namespace linnet::tls {

/// What one kind of connection uses. Everything must outlive the stream.
struct Config {
  const Trust& trust;
  crypto::Random& random;
  net::WallClock& clock;
  /// Our certificate in DER and the signer that holds its P-256 key. Without one the server must
  /// not insist.
  Bytes certificate = {};
  crypto::Signer* signer = nullptr;
  /// Protocol names for ALPN, best first, at most `ClientStream::kMaxProtocols`.
  Span<const char* const> protocols = {};
  Milliseconds handshake_deadline = Seconds{30};
};

/// ECDHE on P-256 with ECDSA or RSA and AES-GCM. The server must prove `endpoint.host` by a chain
/// to a root in `trust` that is valid at the wall clock's time, for use as a TLS server. While the
/// time is not verified, "not yet valid" cannot be judged and is let pass with a warning; "expired"
/// is always judged.
///
class ClientStream final : public SessionStream {
 public:
  static constexpr std::size_t kMaxProtocols = 3;

  /// `transport` must be closed.
  ClientStream(net::Stream& transport, const Config& config)
      : SessionStream(transport, config.clock, config.handshake_deadline), config_(config) {}

  /// Also Open of the transport, with its codes. kInvalidArgument: more than `kMaxProtocols`, a
  /// host name over 253 characters. kResourceExhausted: the arena is full. kMalformed: our
  /// certificate.
  Status Open(const net::Endpoint& endpoint) override;
  /// The ALPN protocol that the server chose; empty if none.
  [[nodiscard]] StringView protocol() const;

 private:
  int Prepare(Session& session) override;

  const Config config_;
};

}  // namespace linnet::tls
