// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What both ends of a TLS connection have in common: a session over a transport, as a stream.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "base/view.hpp"
#include "net/stream.hpp"
#include "net/wall_clock.hpp"
#include "tls/failure.hpp"

namespace linnet::tls {

class Session;

/// All memory of a session comes from crypto::Arena, from the moment the transport is open to
/// Close. Poll does one step of the handshake (RFC 5246, 7.3); the longest holds one public-key
/// operation. Our key signs through crypto::Signer and is never in this module's memory.
class SessionStream : public net::Stream {
 public:
  SessionStream(const SessionStream&) = delete;
  SessionStream& operator=(const SessionStream&) = delete;

  State Poll(Instant now) override;
  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] Status failure() const override;
  Result<std::size_t> Read(MutableBytes out) override;
  /// Takes at most one record's worth. A failure leaves the stream open for reading, as TcpStream
  /// does: what the peer said before it hung up may still wait there.
  Result<std::size_t> Write(Bytes data) override;
  /// Tries once to say goodbye (close_notify), then closes the transport.
  void Close() override;

  /// Why the stream failed; kept until the next Open.
  [[nodiscard]] Failure reason() const { return reason_; }
  /// The same as one phrase; empty if it did not fail.
  [[nodiscard]] StringView failure_text() const;

 protected:
  /// `transport` serves nobody else; all outlive the stream.
  SessionStream(net::Stream& transport, net::WallClock& clock, Milliseconds handshake_deadline)
      : transport_(transport), clock_(clock), handshake_deadline_(handshake_deadline) {}
  ~SessionStream() { Close(); }

  /// The transport is on its way. `peer` is for the log and must outlive the connection.
  void Begin(StringView peer);
  /// Makes `session` ready for the handshake. 0, or the library's error.
  virtual int Prepare(Session& session) = 0;
  /// The next step of the handshake. 0, or the library's error.
  virtual int Step(Session& session);

  net::Stream& transport() { return transport_; }
  [[nodiscard]] Session* session() const { return session_; }
  [[nodiscard]] StringView peer() const { return peer_; }

 private:
  void SetState(State state);
  void Fail(Failure reason);
  void ContinueOpening(Instant now);
  void CreateSession();
  void DestroySession();
  void AdvanceHandshake();
  void FinishHandshake();

  net::Stream& transport_;
  net::WallClock& clock_;
  const Milliseconds handshake_deadline_;
  StringView peer_;
  Session* session_ = nullptr;
  Instant give_up_ = kNever;
  State state_ = State::kClosed;
  Failure reason_ = Failure::kNone;
  Status transport_failure_;
  bool ended_ = false;
};

}  // namespace linnet::tls
