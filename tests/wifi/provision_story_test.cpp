// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device out of the box, from its own network to its owner's: supervisor, provisioning, lwIP and
// driver on the emulated chip in the air, with phones in it; hours in a moment. It is one device
// all the time: lwIP exists once in a process.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "crypto/arena.hpp"
#include "crypto/private_key.hpp"
#include "crypto/testing/test_arena.hpp"
#include "crypto/testing/test_entropy.hpp"
#include "net/wall_clock.hpp"
#include "ports/lwip/lwip_network.hpp"
#include "ports/lwip/lwip_tcp.hpp"
#include "ports/lwip/lwip_udp.hpp"
#include "ports/lwip/wifi_link.hpp"
#include "provision/provisioner.hpp"
#include "provision/testing/wanted_provisioner.hpp"
#include "sim/board.hpp"
#include "tests/wifi/household.hpp"
#include "twin/air/arrival.hpp"
#include "twin/air/station.hpp"

namespace linnet::wifi {
namespace {

using air::Arrival;
using air::Json;
using serial_radio::Side;
using Open = provision::Provisioner::State;

const Json kHome = {{"name", "home"}, {"passphrase", "correct horse"}};

/// Joins the device's own network, and asks what phones ask.
class Phone {
 public:
  Phone(air::Air& air, std::uint8_t number, const std::string& ssid, const std::string& passphrase)
      : air_(air),
        station_(air, {2, 0, 0, 0, 1, number},
                 {[this](Status status) { joined = status; },
                  [this](air::Station::Loss) { joined = Code::kUnavailable; },
                  [this](Bytes frame) { arrival.OnFrame(frame); }}),
        arrival(station_.mac(), [this](Bytes frame) { station_.Send(frame); }) {
    air_.Attach(station_.mac(), [this](const air::AirFrame& frame) { station_.OnFrame(frame); });
    for (const air::Beacon& beacon : air_.Beacons()) {
      if (beacon.ssid == ssid) {
        station_.Join({ssid, beacon.bssid, 0, beacon.security, passphrase});
      }
    }
  }
  ~Phone() {
    station_.Leave();
    air_.Detach(station_.mac());
  }
  void Tick() {
    station_.Tick();
    if (station_.joined()) {
      arrival.Tick(air_.now());
    }
  }

 private:
  air::Air& air_;
  air::Station station_;

 public:
  Status joined = Code::kPending;
  Arrival arrival;
};

class Device : public Household {
 public:
  Device() {
    crypto::P256Scalar scalar{};
    scalar.fill(std::byte{0x42});
    EXPECT_TRUE(key_.Load(scalar).ok());
    patch = MakePatch(kFirmware);
    EXPECT_TRUE(network_.Start().ok());
    driver.SetFrameSink(this);  // the station's frames are the household's, as in the other stories
    Begin({});
  }

  /// Knows no network, and has its own open.
  void OutOfTheBox() {
    faults.Clear();
    phone.reset();
    for (const Json& place : scene.List()) {
      scene.Remove(place["name"]);
    }
    while (supervisor.networks().size() > 0) {
      ASSERT_TRUE(supervisor.Forget(supervisor.networks().view().front().ssid.view()).ok());
    }
    Pass(Seconds{60});
    provisioner.OnWanted();
    ASSERT_TRUE(PassUntilOpen(Seconds{180})) << where();
    trial.reset();
  }
  bool PassUntilOpen(Milliseconds limit) {
    for (const air::Millis end = world.now + limit.count();
         provisioner.state() != Open::kOpen && world.now < end;) {
      Pass(Milliseconds{50});
    }
    return provisioner.state() == Open::kOpen;
  }
  /// What the form of the page does, and then until it is over.
  std::optional<Reason> Give(std::string_view passphrase) {
    trial.reset();
    EXPECT_TRUE(provisioner.networks().Try(Known("home", passphrase)).ok());
    for (int i = 0; i < 2400 && !trial; ++i) {
      Pass(Milliseconds{50});
    }
    return trial;
  }
  void PhoneComes(std::uint8_t number, const std::string& passphrase) {
    phone = std::make_unique<Phone>(world.air, number, Quoted("join Wi-Fi \""), passphrase);
  }
  [[nodiscard]] std::string passphrase() const { return Quoted("passphrase \""); }

