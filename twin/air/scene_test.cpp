// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A station among access points that change while it is there.
#include "twin/air/scene.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "twin/air/station.hpp"
#include "twin/air/testing/world.hpp"

namespace linnet::air {
namespace {

constexpr Mac kMac = {0x02, 0x4c, 0x69, 0, 0, 1};
constexpr Mac kOther = {0x02, 0x4c, 0x69, 0, 0, 2};

struct Person {
  Person(World& in, const Mac& mac)
      : world(in),
        station(in.air, mac,
                {[this](Status status) { outcome = status; },
                 [this](Station::Loss reason) { loss = reason; },
                 [this](Bytes frame) { received.push_back(BlobOf(frame)); }}) {
    world.air.Attach(mac, [this](const AirFrame& frame) { station.OnFrame(frame); });
    world.ticks.emplace_back([this] { station.Tick(); });
  }

  Status Join(const Json& place, hal::WifiSecurity security, const std::string& passphrase) {
    outcome = Code::kPending;
    loss.reset();
    station.Join({place["ssid"], *ParseMac(place["bssid"].get<std::string>()), place["channel"],
                  security, passphrase});
    world.Run(8'000);
    return outcome;
  }

  World& world;
  Status outcome = Code::kPending;
  std::optional<Station::Loss> loss;
  std::vector<Blob> received;
  Station station;
};

class AirScene : public ::testing::Test {
 public:
  AirScene() {
    world.ticks.emplace_back([this] { scene.Tick(); });
  }
  FakeNetwork& network() { return *networks.at(0); }

