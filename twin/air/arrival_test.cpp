// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A phone in a device's own network; at the other end are the device's servers themselves.
#include "twin/air/arrival.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "provision/dhcp_server.hpp"
#include "provision/name_server.hpp"

namespace linnet::air {
namespace {

constexpr Mac kPhone = {2, 0, 0, 0, 0, 7};
constexpr Mac kDevice = {2, 0, 0, 0, 0, 9};
constexpr std::uint32_t kDeviceAddress = 0xC0A80001;

/// The device's side of the network; what it says comes with the next step.
class Network {
 public:
  void Take(Bytes ethernet) {
    const auto datagram = ReadDatagram(ethernet);
    ASSERT_TRUE(datagram.has_value());
    provision::Packet packet;
    packet.size = CopyBytes(datagram->data, packet.memory);
    if (datagram->to_port == 67 && gives_addresses) {
      ++asked;
      Say(0xFFFFFFFF, 68, packet, dhcp_.Answer(packet, now()));
    } else if (datagram->to_port == 5353 && has_names) {
      EXPECT_EQ(datagram->to, 0xE00000FBU);
      EXPECT_NE(names_.Answer(true, packet), 0U);
      Say(datagram->to, 5353, packet, names_.Announce(packet, now()));
    }
  }
  void Pass(Arrival& phone, Millis time) {
    for (const Millis end = ms_ + time; ms_ < end; ms_ += 50) {
      phone.Tick(ms_);
      for (; !said_.empty(); said_.pop_front()) {
        phone.OnFrame(said_.front());
      }
    }
  }

  bool gives_addresses = true;
  bool has_names = true;
  int asked = 0;

 private:
  [[nodiscard]] Instant now() const { return Instant(Milliseconds(ms_ + 10'000)); }
  void Say(std::uint32_t to, std::uint16_t port, const provision::Packet& packet,
           std::size_t size) {
    if (size != 0) {
      said_.push_back(
          WriteDatagram({kDevice, kPhone, kDeviceAddress, to, port == 68 ? std::uint16_t{67} : port,
                         port, Bytes(packet.memory).first(size)}));
    }
  }

  Millis ms_ = 0;
  std::deque<Blob> said_;
  provision::DhcpServer dhcp_;
  provision::NameServer names_{kDevice};
};

class ArrivalTest : public ::testing::Test {
 protected:
  Network network_;
  Arrival phone_{kPhone, [this](Bytes frame) { network_.Take(frame); }};
};

TEST_F(ArrivalTest, GetsAnAddressAndFindsTheService) {
  network_.Pass(phone_, 1'000);
  ASSERT_EQ(phone_.state(), Arrival::State::kDone);
  EXPECT_EQ(network_.asked, 2) << "discover, request";
  EXPECT_EQ(phone_.lease()->address, kDeviceAddress + 1);
  EXPECT_EQ(phone_.lease()->router, kDeviceAddress);
  ASSERT_TRUE(phone_.service().has_value());
  EXPECT_EQ(phone_.service()->host, "wifiprov.local");
  EXPECT_EQ(phone_.service()->port, 443);
  EXPECT_EQ(phone_.service()->text, "txtvers=1,protovers=1,linkaddr=020000000009");
}

TEST_F(ArrivalTest, AsksAgainUntilItIsAnswered) {
  network_.gives_addresses = network_.has_names = false;
  network_.Pass(phone_, 3'000);
  EXPECT_EQ(phone_.state(), Arrival::State::kDiscovering);
  network_.gives_addresses = true;
  network_.Pass(phone_, 2'000);
  EXPECT_EQ(phone_.state(), Arrival::State::kLooking);
  network_.has_names = true;
  network_.Pass(phone_, 2'000);
  EXPECT_EQ(phone_.state(), Arrival::State::kDone);
  EXPECT_TRUE(phone_.service().has_value());
}

TEST_F(ArrivalTest, GivesUpWhereNobodyAnswers) {
  network_.has_names = false;
  network_.Pass(phone_, Arrival::kServiceLimit + 1'000);
  EXPECT_EQ(phone_.state(), Arrival::State::kDone);
  EXPECT_FALSE(phone_.service().has_value());

  network_.gives_addresses = false;
  Arrival other({2, 0, 0, 0, 0, 8}, [this](Bytes frame) { network_.Take(frame); });
  network_.Pass(other, Arrival::kAddressLimit + 1'000);
  EXPECT_EQ(other.state(), Arrival::State::kNoAddress);
  EXPECT_FALSE(other.lease().has_value());
}

TEST_F(ArrivalTest, WhatIsCutOffIsNoService) {
  network_.has_names = false;
  network_.Pass(phone_, 500);
  ASSERT_EQ(phone_.state(), Arrival::State::kLooking);
  provision::NameServer names(kDevice);
  provision::Packet packet;
  const std::size_t all = names.Announce(packet, Instant{});
  const Bytes whole = Bytes(packet.memory).first(all);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    phone_.OnFrame(WriteDatagram(
        {kDevice, kPhone, kDeviceAddress, 0xE00000FB, 5353, 5353, whole.first(size)}));
    ASSERT_FALSE(phone_.service().has_value()) << size;
  }
}

}  // namespace
}  // namespace linnet::air