  void OnState(State state, Reason reason) override {
    Household::OnState(state, reason);
    if (state == State::kIdle) {
      provisioner.OnWanted();
    }
  }
  void OnTrialEnded(Reason reason) override {
    Household::OnTrialEnded(reason);
    provisioner.OnTrialEnded(reason);
  }
  void OnHeard(const hal::AccessPoint& heard) override { provisioner.OnHeard(heard); }
  void OnScanEnded() override { provisioner.OnScanEnded(); }
  void OnFrame(Side side, Bytes ethernet) override {
    if (side == Side::kStation) {
      return Household::OnFrame(side, ethernet);
    }
    static_cast<serial_radio::FrameSink&>(link_).OnFrame(side, ethernet);
  }

  std::unique_ptr<Phone> phone;

 private:
  class VirtualClock final : public hal::Clock {
   public:
    explicit VirtualClock(const air::World& the_world) : world_(the_world) {}
    [[nodiscard]] Instant Now() const override { return Instant(Milliseconds(world_.now)); }

   private:
    const air::World& world_;
  };

  void Turn() override {
    network_.Poll();
    provisioner.Run(now());
    if (phone) {
      phone->Tick();
    }
  }
  /// What the console says last between this and the next quotation mark.
  [[nodiscard]] std::string Quoted(const std::string& before) const {
    const std::string text(console_.text());
    const std::size_t at = text.rfind(before) + before.size();
    return text.substr(at, text.find('"', at) - at);
  }

