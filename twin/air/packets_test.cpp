// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/packets.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/endian.hpp"
#include "twin/air/testing/packets.hpp"

namespace linnet::air {
namespace {

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
  } cases[] = {
      {Arp(), true, true, true},
      {Ip(kUdp, 68, 67), true, true, false},
      {Ip(kUdp, 67, 68), true, true, false},
      {Ip(kUdp, 40000, 53), true, true, true},
      {Ip(kUdp, 40000, 123), true, false, true},
      {Ip(kTcp, 40000, 443), true, false, true},
      {Ip(kTcp, 53, 40000), true, false, true},
      {Blob(13), false, false, false},
  };
  for (const auto& c : cases) {
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
