// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The console's UART in both directions, for a protocol that shares its line.
#pragma once

#include <cstdint>

#include "hal/serial.hpp"
#include "ports/an505/uart.hpp"

namespace linnet::an505 {

class UartSerial final : public hal::Serial {
 public:
  /// `base` as this side sees the UART now; it enables both directions.
  explicit UartSerial(std::uintptr_t base) : base_(base) {
    uart::Enable(base, uart::kTransmit | uart::kReceive);
  }
  bool Take(std::byte& out) override {
    if (!uart::HasByte(base_)) {
      return false;
    }
    out = uart::TakeByte(base_);
    return true;
  }
  void Send(Bytes bytes) override {
    for (const std::byte byte : bytes) {
      uart::Send(base_, static_cast<char>(byte));
    }
  }

 private:
  std::uintptr_t base_;
};

}  // namespace linnet::an505
