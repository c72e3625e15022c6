// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/link_services.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "base/view.hpp"
#include "net/testing/fake_network.hpp"

namespace linnet::provision {
namespace {

using namespace std::string_literals;
using net::testing::FakeUdpSocket;

constexpr HardwareAddress kHardware{2, 0, 0, 0, 0, 9};
constexpr hal::Ipv4Address kPhone{{192, 168, 0, 2}};
constexpr hal::Ipv4Address kEverybody{{255, 255, 255, 255}};
constexpr hal::Ipv4Address kGroup{{224, 0, 0, 251}};

std::vector<std::byte> ToVector(StringView text) {
  return {AsBytes(text).begin(), AsBytes(text).end()};
}

class LinkServicesTest : public ::testing::Test {
 protected:
  LinkServicesTest() {
    EXPECT_TRUE(services_.Start().ok());
    // What is said without being asked.
    for (int i = 0; i < 3; ++i) {
      services_.Run(now_);
      now_ += Seconds{1};
    }
    announced_ = multicast_.sent.size();
    multicast_.sent.clear();
  }
  static std::vector<std::byte> Question(StringView name) {
    return ToVector("\x12\x34\0\0\0\x01\0\0\0\0\0\0"s + std::string(name) + "\0\0\x01\0\x01"s);
  }
  static std::vector<std::byte> Discover() {
    std::vector<std::byte> message = ToVector("\x01\x01\x06"s + std::string(233, '\0'));
    const auto rest = ToVector("\x63\x82\x53\x63\x35\x01\x01\xFF");
    message.insert(message.end(), rest.begin(), rest.end());
    return message;
  }

  Instant now_{Seconds{10}};
  FakeUdpSocket dhcp_;
  FakeUdpSocket dns_;
  FakeUdpSocket multicast_;
  LinkServices services_{{.dhcp = dhcp_, .dns = dns_, .multicast = multicast_}, kHardware};
  std::size_t announced_ = 0;
};

TEST_F(LinkServicesTest, OpensItsPortsAndSaysTwiceThatItIsThere) {
  EXPECT_EQ(dhcp_.bound_to, 67);
  EXPECT_EQ(dns_.bound_to, 53);
  EXPECT_EQ(multicast_.bound_to, 5353);
  EXPECT_EQ(announced_, 2U);
}

TEST_F(LinkServicesTest, EverybodyHearsAnOffer) {
  dhcp_.waiting.push_back({{{0, 0, 0, 0}}, 68, Discover()});
  services_.Run(now_);
  ASSERT_EQ(dhcp_.sent.size(), 1U);
  EXPECT_EQ(dhcp_.sent[0].address, kEverybody);
  EXPECT_EQ(dhcp_.sent[0].port, 68);
  EXPECT_EQ(dhcp_.sent[0].data.size(), 300U);
}

TEST_F(LinkServicesTest, WhoAsksForANameHearsTheAnswer) {
  dns_.waiting.push_back({kPhone, 1234,
                          Question("\x07"
                                   "example")});
  services_.Run(now_);
  ASSERT_EQ(dns_.sent.size(), 1U);
  EXPECT_EQ(dns_.sent[0].address, kPhone);
  EXPECT_EQ(dns_.sent[0].port, 1234);
}

TEST_F(LinkServicesTest, AQueryByMulticastIsAnsweredToEverybody) {
  multicast_.waiting.push_back({kPhone, 5353, Question("\x08wifiprov\x05local")});
  multicast_.waiting.push_back({kPhone, 5353, Question("\x08wifiprov\x05local")});
  services_.Run(now_);
  ASSERT_EQ(multicast_.sent.size(), 1U) << "once for both";
  EXPECT_EQ(multicast_.sent[0].address, kGroup);
  EXPECT_EQ(multicast_.sent[0].port, 5353);
  EXPECT_EQ(multicast_.sent[0].data[0], std::byte{0});
}

TEST_F(LinkServicesTest, AOneShotQueryIsAnsweredToWhoAsks) {
  multicast_.waiting.push_back({kPhone, 1234, Question("\x08wifiprov\x05local")});
  services_.Run(now_);
  ASSERT_GE(multicast_.sent.size(), 1U);
  EXPECT_EQ(multicast_.sent[0].address, kPhone);
  EXPECT_EQ(multicast_.sent[0].port, 1234);
  EXPECT_EQ(multicast_.sent[0].data[0], std::byte{0x12});
}

TEST_F(LinkServicesTest, AFloodIsServedInPieces) {
  for (int i = 0; i < 9; ++i) {
    dns_.waiting.push_back({kPhone, 1234,
                            Question("\x07"
                                     "example")});
  }
  services_.Run(now_);
  EXPECT_EQ(dns_.sent.size(), 4U);
  services_.Run(now_);
  EXPECT_EQ(dns_.sent.size(), 8U);
}

}  // namespace
}  // namespace linnet::provision
