// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/lwip/lwip_network.hpp"

#include <algorithm>

#include "base/endian.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/timeouts.h"

namespace linnet::lwip {

namespace {

constexpr const char* kTag = "net";

// lwIP calls these two by name, from everywhere.
const hal::Clock* g_clock = nullptr;
hal::Entropy* g_entropy = nullptr;

}  // namespace

extern "C" u32_t sys_now() {  // NOLINT: lwIP's name
  return static_cast<u32_t>(g_clock->Now().time_since_epoch().count());
}

extern "C" std::uint32_t linnet_lwip_random() {
  std::array<std::byte, 4> bytes{};
  // A source that fails later leaves numbers that can be guessed; TLS then refuses to go on anyway.
  IgnoreStatus(g_entropy->Fill(bytes));
  return LoadLe32(bytes);
}

ip_addr_t ToLwip(hal::Ipv4Address address) {
  ip_addr_t result{};
  const auto& o = address.octets;
  IP_ADDR4(&result, o[0], o[1], o[2], o[3]);
  return result;
}

hal::Ipv4Address FromLwip(const ip_addr_t& address) {
  const ip4_addr_t* ip = ip_2_ip4(&address);
  return {{ip4_addr1(ip), ip4_addr2(ip), ip4_addr3(ip), ip4_addr4(ip)}};
}

Status LwipNetwork::Places::Take() {
  if (free_ == 0) {
    return Code::kResourceExhausted;
  }
  --free_;
  return OkStatus();
}

LwipNetwork::LwipNetwork(const hal::Clock& clock, hal::Entropy& entropy, NetworkLink& link,
                         Milliseconds look)
    : clock_(clock), link_(link), look_(look) {
  g_clock = &clock;
  g_entropy = &entropy;
}

Status LwipNetwork::Start() {
  std::array<std::byte, 4> probe{};
  LINNET_TRY(g_entropy->Fill(probe));
  LINNET_TRY(link_.Start());
  lwip_init();
  netif_add(&interface_, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4, this, InitInterface,
            netif_input);
  netif_set_default(&interface_);
  netif_set_up(&interface_);
  started_ = true;
  PollLink();
  return dhcp_start(&interface_) == ERR_OK ? OkStatus() : Status(Code::kInternal);
}

err_t LwipNetwork::InitInterface(netif* interface) {
  constexpr u16_t kEthernetMtu = 1500;
  interface->name[0] = 'e';
  interface->name[1] = 'n';
  interface->output = etharp_output;
  interface->linkoutput = Output;
  interface->mtu = kEthernetMtu;
  interface->hwaddr_len = static_cast<u8_t>(sizeof(NetworkLink::MacAddress));
  interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
  return ERR_OK;
}

err_t LwipNetwork::Output(netif* interface, pbuf* frame) {
  auto& self = *static_cast<LwipNetwork*>(interface->state);
  return self.link_.Send(*frame).ok() ? ERR_OK : ERR_MEM;
}

void LwipNetwork::Poll() {
  if (!started_) {
    return;
  }
  if (clock_.Now() >= next_link_look_) {
    PollLink();
  }
  link_.Receive(interface_);
  sys_check_timeouts();
}

Instant LwipNetwork::next_timer() const {
  return clock_.Now() + Milliseconds{sys_timeouts_sleeptime()};
}

void LwipNetwork::PollLink() {
  next_link_look_ = clock_.Now() + look_;
  const bool up = link_.LinkUp();
  if (up == (netif_is_link_up(&interface_) != 0)) {
    return;
  }
  log::Info(kTag, "link {}", up ? "up" : "down");
  if (up) {
    std::ranges::copy(link_.mac(), interface_.hwaddr);
    netif_set_link_up(&interface_);
  } else {
    netif_set_link_down(&interface_);
  }
}

hal::LinkState LwipNetwork::link() const {
  if (!started_ || netif_is_link_up(&interface_) == 0) {
    return hal::LinkState::kDown;
  }
  return dhcp_supplied_address(&interface_) != 0 ? hal::LinkState::kUp
                                                 : hal::LinkState::kConfiguring;
}

hal::Ipv4Address LwipNetwork::address() const {
  return FromLwip(*netif_ip_addr4(&interface_));
}

Result<hal::Ipv4Address> LwipNetwork::Resolve(StringView host) {
  if (host.empty() || host.size() > kMaxName) {
    return Code::kInvalidArgument;
  }
  if (lookup_ == Lookup::kNone || host != StringView(name_.data(), name_size_)) {
    return AskFor(host);
  }
  return TakeAnswer();
}

Result<hal::Ipv4Address> LwipNetwork::AskFor(StringView host) {
  lookup_ = Lookup::kNone;
  std::copy(host.begin(), host.end(), name_.begin());
  name_[host.size()] = '\0';
  name_size_ = host.size();
  ip_addr_t address{};
  if (ipaddr_aton(name_.data(), &address) != 0) {
    return FromLwip(address);
  }
  if (link() != hal::LinkState::kUp) {
    return Code::kUnavailable;
  }
  switch (dns_gethostbyname(name_.data(), &address, OnName, this)) {
    case ERR_OK:
      return FromLwip(address);
    case ERR_INPROGRESS:
      lookup_ = Lookup::kAsking;
      asked_at_ = clock_.Now();
      return Code::kPending;
    case ERR_MEM:  // The table is full of questions that were given up; they run out soon.
      return Code::kPending;
    default:
      return Code::kUnavailable;
  }
}

Result<hal::Ipv4Address> LwipNetwork::TakeAnswer() {
  if (lookup_ == Lookup::kAsking) {
    return Code::kPending;
  }
  const bool found = lookup_ == Lookup::kFound;
  lookup_ = Lookup::kNone;
  if (found) {
    return found_;
  }
  // lwIP does not say why. A server's "no" comes at once; silence is given up after some seconds.
  constexpr Milliseconds kSilence{4000};
  return answered_at_ - asked_at_ < kSilence ? Code::kNotFound : Code::kUnavailable;
}

void LwipNetwork::OnName(const char* name, const ip_addr_t* address, void* self) {
  auto& network = *static_cast<LwipNetwork*>(self);
  const StringView asked(network.name_.data(), network.name_size_);
  if (network.lookup_ != Lookup::kAsking || asked != name) {
    return;  // The answer to a question that was given up.
  }
  network.answered_at_ = network.clock_.Now();
  network.lookup_ = address != nullptr ? Lookup::kFound : Lookup::kFailed;
  if (address != nullptr) {
    network.found_ = FromLwip(*address);
  }
}

}  // namespace linnet::lwip
