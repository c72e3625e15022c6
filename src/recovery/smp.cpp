// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "recovery/smp.hpp"

#include "base/endian.hpp"

namespace linnet::recovery::smp {

Result<Header> Decode(Bytes packet) {
  if (packet.size() < kHeaderSize) {
    return Code::kMalformed;
  }
  const auto first = std::to_integer<std::uint8_t>(packet[0]);
  Header header;
  header.operation = static_cast<Operation>(first & 7);
  header.version = first >> 3 & 3;
  header.length = LoadBe16(packet.subspan(2));
  header.group = LoadBe16(packet.subspan(4));
  header.sequence = std::to_integer<std::uint8_t>(packet[6]);
  header.command = std::to_integer<std::uint8_t>(packet[7]);
  if (header.length != packet.size() - kHeaderSize) {
    return Code::kMalformed;
  }
  return header;
}

void Encode(const Header& header, std::span<std::byte, kHeaderSize> out) {
  out[0] = static_cast<std::byte>(static_cast<unsigned>(header.operation) | header.version << 3);
  out[1] = std::byte{0};
  StoreBe16(header.length, out.subspan(2));
  StoreBe16(header.group, out.subspan(4));
  out[6] = static_cast<std::byte>(header.sequence);
  out[7] = static_cast<std::byte>(header.command);
}

}  // namespace linnet::recovery::smp
