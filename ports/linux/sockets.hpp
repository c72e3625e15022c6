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
  ~PosixTcpSocket() { Close(); }

  Status Connect(hal::Ipv4Address address, std::uint16_t port) override;
  [[nodiscard]] State state() const override;
  [[nodiscard]] Status failure() const override { return failure_; }
  Result<std::size_t> Read(MutableBytes out) override;
  Result<std::size_t> Write(Bytes data) override;
  void Close() override;

 private:
  friend class PosixTcpListener;

  void CheckConnect() const;
  void Fail(int error) const;

  WatchList& watched_;
  int socket_ = -1;
  // The kernel finishes a connect by itself; state() only looks.
  mutable State state_ = State::kClosed;
  mutable Status failure_;
};

class PosixTcpListener final : public hal::TcpListener {
 public:
  /// `watched` outlives it. Only connections to `at` are taken; 0.0.0.0: to any address.
  explicit PosixTcpListener(WatchList& watched, hal::Ipv4Address at = {})
      : watched_(watched), at_(at) {}
  PosixTcpListener(const PosixTcpListener&) = delete;
  PosixTcpListener& operator=(const PosixTcpListener&) = delete;
  ~PosixTcpListener() { Close(); }

  Status Listen(std::uint16_t port) override;
  [[nodiscard]] bool waiting() const override;
  Result<Peer> Accept(hal::TcpSocket& into) override;
  void Close() override;

 private:
  WatchList& watched_;
  const hal::Ipv4Address at_;
  int socket_ = -1;
};

class PosixUdpSocket final : public hal::UdpSocket {
 public:
  /// `watched` outlives the socket. OpenAt() binds to `at`.
  explicit PosixUdpSocket(WatchList& watched, hal::Ipv4Address at = {})
      : watched_(watched), at_(at) {}
  PosixUdpSocket(const PosixUdpSocket&) = delete;
  PosixUdpSocket& operator=(const PosixUdpSocket&) = delete;
  ~PosixUdpSocket() { Close(); }

  Status Open() override;
  Status OpenAt(std::uint16_t port) override;
  Status SendTo(hal::Ipv4Address address, std::uint16_t port, Bytes data) override;
  Result<Datagram> ReceiveFrom(MutableBytes out) override;
  void Close() override;

 private:
  WatchList& watched_;
  const hal::Ipv4Address at_;
  int socket_ = -1;
};

}  // namespace linnet::posix
