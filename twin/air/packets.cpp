// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/packets.hpp"

#include <array>
#include <string_view>

#include "base/endian.hpp"

namespace linnet::air {
namespace {

constexpr std::size_t kEthernet = 14;
constexpr std::uint16_t kTypeIp = 0x0800;
constexpr std::uint16_t kTypeArp = 0x0806;
constexpr std::size_t kIpHeader = 20;
constexpr std::size_t kTcpHeader = 20;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint16_t kDhcpServer = 67;
constexpr std::uint16_t kDhcpClient = 68;
constexpr std::uint16_t kDns = 53;

constexpr std::uint8_t kFin = 1;
constexpr std::uint8_t kSyn = 2;
constexpr std::uint8_t kRst = 4;
constexpr std::uint8_t kPush = 8;
constexpr std::uint8_t kAck = 16;

constexpr std::uint32_t kFirstSequence = 0x10000000;
constexpr std::uint16_t kWindow = 8192;
constexpr std::string_view kRedirection =
    "HTTP/1.1 302 Found\r\n"
    "Location: http://portal.invalid/\r\n"
    "Content-Length: 0\r\n"
    "Connection: close\r\n\r\n";

struct Packet {
  std::uint8_t protocol = 0;
  Bytes addresses{};  ///< 8 bytes: from, to.
  Bytes content{};    ///< What the IP header is in front of.
};

/// Nothing: no whole IPv4 packet, or a fragment.
std::optional<Packet> ReadIp(Bytes ethernet) {
  if (ethernet.size() < kEthernet + kIpHeader || LoadBe16(ethernet.subspan(12)) != kTypeIp) {
    return std::nullopt;
  }
  const Bytes ip = ethernet.subspan(kEthernet);
  const std::size_t header = (std::to_integer<std::size_t>(ip[0]) & 15U) * 4;
  const std::size_t length = LoadBe16(ip.subspan(2));
  if (std::to_integer<unsigned>(ip[0]) >> 4U != 4 || header < kIpHeader || length < header ||
      length > ip.size() || (LoadBe16(ip.subspan(6)) & 0x3FFFU) != 0) {
    return std::nullopt;
  }
  return Packet{std::to_integer<std::uint8_t>(ip[9]), ip.subspan(12, 8),
                ip.subspan(header, length - header)};
}

bool IsPort(Bytes udp, std::uint16_t port) {
  return udp.size() >= 8 && (LoadBe16(udp) == port || LoadBe16(udp.subspan(2)) == port);
}

struct Segment {
  std::uint16_t source = 0;
  std::uint16_t destination = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;
  std::uint8_t flags = 0;
  std::size_t data = 0;  ///< Bytes of it.
};

std::optional<Segment> ReadTcp(Bytes tcp) {
  if (tcp.size() < kTcpHeader) {
    return std::nullopt;
  }
  const std::size_t header = (std::to_integer<std::size_t>(tcp[12]) >> 4U) * 4;
  if (header < kTcpHeader || header > tcp.size()) {
    return std::nullopt;
  }
  return Segment{LoadBe16(tcp),
                 LoadBe16(tcp.subspan(2)),
                 LoadBe32(tcp.subspan(4)),
                 LoadBe32(tcp.subspan(8)),
                 std::to_integer<std::uint8_t>(tcp[13]),
                 tcp.size() - header};
}

/// The answer to a segment: ours, with these fields, in the other direction of `request`.
Blob Reply(Bytes request, const Packet& packet, const Segment& ours, std::string_view text) {
  Blob frame(kEthernet + kIpHeader + kTcpHeader + text.size());
  const MutableBytes at(frame);
  CopyBytes(request.subspan(6, 6), at);
  CopyBytes(request.subspan(0, 6), at.subspan(6));
  StoreBe16(kTypeIp, at.subspan(12));
  const MutableBytes ip = at.subspan(kEthernet);
  ip[0] = std::byte{0x45};
  StoreBe16(static_cast<std::uint16_t>(ip.size()), ip.subspan(2));
  ip[8] = std::byte{64};
  ip[9] = std::byte{kTcp};
  CopyBytes(packet.addresses.subspan(4, 4), ip.subspan(12));
  CopyBytes(packet.addresses.subspan(0, 4), ip.subspan(16));
  StoreBe16(InternetChecksum(ip.first(kIpHeader)), ip.subspan(10));
  const MutableBytes tcp = ip.subspan(kIpHeader);
  StoreBe16(ours.source, tcp);
  StoreBe16(ours.destination, tcp.subspan(2));
  StoreBe32(ours.sequence, tcp.subspan(4));
  StoreBe32(ours.acknowledged, tcp.subspan(8));
  tcp[12] = std::byte{kTcpHeader / 4 << 4};
  tcp[13] = std::byte{ours.flags};
  StoreBe16(kWindow, tcp.subspan(14));
  CopyBytes(linnet::AsBytes(text), tcp.subspan(kTcpHeader));
  std::array<std::byte, 12> pseudo{};
  CopyBytes(ip.subspan(12, 8), pseudo);
  pseudo[9] = std::byte{kTcp};
  StoreBe16(static_cast<std::uint16_t>(tcp.size()), MutableBytes(pseudo).subspan(10));
  const auto sum = static_cast<std::uint16_t>(~InternetChecksum(pseudo));
  StoreBe16(InternetChecksum(tcp, sum), tcp.subspan(16));
  return frame;
}

}  // namespace

Blob WriteDatagram(const Datagram& datagram) {
  constexpr std::size_t kHeader = 8;
  Blob frame(kEthernet + kIpHeader + kHeader + datagram.data.size());
  const MutableBytes at(frame);
  CopyBytes(MacBytes(datagram.to_mac), at);
  CopyBytes(MacBytes(datagram.from_mac), at.subspan(6));
  StoreBe16(kTypeIp, at.subspan(12));
  const MutableBytes ip = at.subspan(kEthernet);
  ip[0] = std::byte{0x45};
  StoreBe16(static_cast<std::uint16_t>(ip.size()), ip.subspan(2));
  ip[8] = std::byte{255};  // as RFC 6762 wants it
  ip[9] = std::byte{kUdp};
  StoreBe32(datagram.from, ip.subspan(12));
  StoreBe32(datagram.to, ip.subspan(16));
  StoreBe16(InternetChecksum(ip.first(kIpHeader)), ip.subspan(10));
  const MutableBytes udp = ip.subspan(kIpHeader);
  StoreBe16(datagram.from_port, udp);
  StoreBe16(datagram.to_port, udp.subspan(2));
  StoreBe16(static_cast<std::uint16_t>(udp.size()), udp.subspan(4));
  CopyBytes(datagram.data, udp.subspan(kHeader));
  return frame;
}

std::optional<Datagram> ReadDatagram(Bytes ethernet) {
  const std::optional<Packet> packet = ReadIp(ethernet);
  if (!packet || packet->protocol != kUdp || packet->content.size() < 8) {
    return std::nullopt;
  }
  const Bytes udp = packet->content;
  Datagram datagram{.from = LoadBe32(packet->addresses),
                    .to = LoadBe32(packet->addresses.subspan(4)),
                    .from_port = LoadBe16(udp),
                    .to_port = LoadBe16(udp.subspan(2)),
                    .data = udp.subspan(8)};
  CopyBytes(ethernet.first(6), std::as_writable_bytes(std::span(datagram.to_mac)));
  CopyBytes(ethernet.subspan(6, 6), std::as_writable_bytes(std::span(datagram.from_mac)));
  return datagram;
}

std::uint16_t InternetChecksum(Bytes bytes, std::uint32_t start) {
  std::uint32_t sum = start;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    sum += LoadBe16(bytes.subspan(i));
  }
  if (bytes.size() % 2 != 0) {
    sum += std::to_integer<std::uint32_t>(bytes.back()) << 8U;
  }
  while (sum >> 16U != 0) {
    sum = (sum & 0xFFFFU) + (sum >> 16U);
  }
  return static_cast<std::uint16_t>(~sum);
}

