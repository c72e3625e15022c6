// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The CMSDK UART (DDI0479), polled.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ports/an505/registers.hpp"

namespace linnet::an505::uart {

inline constexpr std::uint32_t kTransmit = 1U << 0;
inline constexpr std::uint32_t kReceive = 1U << 1;

/// 115,200 baud; `directions` of kTransmit and kReceive.
inline void Enable(std::uintptr_t base, std::uint32_t directions) {
  constexpr std::uint32_t kBaud = 115'200;
  Register(base + 0x10) = kCoreHz / kBaud;
  Register(base + 0x08) = directions;
}

inline void Send(std::uintptr_t base, char c) {
  constexpr std::uint32_t kTransmitFull = 1U << 0;
  while ((Register(base + 0x04) & kTransmitFull) != 0) {
  }
  Register(base) = static_cast<std::uint8_t>(c);
}

inline bool HasByte(std::uintptr_t base) {
  constexpr std::uint32_t kReceiveFull = 1U << 1;
  return (Register(base + 0x04) & kReceiveFull) != 0;
}

/// Requires HasByte.
inline std::byte TakeByte(std::uintptr_t base) {
  return static_cast<std::byte>(Register(base));
}

}  // namespace linnet::an505::uart