  World world;
  std::vector<FakeNetwork*> networks;
  std::vector<std::string> log;
  Scene scene{world.air,
              [this](std::function<void(Bytes)> output) {
                auto made = std::make_unique<FakeNetwork>(std::move(output));
                networks.push_back(made.get());
                return made;
              },
              [this](const std::string& text) { log.push_back(text); }};
  Person person{world, kMac};
};

using Security = hal::WifiSecurity;
const Json kHome = {{"name", "home"}, {"passphrase", "correct horse"}};

TEST_F(AirScene, EachSecurityLetsTheRightKeyIn) {
  const struct {
    const char* offered;
    Security wanted;
    Status outcome;
  } cases[] = {
      {"wpa2", Security::kWpa2Psk, OkStatus()},       {"wpa2", Security::kWpa2Wpa3, OkStatus()},
      {"wpa2", Security::kWpa3Sae, Code::kNotFound},  {"wpa2-wpa3", Security::kWpa2Psk, OkStatus()},
      {"wpa2-wpa3", Security::kWpa2Wpa3, OkStatus()}, {"wpa2-wpa3", Security::kWpa3Sae, OkStatus()},
      {"wpa3", Security::kWpa3Sae, OkStatus()},       {"wpa3", Security::kWpa2Psk, Code::kNotFound},
      {"wpa3", Security::kOpen, Code::kNotFound},
  };
  Json place = scene.Add(kHome);
  for (const auto& c : cases) {
    place = scene.Set({{"name", "home"}, {"security", c.offered}});
    EXPECT_EQ(person.Join(place, c.wanted, "correct horse"), c.outcome) << c.offered;
    EXPECT_EQ(scene.List()[0]["stations"].size(), c.outcome.ok() ? 1U : 0U);
  }
}

TEST_F(AirScene, AWrongPassphraseIsRefused) {
  for (const char* security : {"wpa2", "wpa3", "wpa2-wpa3"}) {
    Json wanted = kHome;
    wanted["name"] = security;
    wanted["security"] = security;
    const Json place = scene.Add(wanted);
    const Security best = std::string(security) == "wpa2" ? Security::kWpa2Psk : Security::kWpa3Sae;
    EXPECT_EQ(person.Join(place, best, "correct Horse"), Status(Code::kUnauthenticated))
        << security;
    EXPECT_THAT(log.back(), ::testing::HasSubstr("has a wrong key for")) << security;
    EXPECT_FALSE(person.station.joined());
  }
}

TEST_F(AirScene, AnOpenNetworkNeedsNoKey) {
  const Json place = scene.Add({{"name", "cafe"}});
  EXPECT_EQ(place["security"], "open");
  EXPECT_TRUE(person.Join(place, Security::kOpen, "").ok());
}

TEST_F(AirScene, FramesPassOnlyWhileJoined) {
  const Json place = scene.Add(kHome);
  EXPECT_FALSE(person.station.Send(Ethernet(kBroadcast, kMac)));
  ASSERT_TRUE(person.Join(place, Security::kWpa2Psk, "correct horse").ok());
  EXPECT_TRUE(person.station.Send(Ethernet(kBroadcast, kMac)));
  EXPECT_TRUE(person.station.Send(Ethernet(kBroadcast, kOther))) << "in another's name";
  world.Run(50);
  EXPECT_EQ(network().received.size(), 1U);
  network().send(Ethernet(kMac, kBroadcast));
  network().send(Ethernet(kOther, kBroadcast));
  world.Run(50);
  EXPECT_EQ(person.received.size(), 1U);
  person.station.Leave();
  network().send(Ethernet(kMac, kBroadcast));
  world.Run(50);
  EXPECT_EQ(person.received.size(), 1U);
}

TEST_F(AirScene, WhoIsPutOutByAChangeHearsIt) {
  for (const Json& change :
       {Json{{"passphrase", "another horse"}}, Json{{"ssid", "elsewhere"}},
        Json{{"security", "wpa2-wpa3"}}, Json{{"channel", 11}},
        Json{{"bssid", "02:00:00:00:00:99"}}, Json{{"network", "other"}}, Json{{"band", 5}}}) {
    ASSERT_TRUE(person.Join(scene.Add(kHome), Security::kWpa2Psk, "correct horse").ok()) << change;
    Json wanted = change;
    wanted["name"] = "home";
    scene.Set(wanted);
    world.Run(100);
    EXPECT_EQ(person.loss, Station::Loss::kDeauthenticated) << change;
    scene.Remove("home");
  }
}

TEST_F(AirScene, OneThatGoesAwayIsMissedAndCanComeBack) {
  const Json place = scene.Add(kHome);
  ASSERT_TRUE(person.Join(place, Security::kWpa2Psk, "correct horse").ok());
  scene.Set({{"name", "home"}, {"away", true}});
  world.Run(2'000);
  EXPECT_FALSE(person.loss);
  world.Run(2'000);
  EXPECT_EQ(person.loss, Station::Loss::kSilence);
  EXPECT_TRUE(world.air.Beacons().empty());
  EXPECT_EQ(person.Join(place, Security::kWpa2Psk, "correct horse"), Status(Code::kNotFound));
  scene.Set({{"name", "home"}, {"away", false}, {"signal", -82}});
  EXPECT_EQ(world.air.Beacons().at(0).rssi_dbm, -82);
  EXPECT_TRUE(person.Join(place, Security::kWpa2Psk, "correct horse").ok());
  scene.Remove("home");
  world.Run(4'000);
  EXPECT_EQ(person.loss, Station::Loss::kSilence);
}

TEST_F(AirScene, AnOverloadedOneTakesNobodyMore) {
  const Json place = scene.Add(kHome);
  Person other(world, kOther);
  ASSERT_TRUE(other.Join(place, Security::kWpa2Psk, "correct horse").ok());
  scene.Set({{"name", "home"}, {"overloaded", true}});
  EXPECT_EQ(person.Join(place, Security::kWpa2Psk, "correct horse"),
            Status(Code::kResourceExhausted));
  EXPECT_TRUE(other.station.joined());
  scene.Set({{"name", "home"}, {"security", "wpa3"}});
  EXPECT_EQ(person.Join(place, Security::kWpa3Sae, "correct horse"),
            Status(Code::kResourceExhausted));
  world.ticks.pop_back();
}

TEST_F(AirScene, ASilentOneDoesNotAnswer) {
  Json wanted = kHome;
  wanted["silent"] = true;
  EXPECT_EQ(person.Join(scene.Add(wanted), Security::kWpa2Psk, "correct horse"),
            Status(Code::kUnavailable));
}

TEST_F(AirScene, UplinkAndDhcpFilterFrames) {
  const Json place = scene.Add(kHome);
  ASSERT_TRUE(person.Join(place, Security::kWpa2Psk, "correct horse").ok());
  for (const char* uplink : {"none", "portal"}) {
    scene.Set({{"name", "home"}, {"uplink", uplink}});
    EXPECT_TRUE(person.station.joined()) << "nobody is put out by that";
    const std::size_t before = network().received.size();
    person.station.Send(Ethernet(kBroadcast, kMac));
    world.Run(50);
    EXPECT_EQ(network().received.size(), before);
    person.station.Send(Ethernet(kBroadcast, kMac, 0x0806));
    world.Run(50);
    EXPECT_EQ(network().received.size(), before + 1);
  }
}

TEST_F(AirScene, AccessPointsShareANetworkByItsName) {
  const Json first = scene.Add(kHome);
  Json up = kHome;
  up["name"] = "upstairs";
  up["ssid"] = "home";
  const Json second = scene.Add(up);
  EXPECT_EQ(networks.size(), 1U);
  EXPECT_NE(first["bssid"], second["bssid"]);
  Person other(world, kOther);
  ASSERT_TRUE(person.Join(first, Security::kWpa2Psk, "correct horse").ok());
  ASSERT_TRUE(other.Join(second, Security::kWpa2Psk, "correct horse").ok());
  person.station.Send(Ethernet(kOther, kMac));
  world.Run(50);
  EXPECT_EQ(other.received.size(), 1U);
  scene.Set({{"name", "upstairs"}, {"network", "apart"}});
  EXPECT_EQ(networks.size(), 2U);
  ASSERT_TRUE(other.Join(second, Security::kWpa2Psk, "correct horse").ok());
  person.station.Send(Ethernet(kOther, kMac));
  world.Run(50);
  EXPECT_EQ(other.received.size(), 1U);
  world.ticks.pop_back();
}

TEST_F(AirScene, WrongWishesChangeNothingAndSayWhy) {
  scene.Add(kHome);
  const Json before = scene.List();
  const std::map<std::string, Json> wishes = {
      {"ssid", {{"ssid", ""}}},
      {"channel 14", {{"channel", 14}}},
      {"band", {{"band", 6}}},
      {"security is one of", {{"security", "wep"}}},
      {"passphrase has 8", {{"passphrase", "short"}}},
      {"wrong kind", {{"signal", "strong"}}},
      {"between -110", {{"signal", 3}}},
      {"no \"colour\"", {{"colour", "red"}}},
      {"no address", {{"bssid", "here"}}},
      {"uplink is one of", {{"uplink", "maybe"}}},
  };
  for (const auto& [text, wanted] : wishes) {
    Json named = wanted;
    named["name"] = "home";
    EXPECT_THAT([&] { scene.Set(named); },
                ::testing::ThrowsMessage<std::runtime_error>(::testing::HasSubstr(text)));
    named["name"] = "second";
    EXPECT_THROW(scene.Add(named), std::runtime_error);
    EXPECT_EQ(scene.List(), before);
  }
  EXPECT_THROW(scene.Add(kHome), std::runtime_error);
  EXPECT_THROW(scene.Remove("nowhere"), std::runtime_error);
}

}  // namespace
}  // namespace linnet::air
