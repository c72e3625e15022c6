// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// TLS 1.2 client over any net::Stream, with mutual authentication; itself a net::Stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "crypto/random.hpp"
#include "crypto/signer.hpp"
#include "net/stream.hpp"
#include "net/wall_clock.hpp"
#include "tls/failure.hpp"
#include "tls/trust.hpp"

namespace linnet::tls {

class Session;

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
  std::span<const char* const> protocols = {};
  Milliseconds handshake_deadline = Seconds{30};
};

/// ECDHE on P-256 with ECDSA or RSA and AES-GCM. The server must prove `endpoint.host` by a chain
/// to a root in `trust` that is valid at the wall clock's time, for use as a TLS server. While the
/// time is not verified, "not yet valid" cannot be judged and is let pass with a warning; "expired"
/// is always judged.
///
/// All memory of a session comes from crypto::Arena, from the moment the transport is open to
/// Close. Poll does one step of the handshake (RFC 5246, 7.3); the longest holds one public-key
/// operation. Our key signs through crypto::Signer and is never in this module's memory.
class ClientStream : public net::Stream {
 public:
  static constexpr std::size_t kMaxProtocols = 3;

  /// `transport` must be closed, and serve nobody else.
  ClientStream(net::Stream& transport, const Config& config)
      : transport_(transport), config_(config) {}
  ClientStream(const ClientStream&) = delete;
  ClientStream& operator=(const ClientStream&) = delete;
  ~ClientStream() override { Close(); }

  /// Also Open of the transport, with its codes. kInvalidArgument: more than `kMaxProtocols`, a
  /// host name over 253 characters. kResourceExhausted: the arena is full. kMalformed: our
  /// certificate.
  Status Open(const net::Endpoint& endpoint) override;
  State Poll(Instant now) override;
  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] Status failure() const override;
  Result<std::size_t> Read(MutableBytes out) override;
  /// Takes at most one record's worth. A failure leaves the stream open for reading, as TcpStream
  /// does: what the server said before it hung up may still wait there.
  Result<std::size_t> Write(Bytes data) override;
  /// Tries once to say goodbye (close_notify), then closes the transport.
  void Close() override;

  /// Why the stream failed; kept until the next Open.
  [[nodiscard]] Failure reason() const { return reason_; }
  /// The same as one phrase; empty if it did not fail.
  [[nodiscard]] std::string_view failure_text() const;
  /// The ALPN protocol that the server chose; empty if none.
  [[nodiscard]] std::string_view protocol() const;

 private:
  void SetState(State state);
  void Fail(Failure reason);
  void ContinueOpening(Instant now);
  void CreateSession();
  void DestroySession();
  void AdvanceHandshake();
  void FinishHandshake();

  net::Stream& transport_;
  Config config_;
  net::Endpoint endpoint_;
  Session* session_ = nullptr;
  Instant give_up_ = kNever;
  State state_ = State::kClosed;
  Failure reason_ = Failure::kNone;
  Status transport_failure_;
  bool ended_ = false;
};

}  // namespace linnet::tls
