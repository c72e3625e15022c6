// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/provisioner.hpp"
#include "provision/testing/wanted_provisioner.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "base/view.hpp"
#include "crypto/arena.hpp"
#include "crypto/private_key.hpp"
#include "crypto/testing/test_arena.hpp"
#include "crypto/testing/test_entropy.hpp"
#include "net/wall_clock.hpp"
#include "provision/core.hpp"
#include "provision/qr_code.hpp"
#include "sim/board.hpp"
#include "sim/clock.hpp"
#include "sim/network.hpp"
#include "wifi/testing/fake_air.hpp"

namespace linnet::provision {
namespace {

using ::testing::HasSubstr;
using State = Provisioner::State;
using testing::WantedProvisioner;

constexpr hal::Ipv4Address kPhone{{192, 168, 0, 2}};

/// As the application hands on what the supervisor says.
class Notes final : public wifi::Observer {
 public:
  explicit Notes(WantedProvisioner& provisioner) : provisioner_(provisioner) {}
  void OnState(wifi::State state, wifi::Reason /*reason*/) override {
    if (state == wifi::State::kIdle) {
      provisioner_.OnWanted();
    }
  }
  Status Save(const wifi::NetworkList& networks) override {
    saved = networks;
    return OkStatus();
  }
  void OnTrialEnded(wifi::Reason reason) override { provisioner_.OnTrialEnded(reason); }
  void OnHeard(const hal::AccessPoint& heard) override { provisioner_.OnHeard(heard); }
  void OnScanEnded() override { provisioner_.OnScanEnded(); }

  wifi::NetworkList saved;

 private:
  WantedProvisioner& provisioner_;
};

class ProvisionerTest : public ::testing::Test {
 protected:
  ProvisionerTest() {
    crypto::P256Scalar scalar{};
    scalar.fill(std::byte{0x42});
    EXPECT_TRUE(key_.Load(scalar).ok());
    air_.Add("home", 1, "a good key", -50);
    air_.Add("home", 2, "a good key", -40);
    air_.Add("cafe", 3, "", -60);
    before_ = crypto::Arena::installed().in_use();
  }

  void Pass(Milliseconds time) {
    const Instant end = clock_.Now() + time;
    while (clock_.Now() < end) {
      supervisor_.Run(clock_.Now());
      provisioner_.Run(clock_.Now());
      clock_.Advance(Milliseconds{10});
    }
  }
  std::string AskInClear() {
    const auto peer = network_.ConnectToDevice(80, kPhone);
    if (peer == nullptr) {
      return "";
    }
    peer->Send("GET / HTTP/1.1\r\n\r\n");
    Pass(Milliseconds{500});
    return peer->ReadAll();
  }
  /// What a form of the page would do.
  Status Try(StringView ssid, StringView passphrase) {
    wifi::Network network;
    IgnoreStatus(network.ssid.Assign(ssid));
    IgnoreStatus(network.passphrase.Assign(passphrase));
    network.minimum_security = hal::WifiSecurity::kWpa2Psk;
    return provisioner_.networks().Try(network);
  }

