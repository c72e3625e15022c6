// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/lwip/lwip_udp.hpp"

#include <algorithm>
#include <limits>

namespace linnet::lwip {

Status LwipUdpSocket::Open() {
  return OpenAt(0);
}

Status LwipUdpSocket::OpenAt(std::uint16_t port) {
  if (pcb_ != nullptr) {
    return OkStatus();
  }
  LINNET_TRY(network_.udp_places().Take());
  pcb_ = udp_new();
  if (pcb_ == nullptr || udp_bind(pcb_, IP4_ADDR_ANY, port) != ERR_OK) {
    if (pcb_ != nullptr) {
      udp_remove(pcb_);
      pcb_ = nullptr;
    }
    network_.udp_places().GiveBack();
    return Code::kResourceExhausted;
  }
  if (netif* own = port == 0 ? nullptr : network_.own_network(); own != nullptr) {
    udp_bind_netif(pcb_, own);
  }
  udp_recv(pcb_, OnReceived, this);
  return OkStatus();
}

void LwipUdpSocket::OnReceived(void* self, udp_pcb* /*pcb*/, pbuf* data, const ip_addr_t* from,
                               u16_t port) {
  auto& socket = *static_cast<LwipUdpSocket*>(self);
  if (!socket.arrived_.Push({data, FromLwip(*from), port}).ok()) {
    pbuf_free(data);
  }
}

Status LwipUdpSocket::SendTo(hal::Ipv4Address address, std::uint16_t port, Bytes data) {
  if (pcb_ == nullptr || data.size() > std::numeric_limits<u16_t>::max()) {
    return Code::kUnavailable;
  }
  pbuf* packet = pbuf_alloc(PBUF_TRANSPORT, static_cast<u16_t>(data.size()), PBUF_RAM);
  if (packet == nullptr) {
    return Code::kUnavailable;
  }
  pbuf_take(packet, data.data(), static_cast<u16_t>(data.size()));
  const ip_addr_t to = ToLwip(address);
  const err_t error = udp_sendto(pcb_, packet, &to, port);
  pbuf_free(packet);
  return error == ERR_OK ? OkStatus() : Status(Code::kUnavailable);
}

Result<hal::UdpSocket::Datagram> LwipUdpSocket::ReceiveFrom(MutableBytes out) {
  if (arrived_.empty()) {
    return Code::kPending;
  }
  const Arrived next = arrived_.front();
  arrived_.Pop();
  constexpr std::size_t kMaximum = std::numeric_limits<u16_t>::max();
  const u16_t room = static_cast<u16_t>(std::min(out.size(), kMaximum));
  const u16_t size = pbuf_copy_partial(next.data, out.data(), room, 0);
  pbuf_free(next.data);
  return Datagram{.size = size, .from = next.from, .port = next.port};
}

void LwipUdpSocket::Close() {
  if (pcb_ == nullptr) {
    return;
  }
  udp_remove(pcb_);
  pcb_ = nullptr;
  network_.udp_places().GiveBack();
  while (!arrived_.empty()) {
    pbuf_free(arrived_.front().data);
    arrived_.Pop();
  }
}

}  // namespace linnet::lwip
