// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// lwIP over the radio: as a station, and as an access point of the device's own.
#pragma once

#include "lwip/netif.h"
#include "ports/lwip/network_link.hpp"
#include "ports/serial_radio/driver.hpp"

namespace linnet::lwip {

/// The station is the network's own interface. The access point is a second one with the fixed
/// address hal::kAccessPointAddress, up while the access point is open.
class WifiLink final : public NetworkLink, public serial_radio::FrameSink {
 public:
  /// `driver` outlives this.
  explicit WifiLink(serial_radio::Driver& driver) : driver_(driver) {}

  Status Start() override;
  [[nodiscard]] const MacAddress& mac() const override {
    return driver_.mac(serial_radio::Side::kStation);
  }
  [[nodiscard]] bool LinkUp() override;
  void Receive(netif& interface) override;
  [[nodiscard]] netif* own_network() override {
    // Whoever learns from the driver that the access point is open may be here before the next
    // poll.
    FollowAccessPoint();
    return &access_point_;
  }
  Status Send(const pbuf& frame) override { return SendAs(serial_radio::Side::kStation, frame); }

 private:
  static err_t InitAccessPoint(netif* interface);
  static err_t OutputAccessPoint(netif* interface, pbuf* frame);
  void OnFrame(serial_radio::Side side, Bytes ethernet) override;
  Status SendAs(serial_radio::Side side, const pbuf& frame);
  void OpenAccessPoint();
  void FollowAccessPoint();

  serial_radio::Driver& driver_;
  netif* station_ = nullptr;
  netif access_point_{};
  std::uint32_t joins_ = 0;
};

}  // namespace linnet::lwip
