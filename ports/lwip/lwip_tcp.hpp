// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// hal::TcpSocket over lwIP's raw API.
#pragma once

#include <array>

#include "base/ring.hpp"
#include "hal/network.hpp"
#include "lwip/tcp.h"
#include "ports/lwip/lwip_network.hpp"

namespace linnet::lwip {

/// Received bytes stay in lwIP's pool until they are read; only then does the window open again, so
/// a reader that stops makes the peer stop and takes at most a window (lwipopts.h) of the pool.
class LwipTcpSocket final : public hal::TcpSocket {
 public:
  explicit LwipTcpSocket(LwipNetwork& network) : network_(network) {}
  ~LwipTcpSocket() { Close(); }
  LwipTcpSocket(const LwipTcpSocket&) = delete;
  LwipTcpSocket& operator=(const LwipTcpSocket&) = delete;

  Status Connect(hal::Ipv4Address address, std::uint16_t port) override;
  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] Status failure() const override { return failure_; }
  Result<std::size_t> Read(MutableBytes out) override;
  Result<std::size_t> Write(Bytes data) override;
  void Close() override;

 private:
  friend class LwipTcpListener;

  /// Takes over a connection that is open.
  Status Adopt(tcp_pcb* pcb);
  void Bind();

  static err_t OnConnected(void* self, tcp_pcb* pcb, err_t error);
  static err_t OnReceived(void* self, tcp_pcb* pcb, pbuf* data, err_t error);
  static void OnError(void* self, err_t error);

  void DropReceived();

  LwipNetwork& network_;
  tcp_pcb* pcb_ = nullptr;
  pbuf* received_ = nullptr;
  State state_ = State::kClosed;
  Status failure_;
  bool peer_closed_ = false;
};

/// Connections that wait keep what their peer sends in lwIP's pool, at most one segment each.
class LwipTcpListener final : public hal::TcpListener {
 public:
  explicit LwipTcpListener(LwipNetwork& network) : network_(network) {}
  ~LwipTcpListener() { Close(); }
  LwipTcpListener(const LwipTcpListener&) = delete;
  LwipTcpListener& operator=(const LwipTcpListener&) = delete;

  Status Listen(std::uint16_t port) override;
  [[nodiscard]] bool waiting() const override {
    return waiting_[0] != nullptr || waiting_[1] != nullptr;
  }
  Result<Peer> Accept(hal::TcpSocket& into) override;
  void Close() override;

 private:
  static err_t OnAccept(void* self, tcp_pcb* pcb, err_t error);
  static err_t OnReceived(void* self, tcp_pcb* pcb, pbuf* data, err_t error);
  static void OnError(void* place, err_t error);

  LwipNetwork& network_;
  tcp_pcb* listening_ = nullptr;
  /// A connection that breaks while it waits leaves a null behind.
  std::array<tcp_pcb*, 2> waiting_{};
};

}  // namespace linnet::lwip
