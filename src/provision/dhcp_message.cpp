// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/dhcp_message.hpp"

#include <cstring>
#include <string_view>

#include "base/endian.hpp"

namespace linnet::provision {

namespace {

using namespace std::string_view_literals;

/// Of what lies before the options.
constexpr std::size_t kFlagsAt = 8;  // behind two bytes of seconds
constexpr std::size_t kClientAt = 12;
constexpr std::size_t kYoursAt = 16;
constexpr std::size_t kServerAt = 20;
constexpr std::size_t kHardwareAt = 28;
constexpr std::size_t kNamesAt = 44;  // of server and file: unused
constexpr std::size_t kCookieAt = 236;
constexpr std::size_t kOptionsAt = 240;

constexpr std::uint32_t kCookie = 0x63825363;
constexpr std::uint32_t kBroadcast = 0x800000;

constexpr std::byte kPad{0};
constexpr std::byte kEnd{255};
/// Options, and their sizes.
constexpr std::uint16_t kRequestedAddress = 0x3204;
constexpr std::uint16_t kMessageKind = 0x3501;
constexpr std::uint16_t kServerId = 0x3604;

/// A reply's options, behind the cookie; its kind is zero.
constexpr auto kOptions =
    "\x63\x82\x53\x63"
    "\x35\x01\0"               // kind
    "\x36\x04\xC0\xA8\0\x01"   // server
    "\x01\x04\xFF\xFF\xFF\0"   // mask
    "\x03\x04\xC0\xA8\0\x01"   // router
    "\x06\x04\xC0\xA8\0\x01"   // name server
    "\x33\x04\0\0\x02\x58"sv;  // time, in seconds
static_assert(kDhcpLease == Seconds{0x258} && kDhcpSelf == 0x0100A8C0);
constexpr std::size_t kReplySize = 300;
constexpr std::size_t kKindAt = kOptionsAt + 2;
constexpr std::size_t kSizeOfNak = 13;  // without all that an address needs
constexpr std::size_t kSizeWithoutTime = 31;

/// The last four bytes of that option, or what is meant where there is none. Where one goes beyond
/// the end, they end.
std::uint32_t FindOption(const Packet& packet, std::uint16_t wanted, std::uint32_t otherwise) {
  std::size_t at = kOptionsAt;
  while (at + 1 < packet.size && packet.memory[at] != kEnd) {
    if (packet.memory[at] == kPad) {
      ++at;
      continue;
    }
    const std::uint16_t option = LoadBe16(Bytes(packet.memory).subspan(at));
    at += 2 + option % 256;
    if (at > packet.size) {
      break;
    }
    if (option == wanted) {
      return LoadLe32(Bytes(packet.memory).subspan(at - 4));
    }
  }
  return otherwise;
}

}  // namespace

bool IsDhcp(const Packet& packet) {
  return packet.size >= kOptionsAt && LoadBe32(Bytes(packet.memory).subspan(kCookieAt)) == kCookie;
}

DhcpKind DhcpKindOf(const Packet& request) {
  return static_cast<DhcpKind>(FindOption(request, kMessageKind, 0) >> 24);
}

DhcpAddress DhcpWanted(const Packet& request) {
  const DhcpAddress had = LoadLe32(Bytes(request.memory).subspan(kClientAt));
  return FindOption(request, kRequestedAddress, had);
}

DhcpAddress DhcpServerMeant(const Packet& request) {
  return FindOption(request, kServerId, kDhcpSelf);
}

std::span<const std::byte, sizeof(HardwareAddress)> DhcpHardware(const Packet& request) {
  return Bytes(request.memory).subspan<kHardwareAt, sizeof(HardwareAddress)>();
}

std::size_t MakeDhcpReply(DhcpKind kind, DhcpAddress address, Packet& packet) {
  const MutableBytes message(packet.memory);
  std::size_t size = kOptions.size();
  if (kind == DhcpKind::kNak) {
    size = kSizeOfNak;
  } else if (address == 0) {
    size = kSizeWithoutTime;
  }
  message[0] = std::byte{2};
  std::memcpy(&message[kFlagsAt], &kBroadcast, sizeof(kBroadcast));
  std::memcpy(&message[kYoursAt], &address, sizeof(address));
  std::memcpy(&message[kServerAt], &kDhcpSelf, sizeof(kDhcpSelf));
  std::memset(&message[kNamesAt], 0, kReplySize - kNamesAt);
  std::memcpy(&message[kCookieAt], kOptions.data(), size);
  message[kKindAt] = static_cast<std::byte>(kind);
  message[kCookieAt + size] = kEnd;
  return kReplySize;
}

}  // namespace linnet::provision
