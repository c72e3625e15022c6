// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// hal::UdpSocket over lwIP's raw API.
#pragma once

#include "base/ring.hpp"
#include "hal/network.hpp"
#include "lwip/udp.h"
#include "ports/lwip/lwip_network.hpp"

namespace linnet::lwip {

/// Keeps the last few datagrams that arrived; more are dropped, as UDP allows.
class LwipUdpSocket final : public hal::UdpSocket {
 public:
  explicit LwipUdpSocket(LwipNetwork& network) : network_(network) {}
  ~LwipUdpSocket() { Close(); }
  LwipUdpSocket(const LwipUdpSocket&) = delete;
  LwipUdpSocket& operator=(const LwipUdpSocket&) = delete;

  Status Open() override;
  Status OpenAt(std::uint16_t port) override;
  Status SendTo(hal::Ipv4Address address, std::uint16_t port, Bytes data) override;
  Result<Datagram> ReceiveFrom(MutableBytes out) override;
  void Close() override;

 private:
  struct Arrived {
    pbuf* data = nullptr;
    hal::Ipv4Address from;
    std::uint16_t port = 0;
  };

  static void OnReceived(void* self, udp_pcb* pcb, pbuf* data, const ip_addr_t* from, u16_t port);

  LwipNetwork& network_;
  udp_pcb* pcb_ = nullptr;
  Ring<Arrived, 3> arrived_;
};

}  // namespace linnet::lwip
