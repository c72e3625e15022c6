// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// SMSC LAN9118 Ethernet controller (datasheet DS00002266), by programmed I/O.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/status.hpp"
#include "ports/lwip/network_link.hpp"

namespace linnet::an505 {

/// One an image. Frames travel as lwIP pbufs, so that they are copied once, FIFO to pool.
class Lan9118 final : public lwip::NetworkLink {
 public:
  Status Start() override;
  /// What the chip got from its EEPROM (the emulator's -nic option).
  [[nodiscard]] const MacAddress& mac() const override { return mac_; }
  [[nodiscard]] bool LinkUp() override;
  void Receive(netif& interface) override;
  Status Send(const pbuf& frame) override;

  /// For the loop's sleep: whether a frame came in since the last Receive() that found none.
  [[nodiscard]] static bool HasPacketSinceLastLook();
  /// The interrupt's handler: notes the packet and is silent until Receive() has drained the FIFO.
  static void OnInterrupt();

 private:
  static pbuf* TakeFrame(std::uint32_t size);
  /// The next received frame, whole and without its checksum, or nullptr if there is none. Frames
  /// with errors, or for which the pool has no room, are dropped.
  static pbuf* NextFrame();

  MacAddress mac_{};
};

}  // namespace linnet::an505
