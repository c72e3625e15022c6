// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/lwip/wifi_link.hpp"

#include <algorithm>

#include "hal/wifi.hpp"
#include "lwip/etharp.h"
#include "lwip/pbuf.h"

namespace linnet::lwip {

using serial_radio::Side;

Status WifiLink::Start() {
  driver_.SetFrameSink(this);
  return OkStatus();
}

bool WifiLink::LinkUp() {
  const bool same = joins_ == driver_.joins();
  joins_ = driver_.joins();
  return same && driver_.link().joined;
}

void WifiLink::Receive(netif& interface) {
  station_ = &interface;
  driver_.Work();
  FollowAccessPoint();
}

Status WifiLink::SendAs(Side side, const pbuf& frame) {
  LINNET_TRY(driver_.BeginFrame(side));
  for (const pbuf* part = &frame; part != nullptr; part = part->next) {
    driver_.AddToFrame(Bytes(static_cast<const std::byte*>(part->payload), part->len));
  }
  return driver_.EndFrame();
}

/// Comes from within Work(), wherever that was called: lwIP is never above it.
void WifiLink::OnFrame(Side side, Bytes ethernet) {
  netif* const to = side == Side::kStation ? station_ : &access_point_;
  if (to == nullptr || netif_is_link_up(to) == 0) {
    return;
  }
  pbuf* frame = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(ethernet.size()), PBUF_POOL);
  if (frame == nullptr) {
    return;
  }
  pbuf_take(frame, ethernet.data(), static_cast<u16_t>(ethernet.size()));
  if (to->input(frame, to) != ERR_OK) {
    pbuf_free(frame);
  }
}

err_t WifiLink::InitAccessPoint(netif* interface) {
  constexpr u16_t kEthernetMtu = 1500;
  interface->name[0] = 'a';
  interface->name[1] = 'p';
  interface->output = etharp_output;
  interface->linkoutput = OutputAccessPoint;
  interface->mtu = kEthernetMtu;
  interface->hwaddr_len = static_cast<u8_t>(sizeof(MacAddress));
  interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
  return ERR_OK;
}

err_t WifiLink::OutputAccessPoint(netif* interface, pbuf* frame) {
  auto& self = *static_cast<WifiLink*>(interface->state);
  return self.SendAs(Side::kAccessPoint, *frame).ok() ? ERR_OK : ERR_MEM;
}

void WifiLink::OpenAccessPoint() {
  const auto& o = hal::kAccessPointAddress.octets;
  ip4_addr_t address{};
  ip4_addr_t mask{};
  IP4_ADDR(&address, o[0], o[1], o[2], o[3]);
  IP4_ADDR(&mask, 255, 255, 255, 0);
  netif_add(&access_point_, &address, &mask, IP4_ADDR_ANY4, this, InitAccessPoint, netif_input);
  std::ranges::copy(driver_.mac(Side::kAccessPoint), access_point_.hwaddr);
  netif_set_up(&access_point_);
  netif_set_link_up(&access_point_);
}

void WifiLink::FollowAccessPoint() {
  const bool open = driver_.access_point_open();
  if (open != (netif_is_up(&access_point_) != 0)) {
    if (open) {
      OpenAccessPoint();
    } else {
      netif_remove(&access_point_);
      access_point_ = {};
    }
  }
  // What is for everybody goes out there while the station has no network.
  netif* const general = open && netif_is_link_up(station_) == 0 ? &access_point_ : station_;
  if (netif_default != general) {
    netif_set_default(general);
  }
}

}  // namespace linnet::lwip
