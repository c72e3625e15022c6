// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// TCP and UDP over the kernel's sockets, which never block.
#pragma once

#include "hal/network.hpp"
#include "ports/linux/watch_list.hpp"

namespace linnet::posix {

class PosixTcpSocket final : public hal::TcpSocket {
 public:
  /// `watched` outlives the socket.
  explicit PosixTcpSocket(WatchList& watched) : watched_(watched) {}
  PosixTcpSocket(const PosixTcpSocket&) = delete;
  PosixTcpSocket& operator=(const PosixTcpSocket&) = delete;
  ~PosixTcpSocket() override { Close(); }

  Status Connect(hal::Ipv4Address address, std::uint16_t port) override;
  [[nodiscard]] State state() const override;
  [[nodiscard]] Status failure() const override { return failure_; }
  Result<std::size_t> Read(MutableBytes out) override;
  Result<std::size_t> Write(Bytes data) override;
  void Close() override;

 private:
  void CheckConnect() const;
  void Fail(int error) const;

  WatchList& watched_;
  int socket_ = -1;
  // The kernel finishes a connect by itself; state() only looks.
  mutable State state_ = State::kClosed;
  mutable Status failure_;
};

class PosixUdpSocket final : public hal::UdpSocket {
 public:
  /// `watched` outlives the socket.
  explicit PosixUdpSocket(WatchList& watched) : watched_(watched) {}
  PosixUdpSocket(const PosixUdpSocket&) = delete;
  PosixUdpSocket& operator=(const PosixUdpSocket&) = delete;
  ~PosixUdpSocket() override { Close(); }

  Status Open() override;
  Status SendTo(hal::Ipv4Address address, std::uint16_t port, Bytes data) override;
  Result<Datagram> ReceiveFrom(MutableBytes out) override;
  void Close() override;

 private:
  WatchList& watched_;
  int socket_ = -1;
};

}  // namespace linnet::posix
