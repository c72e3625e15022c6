// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/packets.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/endian.hpp"

namespace linnet::air {
namespace {

constexpr std::uint8_t kUdp = 17;
constexpr std::uint8_t kTcp = 6;

Blob Ip(std::uint8_t protocol, std::uint16_t from, std::uint16_t to, std::uint8_t flags = 0,
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

Blob Arp() {
  Blob frame(60);
  StoreBe16(0x0806, MutableBytes(frame).subspan(12));
  return frame;
}

TEST(Passage, LetsThroughWhatItSays) {
  const Passage open;
  const Passage nowhere{Uplink::kNone, true};
  const Passage exhausted{Uplink::kInternet, false};
  const struct {
    Blob frame;
    bool open, nowhere, exhausted;
  } kCases[] = {
      {Arp(), true, true, true},
      {Ip(kUdp, 68, 67), true, true, false},
      {Ip(kUdp, 67, 68), true, true, false},
      {Ip(kUdp, 40000, 53), true, true, true},
      {Ip(kUdp, 40000, 123), true, false, true},
      {Ip(kTcp, 40000, 443), true, false, true},
      {Ip(kTcp, 53, 40000), true, false, true},
      {Blob(13), false, false, false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Passes(open, c.frame), c.open);
    EXPECT_EQ(Passes(nowhere, c.frame), c.nowhere);
    EXPECT_EQ(Passes({Uplink::kPortal, true}, c.frame), c.nowhere);
    EXPECT_EQ(Passes(exhausted, c.frame), c.exhausted);
  }
}

TEST(Portal, AnswersAConnectionAndARequest) {
  const auto syn_ack = PortalAnswer(Ip(kTcp, 40000, 80, 2));
  ASSERT_TRUE(syn_ack);
  const Bytes tcp = Bytes(*syn_ack).subspan(34);
  EXPECT_EQ(LoadBe16(tcp), 80);
  EXPECT_EQ(LoadBe16(tcp.subspan(2)), 40000);
  EXPECT_EQ(LoadBe32(tcp.subspan(8)), 1001U);
  EXPECT_EQ(tcp[13], std::byte{0x12});
  EXPECT_EQ(LoadBe32(Bytes(*syn_ack).subspan(26)), 0x01020304U) << "in the server's name";
  EXPECT_EQ((*syn_ack)[5], std::byte{0x22}) << "back to who asked";

  const auto page = PortalAnswer(Ip(kTcp, 40000, 80, 0x18, "GET / HTTP/1.1\r\n\r\n"));
  ASSERT_TRUE(page);
  EXPECT_EQ(LoadBe32(Bytes(*page).subspan(34 + 8)), 1018U);
  const std::string text(AsText(Bytes(*page).subspan(54)));
  EXPECT_TRUE(text.starts_with("HTTP/1.1 302 Found\r\nLocation: "));
  EXPECT_EQ(InternetChecksum(Bytes(*page).subspan(14, 20)), 0) << "its own checksum included";
}

TEST(Portal, LeavesEverythingElse) {
  EXPECT_FALSE(PortalAnswer(Ip(kTcp, 40000, 443, 2)));
  EXPECT_FALSE(PortalAnswer(Ip(kTcp, 40000, 80, 4))) << "a reset";
  EXPECT_FALSE(PortalAnswer(Ip(kTcp, 40000, 80, 0x10))) << "nothing but an acknowledgement";
  EXPECT_FALSE(PortalAnswer(Ip(kUdp, 40000, 80)));
  EXPECT_FALSE(PortalAnswer(Arp()));
  const Blob whole = Ip(kTcp, 40000, 80, 2);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(PortalAnswer(Bytes(whole).first(size))) << size;
  }
}

}  // namespace
}  // namespace linnet::air
