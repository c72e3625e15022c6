// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/dhcp_server.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "base/endian.hpp"

namespace linnet::provision {
namespace {

constexpr hal::Ipv4Address kSelf{{192, 168, 0, 1}};

/// As a client writes it.
struct Message {
  std::uint8_t kind = 1;
  std::uint8_t hardware = 1;
  std::optional<hal::Ipv4Address> requested = {};
  std::optional<hal::Ipv4Address> server = {};
  hal::Ipv4Address client = {};

  [[nodiscard]] std::vector<std::byte> Encode() const {
    std::vector<std::byte> out(240);
    out[0] = out[1] = std::byte{1};
    out[2] = std::byte{6};
    StoreBe32(0xCAFE0000U + hardware, MutableBytes(out).subspan(4));
    for (std::size_t i = 0; i < 4; ++i) {
      out[12 + i] = std::byte{client.octets[i]};
    }
    out[28] = std::byte{2};
    out[33] = std::byte{hardware};
    StoreBe32(0x63825363, MutableBytes(out).subspan(236));
    Put(out, 53, {kind});
    out.push_back(std::byte{0});
    Put(out, 55, {1, 3, 6});
    if (requested) {
      Put(out, 50, {requested->octets.begin(), requested->octets.end()});
    }
    if (server) {
      Put(out, 54, {server->octets.begin(), server->octets.end()});
    }
    out.push_back(std::byte{255});
    return out;
  }

 private:
  static void Put(std::vector<std::byte>& out, std::uint8_t option,
                  const std::vector<std::uint8_t>& value) {
    out.push_back(std::byte{option});
    out.push_back(static_cast<std::byte>(value.size()));
    for (const std::uint8_t byte : value) {
      out.push_back(std::byte{byte});
    }
  }
};

/// As a client reads it.
struct Reply {
  int kind = 0;  // 0: none
  hal::Ipv4Address address{};
  std::map<int, std::vector<std::uint8_t>> options{};
};

/// The memory behind the message is somebody's.
Packet ToPacket(Bytes message) {
  Packet packet;
  packet.memory.fill(std::byte{0x35});
  packet.size = CopyBytes(message, packet.memory);
  return packet;
}

class DhcpServerTest : public ::testing::Test {
 protected:
  Reply Ask(const Message& message) {
    Packet packet = ToPacket(message.Encode());
    const Bytes bytes = Bytes(packet.memory).first(server_.Answer(packet, now_));
    Reply reply;
    if (bytes.empty()) {
      return reply;
    }
    EXPECT_EQ(bytes[0], std::byte{2});
    EXPECT_EQ(LoadBe32(bytes.subspan(4)), 0xCAFE0000U + message.hardware);
    EXPECT_EQ(bytes[33], std::byte{message.hardware});
    EXPECT_EQ(LoadBe32(bytes.subspan(8)), 0x8000U) << "to everybody";
    const auto zero = [](std::byte byte) { return byte == std::byte{0}; };
    EXPECT_TRUE(std::ranges::all_of(bytes.subspan(44, 192), zero)) << "no names";
    EXPECT_EQ(LoadBe32(bytes.subspan(236)), 0x63825363U);
    for (std::size_t i = 0; i < 4; ++i) {
      reply.address.octets[i] = std::to_integer<std::uint8_t>(bytes[16 + i]);
    }
    std::size_t end = 240;
    while (bytes[end] != std::byte{255}) {
      const auto option = std::to_integer<int>(bytes[end]);
      const auto size = std::to_integer<std::size_t>(bytes[end + 1]);
      for (std::size_t i = 0; i < size; ++i) {
        reply.options[option].push_back(std::to_integer<std::uint8_t>(bytes[end + 2 + i]));
      }
      end += 2 + size;
    }
    reply.kind = reply.options[53].at(0);
    EXPECT_TRUE(std::ranges::all_of(bytes.subspan(end + 1), zero));
    return reply;
  }
  hal::Ipv4Address Join(std::uint8_t hardware) {
    const Reply offer = Ask({.kind = 1, .hardware = hardware});
    const Reply ack =
        Ask({.kind = 3, .hardware = hardware, .requested = offer.address, .server = kSelf});
    return ack.kind == 5 ? ack.address : hal::Ipv4Address{};
  }

