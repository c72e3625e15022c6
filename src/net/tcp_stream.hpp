// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A net::Stream over the port's TCP: look the name up, connect, carry bytes.
#pragma once

#include "hal/network.hpp"
#include "net/resolver.hpp"
#include "net/stream.hpp"

namespace linnet::net {

class TcpStream final : public Stream {
 public:
  /// Name look-up and TCP connect together.
  static constexpr Milliseconds kDefaultDeadline = Seconds{20};

  /// `resolver` and `socket` must outlive the stream; the socket serves nobody else.
  TcpStream(Resolver& resolver, hal::TcpSocket& socket, Milliseconds deadline = kDefaultDeadline)
      : resolver_(resolver), socket_(socket), deadline_(deadline) {}
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;
  ~TcpStream() { Close(); }

  /// kFailedPrecondition: not closed. kInvalidArgument: an empty host or port 0. What goes wrong
  /// later is reported by Poll and failure(): kNotFound (no such name), kUnavailable (no link,
  /// refused, reset), kDeadlineExceeded, kResourceExhausted (the port has no socket left).
  Status Open(const Endpoint& endpoint) override;
  State Poll(Instant now) override;
  [[nodiscard]] State state() const override;
  [[nodiscard]] Status failure() const override { return failure_; }
  /// kUnavailable: broken, or not open. Only Read finds out that an open stream has failed: bytes
  /// that arrived before the break are delivered first, even after a Write that failed.
  Result<std::size_t> Read(MutableBytes out) override;
  Result<std::size_t> Write(Bytes data) override;
  void Close() override;

 private:
  enum class Step : std::uint8_t { kClosed, kResolving, kConnecting, kOpen, kFailed };

  void SetStep(Step step);
  void Fail(Status why);
  void Resolve();
  void CheckConnected();

  Resolver& resolver_;
  hal::TcpSocket& socket_;
  Milliseconds deadline_;
  Endpoint endpoint_;
  Instant give_up_ = kNever;
  Step step_ = Step::kClosed;
  Status failure_;
};

}  // namespace linnet::net