bool Passes(const Passage& passage, Bytes ethernet) {
  if (ethernet.size() < kEthernet) {
    return false;
  }
  const std::optional<Packet> packet = ReadIp(ethernet);
  const bool udp = packet && packet->protocol == kUdp;
  if (udp && (IsPort(packet->content, kDhcpServer) || IsPort(packet->content, kDhcpClient))) {
    return passage.dhcp;
  }
  if (passage.uplink == Uplink::kInternet) {
    return true;
  }
  return LoadBe16(ethernet.subspan(12)) == kTypeArp || (udp && IsPort(packet->content, kDns));
}

std::optional<Blob> PortalAnswer(Bytes ethernet) {
  const std::optional<Packet> packet = ReadIp(ethernet);
  if (!packet || packet->protocol != kTcp) {
    return std::nullopt;
  }
  const std::optional<Segment> segment = ReadTcp(packet->content);
  if (!segment || (segment->flags & kRst) != 0) {
    return std::nullopt;
  }
  Segment ours{segment->destination, segment->source, kFirstSequence, 0, kAck, 0};
  const auto taken = static_cast<std::uint32_t>(segment->data);
  if ((segment->flags & kSyn) != 0) {
    ours.acknowledged = segment->sequence + 1;
    ours.flags = kSyn | kAck;
    return Reply(ethernet, *packet, ours, "");
  }
  if (taken > 0) {  // whatever it asks for
    ours.sequence = kFirstSequence + 1;
    ours.acknowledged = segment->sequence + taken;
    ours.flags = kFin | kPush | kAck;
    return Reply(ethernet, *packet, ours, kRedirection);
  }
  if ((segment->flags & kFin) != 0) {
    ours.sequence = segment->acknowledged;
    ours.acknowledged = segment->sequence + 1;
    return Reply(ethernet, *packet, ours, "");
  }
  return std::nullopt;
}

}  // namespace linnet::air
