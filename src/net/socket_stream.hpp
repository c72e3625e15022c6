// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A TCP connection that somebody else opened, as a net::Stream.
#pragma once

#include "hal/network.hpp"
#include "net/stream.hpp"

namespace linnet::net {

class SocketStream final : public Stream {
 public:
  /// `socket` outlives the stream.
  explicit SocketStream(hal::TcpSocket& socket) : socket_(socket) {}

  /// kFailedPrecondition: a listener opens it.
  Status Open(const Endpoint& /*endpoint*/) override { return Code::kFailedPrecondition; }
  State Poll(Instant /*now*/) override { return state(); }
  [[nodiscard]] State state() const override;
  [[nodiscard]] Status failure() const override { return socket_.failure(); }
  Result<std::size_t> Read(MutableBytes out) override { return socket_.Read(out); }
  Result<std::size_t> Write(Bytes data) override { return socket_.Write(data); }
  void Close() override { socket_.Close(); }

 private:
  hal::TcpSocket& socket_;
};

}  // namespace linnet::net