  Instant now_{Seconds{1000}};
  DhcpServer server_;
};

TEST_F(DhcpServerTest, OffersAndConfirmsAnAddressWithAllThatAClientNeeds) {
  const Reply offer = Ask({.kind = 1});
  EXPECT_EQ(offer.kind, 2);
  EXPECT_EQ(offer.address, (hal::Ipv4Address{{192, 168, 0, 2}}));
  const Reply ack = Ask({.kind = 3, .requested = offer.address, .server = kSelf});
  EXPECT_EQ(ack.kind, 5);
  const std::vector<std::uint8_t> self(kSelf.octets.begin(), kSelf.octets.end());
  EXPECT_EQ(ack.options.at(1), (std::vector<std::uint8_t>{255, 255, 255, 0}));
  EXPECT_EQ(ack.options.at(3), self);
  EXPECT_EQ(ack.options.at(6), self);
  EXPECT_EQ(ack.options.at(54), self);
  EXPECT_EQ(ack.options.at(51), (std::vector<std::uint8_t>{0, 0, 2, 88}));
}

TEST_F(DhcpServerTest, AClientThatComesBackHasItsAddress) {
  const hal::Ipv4Address first = Join(1);
  EXPECT_NE(Join(2), first);
  now_ += Seconds{300};
  EXPECT_EQ(Ask({.kind = 3, .hardware = 1, .client = first}).kind, 5) << "renewal";
  now_ += kDhcpLease + Seconds{1};
  EXPECT_EQ(Join(1), first);
}

TEST_F(DhcpServerTest, RefusesAnAddressThatIsNotTheClients) {
  EXPECT_EQ(Ask({.kind = 3, .requested = hal::Ipv4Address{{10, 0, 0, 7}}}).kind, 6);
  Join(1);
  const Reply nak =
      Ask({.kind = 3, .hardware = 2, .requested = hal::Ipv4Address{{192, 168, 0, 2}}});
  EXPECT_EQ(nak.kind, 6);
  EXPECT_EQ(nak.options.size(), 2U) << "its kind, and whom it is from";
}

TEST_F(DhcpServerTest, AFullTableMakesRoomOnlyWhenALeaseHasEnded) {
  for (std::uint8_t i = 1; i <= DhcpServer::kMaxLeases; ++i) {
    EXPECT_NE(Join(i), hal::Ipv4Address{});
    now_ += Seconds{1};
  }
  EXPECT_EQ(Ask({.kind = 1, .hardware = 9}).kind, 0);
  now_ += kDhcpLease - Seconds{3};
  EXPECT_EQ(Join(9), (hal::Ipv4Address{{192, 168, 0, 2}})) << "the oldest one's";
}

TEST_F(DhcpServerTest, AnOfferNobodyTakesIsFreeSoon) {
  for (std::uint8_t i = 1; i <= DhcpServer::kMaxLeases; ++i) {
    Ask({.kind = 1, .hardware = i});
  }
  EXPECT_EQ(Ask({.kind = 1, .hardware = 9}).kind, 0);
  now_ += DhcpServer::kHold + Seconds{1};
  EXPECT_EQ(Ask({.kind = 1, .hardware = 9}).kind, 2);
}

TEST_F(DhcpServerTest, ReleaseDeclineAndInform) {
  const hal::Ipv4Address first = Join(1);
  EXPECT_EQ(Ask({.kind = 4, .hardware = 1, .requested = first, .server = kSelf}).kind, 0);
  EXPECT_NE(Join(1), first) << "somebody else has it";
  EXPECT_EQ(Ask({.kind = 7, .hardware = 1}).kind, 0);
  const Reply inform = Ask({.kind = 8, .hardware = 3, .client = {{192, 168, 0, 77}}});
  EXPECT_EQ(inform.kind, 5);
  EXPECT_EQ(inform.address, hal::Ipv4Address{});
  EXPECT_TRUE(inform.options.contains(6));
  EXPECT_FALSE(inform.options.contains(51));
}

TEST_F(DhcpServerTest, ADeclinedAddressIsNobodysForAWhile) {
  const hal::Ipv4Address first = Join(1);
  Ask({.kind = 4, .hardware = 1, .requested = first, .server = kSelf});
  Message nobody{.kind = 1};
  std::vector<std::byte> discover = nobody.Encode();
  discover[28] = discover[33] = std::byte{0};
  Packet offer = ToPacket(discover);
  ASSERT_NE(server_.Answer(offer, now_), 0U);
  EXPECT_NE(offer.memory[19], std::byte{first.octets[3]}) << "for a hardware address of zeros, too";
  now_ += DhcpServer::kHold + Seconds{1};
  for (std::uint8_t i = 2; i < DhcpServer::kMaxLeases + 2; ++i) {
    EXPECT_NE(Join(i), hal::Ipv4Address{});
  }
  EXPECT_EQ(Join(9), hal::Ipv4Address{}) << "all are given, also the declined one";
}

TEST_F(DhcpServerTest, IsSilentToOthersAndToNonsense) {
  EXPECT_EQ(Ask({.kind = 3, .server = hal::Ipv4Address{{192, 168, 0, 9}}}).kind, 0);
  EXPECT_EQ(Ask({.kind = 2}).kind, 0);
  EXPECT_EQ(Ask({.kind = 0}).kind, 0);
  const std::vector<std::byte> whole = Message{}.Encode();
  const std::size_t kind_end = 243;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    Packet packet = ToPacket(Bytes(whole).first(size));
    EXPECT_EQ(server_.Answer(packet, now_) != 0, size >= kind_end) << size;
  }
  for (const std::size_t place : {236, 239}) {
    std::vector<std::byte> other = whole;
    other[place] ^= std::byte{4};
    Packet packet = ToPacket(other);
    EXPECT_EQ(server_.Answer(packet, now_), 0U) << place << ": no DHCP";
  }
}

}  // namespace
}  // namespace linnet::provision