  sim::Clock clock_;
  sim::Console console_;
  sim::Network network_{clock_};
  net::WallClock wall_clock_{clock_, {1'750'000'000}};
  crypto::testing::TestEntropy entropy_;
  crypto::Random random_{entropy_};
  crypto::PrivateKey key_{random_};
  sim::TcpListener secure_{network_};
  sim::TcpListener clear_{network_};
  sim::TcpSocket first_{network_};
  sim::TcpSocket second_{network_};
  sim::UdpSocket dhcp_{network_};
  sim::UdpSocket dns_{network_};
  sim::UdpSocket multicast_{network_};
  HardwareAddress hardware_{2, 0, 0, 0, 0, 9};
  wifi::testing::FakeAir air_;
  Notes notes_{provisioner_};
  sim::Entropy board_entropy_{1};
  net::Backoff backoff_{board_entropy_};
  wifi::Supervisor supervisor_{
      {.wifi = air_, .surroundings = air_, .observer = notes_, .backoff = backoff_}};
  WantedProvisioner provisioner_{
      {.chip = air_,
       .console = console_,
       .hardware = hardware_,
       .server = {.listeners = {&secure_, &clear_}, .sockets = {&first_, &second_}},
       .link = {.dhcp = dhcp_, .dns = dns_, .multicast = multicast_}},
      {.supervisor = supervisor_,
       .random = random_,
       .device_key = key_,
       .clock = wall_clock_,
       .product = "lamp",
       .version = "1.0.0"}};
  std::size_t before_ = 0;
};

TEST_F(ProvisionerTest, OpensWhenNoNetworkIsKnownAndSaysHowToJoin) {
  Pass(Seconds{3});
  EXPECT_EQ(provisioner_.state(), State::kOpen);
  ASSERT_TRUE(air_.own.has_value());
  EXPECT_TRUE(air_.own->starts_with("lamp-"));
  EXPECT_THAT(console_.text(), HasSubstr("join Wi-Fi \"" + *air_.own + "\", passphrase \""));
  EXPECT_THAT(AskInClear(), HasSubstr(*air_.own));
}

TEST_F(ProvisionerTest, HearsEachNameOnceTheStrongestFirst) {
  Pass(Seconds{5});
  const auto heard = provisioner_.networks().heard();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].ssid.view(), "home");
  EXPECT_EQ(heard[0].rssi_dbm, -40);
  EXPECT_EQ(heard[1].ssid.view(), "cafe");
}

TEST_F(ProvisionerTest, AWrongPassphraseLeavesItOpenAndARightOneClosesIt) {
  Pass(Seconds{3});
  ASSERT_TRUE(Try("home", "a bad key").ok());
  Pass(Seconds{10});
  EXPECT_EQ(provisioner_.networks().trial().state, Trial::State::kFailed);
  EXPECT_EQ(provisioner_.networks().trial().reason, wifi::Reason::kWrongKey);
  EXPECT_EQ(provisioner_.state(), State::kOpen);
  EXPECT_EQ(notes_.saved.size(), 0U);
  ASSERT_TRUE(Try("home", "a good key").ok());
  Pass(Seconds{10});
  EXPECT_EQ(provisioner_.networks().trial().state, Trial::State::kWorked);
  EXPECT_EQ(provisioner_.state(), State::kLeaving);
  EXPECT_EQ(notes_.saved.size(), 1U);
  Pass(Provisioner::kFarewell);
  EXPECT_EQ(provisioner_.state(), State::kClosed);
  EXPECT_FALSE(air_.own.has_value());
  EXPECT_EQ(crypto::Arena::installed().in_use(), before_) << "its memory is free";
  EXPECT_EQ(network_.ConnectToDevice(80, kPhone), nullptr);
}

TEST_F(ProvisionerTest, ClosesWhenNobodyComesAndOpensAgainWhenTheButtonIsHeld) {
  Pass(Provisioner::kIdleLimit + Seconds{10});
  EXPECT_EQ(provisioner_.state(), State::kClosed);
  EXPECT_EQ(crypto::Arena::installed().in_use(), before_);
  provisioner_.OnWanted();
  Pass(Seconds{3});
  EXPECT_EQ(provisioner_.state(), State::kOpen);
}

TEST_F(ProvisionerTest, OpensAnewWhenTheChipLostIt) {
  Pass(Seconds{3});
  air_.own.reset();
  Pass(Seconds{5});
  EXPECT_EQ(provisioner_.state(), State::kOpen);
  EXPECT_THAT(AskInClear(), HasSubstr("lamp-"));
}

TEST_F(ProvisionerTest, AnotherTransportForgetsWhatTheSupervisorKnows) {
  Pass(Seconds{3});
  ASSERT_TRUE(Try("home", "a good key").ok());
  Pass(Seconds{10});
  SupervisedNetworks known(supervisor_);
  EXPECT_EQ(known.status().state, wifi::State::kOnline);
  known.Forget();
  Pass(Seconds{1});
  EXPECT_EQ(notes_.saved.size(), 0U);
  EXPECT_NE(known.status().state, wifi::State::kOnline);
}

TEST(LabelTest, IsTheSameEachTimeAndAnotherOnAnotherDevice) {
  crypto::testing::TestEntropy entropy;
  crypto::Random random(entropy);
  std::array<Label, 3> labels{};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    crypto::PrivateKey key(random);
    crypto::P256Scalar scalar{};
    scalar.fill(i == 2 ? std::byte{7} : std::byte{0x42});
    ASSERT_TRUE(key.Load(scalar).ok());
    ASSERT_TRUE(MakeLabel(key, "lamp", labels[i]).ok());
    EXPECT_EQ(labels[i].ssid.size(), 9U);
    EXPECT_EQ(labels[i].passphrase.size(), 12U);
  }
  EXPECT_EQ(labels[0].passphrase.view(), labels[1].passphrase.view());
  EXPECT_NE(labels[0].passphrase.view(), labels[2].passphrase.view());
  EXPECT_EQ(labels[2].ssid.view(), "lamp-334B") << "also after every update";
  EXPECT_EQ(labels[2].passphrase.view(), "3z2awwmuxykh");
}

TEST(LabelTest, TheQrCodeHoldsTheLongestOne) {
  crypto::testing::TestEntropy entropy;
  crypto::Random random(entropy);
  crypto::PrivateKey key(random);
  crypto::P256Scalar scalar{};
  scalar.fill(std::byte{7});
  ASSERT_TRUE(key.Load(scalar).ok());
  Label label;
  ASSERT_TRUE(MakeLabel(key, "a product with a very long name", label).ok());
  EXPECT_THAT(std::string(label.ssid.view()), HasSubstr("a product with a v-"));
  const std::string text = "WIFI:T:WPA;S:" + std::string(label.ssid.view()) +
                           ";P:" + std::string(label.passphrase.view()) + ";;";
  EXPECT_LE(text.size(), 53U);
}

}  // namespace
}  // namespace linnet::provision
