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
  ServeAddresses(now);
  ServeNames();
  ServeMulticast(now);
  return now + kLook;
}

void LinkServices::ServeAddresses(Instant now) {
  std::array<std::byte, kMaxRequest> in;
  for (int i = 0; i < kMessagesATurn; ++i) {
    const auto got = parts_.dhcp.ReceiveFrom(in);
    if (!got.ok()) {
      return;
    }
    std::array<std::byte, kDhcpReplySize> out;
    const Bytes reply = dhcp_.Answer(Bytes(in).first(got->size), now, out);
    if (!reply.empty()) {
      // Who has no address yet hears only this; and nobody is too far away for it.
      IgnoreStatus(parts_.dhcp.SendTo(kEverybody, kDhcpClientPort, reply));
    }
  }
}

void LinkServices::ServeNames() {
  std::array<std::byte, NameServer::kMaxMessage> in;
  for (int i = 0; i < kMessagesATurn; ++i) {
    const auto got = parts_.dns.ReceiveFrom(in);
    if (!got.ok()) {
      return;
    }
    std::array<std::byte, NameServer::kMaxMessage> out;
    const Bytes reply = names_.Answer(Bytes(in).first(got->size), out);
    if (!reply.empty()) {
      IgnoreStatus(parts_.dns.SendTo(got->from, got->port, reply));
    }
  }
}

void LinkServices::ServeMulticast(Instant now) {
  std::array<std::byte, NameServer::kMaxMessage> out;
  if (announced_ < kAnnouncements && now >= announces_at_) {
    ++announced_;
    announces_at_ = now + Seconds{1};
    IgnoreStatus(parts_.multicast.SendTo(kMulticastGroup, kMulticastPort, names_.Announce(out)));
  }
  std::array<std::byte, NameServer::kMaxMessage> in;
  for (int i = 0; i < kMessagesATurn; ++i) {
    const auto got = parts_.multicast.ReceiveFrom(in);
    if (!got.ok()) {
      return;
    }
    const bool one_shot = got->port != kMulticastPort;
    const Bytes reply = names_.AnswerMulticast(Bytes(in).first(got->size), one_shot, now, out);
    if (!reply.empty()) {
      IgnoreStatus(
          parts_.multicast.SendTo(one_shot ? got->from : kMulticastGroup, got->port, reply));
    }
  }
}

}  // namespace linnet::provision
