// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/link_services.hpp"

namespace linnet::provision {

namespace {

enum : std::size_t { kDhcp, kDns, kMulticast };
constexpr std::uint16_t kMulticastPort = 5353;
constexpr std::array<std::uint16_t, 3> kPorts{67, 53, kMulticastPort};
constexpr std::uint16_t kDhcpClientPort = 68;

}  // namespace

LinkServices::~LinkServices() {
  for (hal::UdpSocket* socket : sockets_) {
    socket->Close();
  }
}

Status LinkServices::Start() {
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    LINNET_TRY(sockets_[i]->OpenAt(kPorts[i]));
  }
  return OkStatus();
}

void LinkServices::Run(Instant now) {
  Packet packet;
  for (std::size_t i = 0; i < kMessagesATurn * sockets_.size(); ++i) {
    Serve(i % sockets_.size(), packet, now);
  }
}

void LinkServices::Serve(std::size_t which, Packet& packet, Instant now) {
  hal::UdpSocket& socket = *sockets_[which];
  const auto received = socket.ReceiveFrom(MutableBytes(packet.memory).first(Packet::kMaxReceived));
  hal::Ipv4Address to{};
  std::uint16_t port = kMulticastPort;
  std::size_t size = 0;
  if (received.ok()) {
    packet.size = received->size;
    to = received->from;
    port = received->port;
    if (which == kDhcp) {
      // Who has no address yet hears only this; and nobody is too far away for it.
      to = {{255, 255, 255, 255}};
      port = kDhcpClientPort;
      size = dhcp_.Answer(packet, now);
    } else {
      size = names_.Answer(which == kMulticast, packet);
      if (port == kMulticastPort) {
        return;
      }
    }
  } else if (which == kMulticast) {
    to = {{224, 0, 0, 251}};
    size = names_.Announce(packet, now);
  }
  if (size != 0) {
    IgnoreStatus(socket.SendTo(to, port, Bytes(packet.memory).first(size)));
  }
}

}  // namespace linnet::provision