  VirtualClock clock_{world};
  sim::Entropy board_entropy_{1};
  sim::Console console_;
  net::WallClock wall_clock_{clock_, {1'750'000'000}};
  crypto::testing::TestEntropy entropy_;
  crypto::Random random_{entropy_};
  crypto::PrivateKey key_{random_};
  lwip::WifiLink link_{driver};
  lwip::LwipNetwork network_{clock_, board_entropy_, link_, Milliseconds{0}};
  lwip::LwipTcpListener secure_{network_};
  lwip::LwipTcpListener clear_{network_};
  lwip::LwipTcpSocket first_{network_};
  lwip::LwipTcpSocket second_{network_};
  lwip::LwipUdpSocket dhcp_{network_};
  lwip::LwipUdpSocket dns_{network_};
  lwip::LwipUdpSocket multicast_{network_};

 public:
  provision::testing::WantedProvisioner provisioner{
      {.chip = driver,
       .console = console_,
       .hardware = driver.mac(Side::kAccessPoint),
       .server = {.listeners = {&secure_, &clear_}, .sockets = {&first_, &second_}},
       .link = {.dhcp = dhcp_, .dns = dns_, .multicast = multicast_}},
      {.supervisor = supervisor,
       .random = random_,
       .device_key = key_,
       .clock = wall_clock_,
       .product = "lamp",
       .version = "1.0.0"}};
};

class ProvisionStory : public ::testing::Test {
 protected:
  ProvisionStory() {
    static Device* const the_device = new Device;  // NOLINT: as long as lwIP
    device_ = the_device;
    device_->OutOfTheBox();
  }
  void GetsOnline() {
    if (device_->scene.List().empty()) {
      device_->scene.Add(kHome);
    }
    for (int i = 0; i < 3 && !device_->supervisor.online(); ++i) {
      const auto ended = device_->Give("correct horse");
      ASSERT_TRUE(ended == Reason::kNone || ended == Reason::kRadioHung) << device_->where();
      device_->Pass(Seconds{120});
    }
    EXPECT_TRUE(device_->supervisor.online()) << device_->where();
    EXPECT_EQ(device_->provisioner.state(), Open::kClosed);
  }

  Device* device_;
};

TEST_F(ProvisionStory, APhoneGetsAnAddressAndItsQuestionForTheServiceIsAnswered) {
  device_->Pass(Seconds{60});  // what the device announces by itself is long said
  device_->PhoneComes(1, device_->passphrase());
  device_->Pass(Seconds{4});
  ASSERT_TRUE(device_->phone->joined.ok());
  ASSERT_EQ(device_->phone->arrival.state(), Arrival::State::kDone);
  EXPECT_EQ(device_->phone->arrival.lease()->router, 0xC0A80001U);
  ASSERT_TRUE(device_->phone->arrival.service().has_value());
  EXPECT_EQ(device_->phone->arrival.service()->host, "wifiprov.local");
  EXPECT_EQ(device_->phone->arrival.service()->port, 443);
}

TEST_F(ProvisionStory, APhoneWithoutThePassphraseStaysOutside) {
  device_->PhoneComes(1, "a guess at it");
  device_->Pass(Seconds{30});
  EXPECT_EQ(device_->phone->joined, Status(Code::kUnauthenticated));
}

TEST_F(ProvisionStory, AWrongPassphraseLeavesThePhoneInAndTheRightOneEndsIt) {
  const std::size_t open = crypto::Arena::installed().in_use();
  device_->scene.Add(kHome);
  device_->PhoneComes(1, device_->passphrase());
  device_->Pass(Seconds{4});
  EXPECT_EQ(device_->Give("wrong horse"), Reason::kWrongKey);
  EXPECT_TRUE(device_->phone->joined.ok());
  EXPECT_EQ(device_->supervisor.networks().size(), 0U);
  EXPECT_EQ(device_->Give("correct horse"), Reason::kNone);
  EXPECT_NE(device_->saved.Find("home"), nullptr);
  device_->Pass(Seconds{60});
  EXPECT_TRUE(device_->supervisor.online()) << device_->where();
  EXPECT_EQ(device_->provisioner.state(), Open::kClosed);
  EXPECT_FALSE(device_->phone->joined.ok()) << "its own network is gone";
  EXPECT_LT(crypto::Arena::installed().in_use(), open) << "its memory is free";
}

TEST_F(ProvisionStory, NobodyComesForADayAndThenSomebodyHoldsTheButton) {
  device_->Pass(Seconds{86'400}, Milliseconds{500});
  EXPECT_EQ(device_->provisioner.state(), Open::kClosed);
  EXPECT_EQ(device_->supervisor.state(), State::kIdle);
  device_->provisioner.OnWanted();
  EXPECT_TRUE(device_->PassUntilOpen(Seconds{10}));
  GetsOnline();
}

TEST_F(ProvisionStory, ARadioThatHangsWithTheOwnNetworkOpenHasItBackSoon) {
  const std::uint32_t before = device_->supervisor.radio_restarts();
  device_->wire.chip->Hang();
  device_->Pass(Seconds{10});
  EXPECT_GT(device_->supervisor.radio_restarts(), before) << device_->where();
  EXPECT_TRUE(device_->PassUntilOpen(Seconds{180})) << device_->where();
  device_->Pass(Seconds{1});
  device_->PhoneComes(1, device_->passphrase());
  device_->Pass(Seconds{4});
  EXPECT_EQ(device_->phone->arrival.state(), Arrival::State::kDone);
}

class HungAt : public ProvisionStory, public ::testing::WithParamInterface<std::string> {};

/// From the first to the last command of provisioning, none of which is answered once.
TEST_P(HungAt, ProvisioningArrives) {
  const auto command = *air::ParseCommand(GetParam());
  device_->scene.Add(kHome);
  device_->faults.HangAt(command, 1);
  if (command < serial_radio::Type::kScan || command == serial_radio::Type::kStartAp) {
    device_->wire.chip->Hang();  // so that it is given
    device_->Pass(Seconds{180});
    ASSERT_TRUE(device_->PassUntilOpen(Seconds{180})) << device_->where();
  }
  if (command == serial_radio::Type::kLeave) {
    device_->Give("wrong horse");
    device_->Pass(Seconds{180});
  }
  GetsOnline();
  device_->Pass(Seconds{300});
  EXPECT_TRUE(device_->supervisor.online()) << device_->where();
  EXPECT_TRUE(device_->faults.hangs().empty()) << "it was not given";
}
INSTANTIATE_TEST_SUITE_P(Commands, HungAt, ::testing::ValuesIn(air::CommandNames()),
                         [](const auto& command) {
                           std::string name = command.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace linnet::wifi
