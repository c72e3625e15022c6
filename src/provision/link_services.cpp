// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/link_services.hpp"

#include <algorithm>
#include <array>

namespace linnet::provision {

namespace {

constexpr std::uint16_t kDhcpServerPort = 67;
constexpr std::uint16_t kDhcpClientPort = 68;
constexpr std::uint16_t kDnsPort = 53;
constexpr std::uint16_t kMulticastPort = 5353;
constexpr hal::Ipv4Address kEverybody{{255, 255, 255, 255}};
constexpr hal::Ipv4Address kMulticastGroup{{224, 0, 0, 251}};
/// A client may ask for more than anybody needs; a message of Ethernet's size is not read whole.
constexpr std::size_t kMaxRequest = 576;
static_assert(kDhcpReplySize <= NameServer::kMaxMessage);

}  // namespace

LinkServices::~LinkServices() {
  parts_.dhcp.Close();
  parts_.dns.Close();
  parts_.multicast.Close();
}

Status LinkServices::Start() {
  LINNET_TRY(parts_.dhcp.OpenAt(kDhcpServerPort));
  LINNET_TRY(parts_.dns.OpenAt(kDnsPort));
  return parts_.multicast.OpenAt(kMulticastPort);
}

Instant LinkServices::Run(Instant now) {
  if (announced_ < kAnnouncements && now >= announces_at_) {
    ++announced_;
    announces_at_ = now + Seconds{1};
    std::array<std::byte, NameServer::kMaxMessage> out;
    IgnoreStatus(parts_.multicast.SendTo(kMulticastGroup, kMulticastPort, names_.Announce(out)));
  }
  for (hal::UdpSocket* socket : {&parts_.dhcp, &parts_.dns, &parts_.multicast}) {
    for (int i = 0; i < kMessagesATurn && Serve(*socket, now); ++i) {
    }
  }
  return now + kLook;
}

/// Whether there was something.
bool LinkServices::Serve(hal::UdpSocket& socket, Instant now) {
  std::array<std::byte, kMaxRequest> in;
  std::array<std::byte, NameServer::kMaxMessage> out;
  const auto received = socket.ReceiveFrom(in);
  if (!received.ok()) {
    return false;
  }
  const hal::UdpSocket::Datagram& got = *received;
  const Bytes message = Bytes(in).first(got.size);
  hal::Ipv4Address to = got.from;
  std::uint16_t port = got.port;
  Bytes reply;
  if (&socket == &parts_.dhcp) {
    // Who has no address yet hears only this; and nobody is too far away for it.
    to = kEverybody;
    port = kDhcpClientPort;
    reply = dhcp_.Answer(message, now, out);
  } else if (&socket == &parts_.dns) {
    reply = names_.Answer(message, out);
  } else {
    const bool one_shot = port != kMulticastPort;
    to = one_shot ? to : kMulticastGroup;
    reply = names_.AnswerMulticast(message, one_shot, now, out);
  }
  if (!reply.empty()) {
    IgnoreStatus(socket.SendTo(to, port, reply));
  }
  return true;
}

}  // namespace linnet::provision
