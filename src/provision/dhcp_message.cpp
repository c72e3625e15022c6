// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/dhcp_message.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/assert.hpp"

namespace linnet::provision {

namespace {

using namespace std::string_view_literals;

/// Before the options; nothing in it needs an alignment.
struct Header {
  std::uint8_t operation;  // 1: a client's, 2: a server's
  std::uint8_t hardware_kind;
  std::uint8_t hardware_size;
  std::uint8_t hops;
  std::array<std::uint8_t, 4> transaction;
  std::array<std::uint8_t, 2> seconds;
  std::array<std::uint8_t, 2> flags;
  hal::Ipv4Address client;
  hal::Ipv4Address yours;
  hal::Ipv4Address server;
  hal::Ipv4Address relay;
  HardwareAddress hardware;
  std::array<std::uint8_t, 10 + 64 + 128> names;  // of hardware, server and file: unused
  std::array<std::uint8_t, 4> cookie;
};
static_assert(sizeof(Header) == 240);

constexpr std::uint8_t kEthernet = 1;
constexpr std::array<std::uint8_t, 4> kCookie{0x63, 0x82, 0x53, 0x63};
constexpr std::array<std::uint8_t, 2> kBroadcast{0x80, 0};

enum Option : std::uint8_t {
  kPad = 0,
  kRequestedAddress = 50,
  kMessageKind = 53,
  kServerId = 54,
  kEnd = 255,
};

/// A reply's options; its kind and the server's address are zero.
constexpr auto kOptions =
    "\x35\x01\0"               // kind
    "\x36\x04\0\0\0\0"         // server
    "\x01\x04\xFF\xFF\xFF\0"   // mask
    "\x03\x04\0\0\0\0"         // router
    "\x06\x04\0\0\0\0"         // name server
    "\x33\x04\0\0\x02\x58"sv;  // time, in seconds
static_assert(kDhcpLease == Seconds{0x258});
constexpr std::size_t kKindAt = 2;
constexpr std::array<std::size_t, 3> kServerAt{5, 17, 23};
constexpr std::size_t kSizeOfNak = 9;  // without all that an address needs
constexpr std::size_t kSizeWithoutTime = 27;

struct Reply {
  Header header;
  std::array<std::uint8_t, kDhcpReplySize - sizeof(Header)> options;
};

void TakeOption(std::byte option, Bytes value, DhcpRequest& out) {
  if (option == std::byte{kMessageKind} && value.size() == 1) {
    out.kind = static_cast<DhcpKind>(value[0]);
  } else if (option == std::byte{kRequestedAddress} && value.size() == 4) {
    std::memcpy(&out.wanted, value.data(), 4);
  } else if (option == std::byte{kServerId} && value.size() == 4) {
    std::memcpy(&out.server, value.data(), 4);
  }
}

}  // namespace

Status DecodeDhcp(Bytes message, DhcpRequest& out) {
  if (message.size() < sizeof(Header)) {
    return Code::kMalformed;
  }
  Header header;
  std::memcpy(&header, message.data(), sizeof(header));
  if (header.operation != 1 || header.cookie != kCookie) {
    return Code::kMalformed;
  }
  if (header.hardware_kind != kEthernet || header.hardware_size != header.hardware.size()) {
    return Code::kUnsupported;
  }
  out.kind = DhcpKind{};
  out.transaction = header.transaction;
  out.hardware = header.hardware;
  out.wanted = header.client;
  Bytes rest = message.subspan(sizeof(header));
  while (!rest.empty() && rest[0] != std::byte{kEnd}) {
    if (rest[0] == std::byte{kPad}) {
      rest = rest.subspan(1);
      continue;
    }
    const std::size_t size = rest.size() < 2 ? 0xFF : std::to_integer<std::size_t>(rest[1]);
    if (rest.size() < 2 + size) {
      return Code::kMalformed;
    }
    TakeOption(rest[0], rest.subspan(2, size), out);
    rest = rest.subspan(2 + size);
  }
  return out.kind == DhcpKind{} ? Status(Code::kMalformed) : OkStatus();
}

Bytes EncodeDhcp(const DhcpRequest& request, const DhcpReply& reply, MutableBytes out) {
  LINNET_ASSERT(out.size() >= kDhcpReplySize);
  Reply written{};
  Header& header = written.header;
  header.operation = 2;
  header.hardware_kind = kEthernet;
  header.hardware_size = static_cast<std::uint8_t>(request.hardware.size());
  header.transaction = request.transaction;
  header.flags = kBroadcast;
  header.yours = reply.address;
  header.server = reply.server;
  header.hardware = request.hardware;
  header.cookie = kCookie;
  std::size_t size = kOptions.size();
  if (reply.kind == DhcpKind::kNak) {
    size = kSizeOfNak;
  } else if (reply.address == hal::Ipv4Address{}) {
    size = kSizeWithoutTime;
  }
  std::uint8_t* const options = written.options.data();
  std::memcpy(options, kOptions.data(), kOptions.size());
  options[kKindAt] = static_cast<std::uint8_t>(reply.kind);
  for (const std::size_t at : kServerAt) {
    std::memcpy(options + at, &reply.server, sizeof(reply.server));
  }
  std::fill(options + size, options + kOptions.size(), std::uint8_t{0});
  options[size] = kEnd;
  out = out.first(sizeof(written));
  std::memcpy(out.data(), &written, sizeof(written));
  return out;
}

}  // namespace linnet::provision
