// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Arbitrary messages to the server of addresses: it never gives one address to two.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>

#include "provision/dhcp_server.hpp"

using namespace linnet;             // NOLINT
using namespace linnet::provision;  // NOLINT

/// Pieces of the input are messages; a byte in front of each says how long it is, and how much time
/// goes by.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  DhcpServer server;
  Instant now{};
  std::map<std::uint8_t, std::pair<HardwareAddress, Instant>> given;
  Bytes rest = std::as_bytes(std::span(data, size));
  while (rest.size() > 1) {
    const auto step = std::to_integer<std::size_t>(rest[0]);
    const std::size_t taken = std::min(240 + step % 64, rest.size() - 1);
    now += Seconds{step * 3};
    Packet packet;
    packet.memory.fill(std::byte{0});
    const MutableBytes message(packet.memory);
    CopyBytes(rest.subspan(1, taken), message);
    // Deep enough to be read.
    message[0] = message[1] = std::byte{1};
    message[2] = std::byte{6};
    constexpr std::array kCookie{std::byte{0x63}, std::byte{0x82}, std::byte{0x53},
                                 std::byte{0x63}};
    CopyBytes(kCookie, message.subspan(236));
    packet.size = std::max<std::size_t>(taken, 240);
    HardwareAddress hardware{};
    CopyBytes(DhcpHardware(packet), std::as_writable_bytes(std::span(hardware)));
    if (DhcpKindOf(packet) == DhcpKind::kRelease && DhcpServerMeant(packet) == kDhcpSelf) {
      std::erase_if(given, [&](const auto& one) { return one.second.first == hardware; });
    }
    const std::size_t reply = server.Answer(packet, now);
    rest = rest.subspan(1 + taken);
    if (reply == 0 || message[19] == std::byte{0}) {
      continue;
    }
    const bool confirmed = message[242] == std::byte{5};
    auto& owner = given[std::to_integer<std::uint8_t>(message[19])];
    if (owner.first != hardware && owner.second > now) {
      std::abort();
    }
    if (confirmed) {
      owner = {hardware, now + DhcpServer::kHold};
    }
  }
  return 0;
}
