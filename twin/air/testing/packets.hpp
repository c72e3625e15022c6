// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// IPv4 packets for tests, from 10.0.2.15 to 1.2.3.4.
#pragma once

#include <string>

#include "base/endian.hpp"
#include "twin/air/keys.hpp"

namespace linnet::air {

inline constexpr std::uint8_t kUdp = 17;
inline constexpr std::uint8_t kTcp = 6;

inline Blob Ip(std::uint8_t protocol, std::uint16_t from, std::uint16_t to, std::uint8_t flags = 0,
               const std::string& data = "") {
  const std::size_t header = protocol == kTcp ? 20 : 8;
  Blob frame(14 + 20 + header + data.size());
  const MutableBytes at(frame);
  frame[5] = std::byte{0x11};
  frame[11] = std::byte{0x22};
  StoreBe16(0x0800, at.subspan(12));
  at[14] = std::byte{0x45};
  StoreBe16(static_cast<std::uint16_t>(frame.size() - 14), at.subspan(16));
  at[23] = std::byte{protocol};
  StoreBe32(0x0A00020F, at.subspan(26));
  StoreBe32(0x01020304, at.subspan(30));
  StoreBe16(from, at.subspan(34));
  StoreBe16(to, at.subspan(36));
  if (protocol == kTcp) {
    StoreBe32(1000, at.subspan(38));
    at[46] = std::byte{0x50};
    at[47] = std::byte{flags};
  }
  CopyBytes(linnet::AsBytes(data), at.subspan(34 + header));
  return frame;
}

}  // namespace linnet::air
