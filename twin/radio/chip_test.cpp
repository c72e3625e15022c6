// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The chip as its host sees it.
#include "twin/radio/chip.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>

#include "radio/patch.hpp"
#include "twin/air/scene.hpp"
#include "twin/air/testing/world.hpp"
#include "twin/radio/testing/driver.hpp"

namespace linnet::air {
namespace {

using serial_radio::Side;
using serial_radio::Type;

constexpr Chip::Addresses kAddresses{{0x02, 0x4c, 0x69, 0, 0, 1}, {0x06, 0x4c, 0x69, 0, 0, 1}};

/// A host with a driver that says exactly what a test wants.
class Host : public ::testing::Test, protected Driver {
 public:
  Host() {
    send = [this](Bytes bytes) {
      chip->Take(bytes);
      world.air.Deliver();
    };
    wait = [this] { world.Run(50); };
    world.ticks.emplace_back([this] { scene.Tick(); });
    world.ticks.emplace_back([this] {
      if (chip) {
        chip->Tick();
      }
    });
  }

  World world;
  Faults faults;
  std::vector<FakeNetwork*> networks;
  Scene scene{world.air,
              [this](std::function<void(Bytes)> output) {
                auto made = std::make_unique<FakeNetwork>(std::move(output));
                networks.push_back(made.get());
                return made;
              },
              [](const std::string&) {}};
  std::unique_ptr<Chip> chip = std::make_unique<Chip>(
      world.air, faults, kAddresses, [this](Bytes bytes) { Hear(bytes); },
      [](const std::string&) {});
};

const Json kHome = {{"name", "home"}, {"passphrase", "correct horse"}};

TEST_F(Host, StartsTheFirmwareThatItsDriverNeeds) {
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(chip->state(), "running");
  EXPECT_EQ(chip->firmware(), kFirmware.version);
  EXPECT_EQ(serial_radio::DecodeBooted(body)->station, kAddresses.station);
  EXPECT_EQ(Order(Type::kReset), OkStatus());
  EXPECT_EQ(Order(Type::kBoot), Status(Code::kFailedPrecondition)) << "it has forgotten it";
}

TEST_F(Host, BootsNothingElse) {
  const Patch good = MakePatch();
  for (int byte = 0; byte < 4; ++byte) {
    Patch other = good;
    other.read.header.firmware.version ^= 1U << (8 * byte);
    EXPECT_EQ(Start(other), Status(Code::kMismatch)) << "version byte " << byte;
    Say(Type::kPowerOff, {}, 0);
  }
  Patch weak = good;
  weak.read.header.firmware.features = 4;
  EXPECT_EQ(Start(weak), Status(Code::kUnsupported));
  Say(Type::kPowerOff, {}, 0);

  Patch damaged = good;
  damaged.bytes[good.read.images[2].offset + 7] ^= std::byte{1};
  EXPECT_EQ(Start(damaged), Status(Code::kDataLoss));
  EXPECT_EQ(Order(Type::kBoot), Status(Code::kFailedPrecondition));
  Say(Type::kPowerOff, {}, 0);

  Patch twice = good;
  twice.read.images[1] = twice.read.images[0];
  EXPECT_EQ(Start(twice), Status(Code::kMalformed));
  Say(Type::kPowerOff, {}, 0);
  EXPECT_TRUE(Start(good).ok());
}

TEST_F(Host, DoesNotBootHalfAPatch) {
  const Patch patch = MakePatch();
  for (std::size_t images = 0; images < 4; ++images) {
    ASSERT_TRUE(PowerOn().ok());
    ASSERT_TRUE(Order(Type::kReset).ok());
    EXPECT_EQ(Order(Type::kBoot), Status(Code::kFailedPrecondition)) << "no patch at all";
    ASSERT_TRUE(Order(Type::kBeginPatch, serial_radio::EncodeBeginPatch(patch.read.header)).ok());
    ASSERT_TRUE(LoadImages(patch, images).ok());
    EXPECT_EQ(Order(Type::kBoot), Status(Code::kFailedPrecondition));
    EXPECT_EQ(Order(Type::kFinishPatch), Status(Code::kMalformed));
    EXPECT_EQ(Order(Type::kBoot), Status(Code::kFailedPrecondition));
    Say(Type::kPowerOff, {}, 0);
  }
}

TEST_F(Host, RefusesChunksThatDoNotFit) {
  const Patch patch = MakePatch();
  ASSERT_TRUE(PowerOn().ok());
  ASSERT_TRUE(Order(Type::kReset).ok());
  ASSERT_TRUE(Order(Type::kBeginPatch, serial_radio::EncodeBeginPatch(patch.read.header)).ok());
  EXPECT_EQ(Order(Type::kBeginImage, serial_radio::EncodeBeginImage({9, 8})),
            Status(Code::kMalformed));
  EXPECT_EQ(Order(Type::kBeginImage, serial_radio::EncodeBeginImage({0, 0x20001})),
            Status(Code::kTooLarge));
  ASSERT_TRUE(Order(Type::kBeginImage, serial_radio::EncodeBeginImage({0, 8})).ok());
  EXPECT_EQ(Order(Type::kBeginImage, serial_radio::EncodeBeginImage({1, 8})),
            Status(Code::kFailedPrecondition));
  EXPECT_EQ(Order(Type::kWrite, Blob(3)), Status(Code::kInvalidArgument));
  EXPECT_EQ(Order(Type::kWrite, Blob(12)), Status(Code::kOutOfRange));
  EXPECT_EQ(Order(Type::kWrite, Blob(1028)), Status(Code::kTooLarge));
  EXPECT_EQ(Order(Type::kWrite), Status(Code::kFailedPrecondition));
  EXPECT_EQ(Order(Type::kFinishPatch), Status(Code::kMalformed));
}

TEST_F(Host, NothingWorksOutOfOrder) {
  for (const Type command : {Type::kReset, Type::kFinishPatch, Type::kBoot, Type::kScan,
                             Type::kNextResult, Type::kLeave, Type::kStopAp}) {
    EXPECT_EQ(Order(command), Status(Code::kFailedPrecondition));
  }
  EXPECT_EQ(Order(Type::kPowerOn, serial_radio::EncodePowerOn({2, kFirmware})),
            Status(Code::kUnsupported));
  EXPECT_EQ(Order(Type::kPowerOn, Blob(3)), Status(Code::kMalformed));
  ASSERT_TRUE(PowerOn().ok());
  EXPECT_EQ(PowerOn(), Status(Code::kFailedPrecondition));
}

TEST_F(Host, HangsAtEachCommandUntilItIsSwitchedOff) {
  for (const std::string& name : CommandNames()) {
    faults.HangAt(*ParseCommand(name), 1);
    Json place = scene.Add(kHome);
    // All commands, in order: one of them is the one.
    Status last = Start();
    for (const auto& step : std::vector<std::function<Status()>>{
             [&] { return Order(Type::kScan); }, [&] { return Order(Type::kNextResult); },
             [&] { return Join(place); }, [&] { return Order(Type::kLeave); },
             [&] { return OpenAp(); }, [&] { return Order(Type::kStopAp); }}) {
      last = last.ok() ? step() : last;
    }
    EXPECT_EQ(last, Status(Code::kPending)) << name;
    EXPECT_EQ(chip->state(), "hung") << name;
    EXPECT_TRUE(faults.hangs().empty()) << name;
    EXPECT_EQ(Order(Type::kReset), Status(Code::kPending)) << name;
    Say(Type::kPowerOff, {}, 0);
    EXPECT_TRUE(Start().ok()) << name;
    Say(Type::kPowerOff, {}, 0);
    scene.Remove("home");
  }
}

TEST_F(Host, ScansTheBestFirst) {
  scene.Add({{"name", "far"}, {"signal", -80}});
  scene.Add({{"name", "near"}, {"signal", -40}, {"band", 5}});
  scene.Add({{"name", "gone"}, {"away", true}});
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(Order(Type::kNextResult), Status(Code::kNotFound));
  ASSERT_TRUE(Order(Type::kScan).ok());
  ASSERT_TRUE(Order(Type::kNextResult).ok());
  EXPECT_EQ(serial_radio::DecodeAccessPoint(body)->ssid, "near");
  EXPECT_EQ(serial_radio::DecodeAccessPoint(body)->band, hal::WifiBand::k5GHz);
  ASSERT_TRUE(Order(Type::kNextResult).ok());
  EXPECT_EQ(serial_radio::DecodeAccessPoint(body)->rssi_dbm, -80);
  EXPECT_EQ(Order(Type::kNextResult), Status(Code::kNotFound));
}

TEST_F(Host, JoinsAndPassesFramesWithinTheCredit) {
  const Json place = scene.Add(kHome);
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(Join(place, "correct Horse"), Status(Code::kUnauthenticated));
  EXPECT_EQ(Join(place, "short"), Status(Code::kInvalidArgument));
  ASSERT_TRUE(Join(place).ok());
  window.Take({64, 0});  // the chip's first credit
  SendFrame(Side::kStation, Ethernet(kBroadcast, kAddresses.station));
  world.Run(50);
  EXPECT_EQ(networks.at(0)->received.size(), 1U);

  for (int i = 0; i < 5; ++i) {
    networks.at(0)->send(Ethernet(kAddresses.station, kBroadcast));
  }
  world.Run(50);
  EXPECT_TRUE(TakeFrames().empty()) << "nothing was promised";
  Promise(1);
  EXPECT_EQ(TakeFrames().size(), 1U);
  world.Run(2'000);
  EXPECT_TRUE(TakeFrames().empty());
  Promise(3);
  EXPECT_EQ(TakeFrames().size(), 3U);
  Promise(3);
  EXPECT_EQ(TakeFrames().size(), 1U);
  EXPECT_FALSE(overran);
}

TEST_F(Host, HearsOfItsLink) {
  const Json place = scene.Add(kHome);
  ASSERT_TRUE(Start().ok());
  ASSERT_TRUE(Join(place).ok());
  scene.Set({{"name", "home"}, {"signal", -77}});
  said.clear();
  world.Run(3'000);
  EXPECT_EQ(Count(Type::kSignal), 3U);
  EXPECT_GE(Count(Type::kCredit), 3U);
  EXPECT_EQ(serial_radio::DecodeSignal(said.front().payload)->rssi_dbm, -77);
  scene.Set({{"name", "home"}, {"passphrase", "another horse"}});
  world.Run(100);
  EXPECT_EQ(Count(Type::kLinkLost), 1U);
  said.clear();
  world.Run(3'000);
  EXPECT_TRUE(said.empty());
}

TEST_F(Host, KeepsSomeFramesAndDropsTheRest) {
  const Json place = scene.Add(kHome);
  ASSERT_TRUE(Start().ok());
  ASSERT_TRUE(Join(place).ok());
  for (std::size_t i = 0; i < Chip::kMaxWaiting + 7; ++i) {
    networks.at(0)->send(Ethernet(kAddresses.station, kBroadcast));
  }
  world.Run(50);
  EXPECT_EQ(chip->dropped(), 7U);
}

TEST_F(Host, AHangDuringALinkEndsEverything) {
  const Json place = scene.Add(kHome);
  ASSERT_TRUE(Start().ok());
  ASSERT_TRUE(Join(place).ok());
  chip->Hang();
  said.clear();
  networks.at(0)->send(Ethernet(kAddresses.station, kBroadcast));
  world.Run(5'000);
  EXPECT_TRUE(said.empty());
}

TEST_F(Host, LeavesWhenItIsSwitchedOffOrUnplugged) {
  const Json place = scene.Add(kHome);
  ASSERT_TRUE(Start().ok());
  ASSERT_TRUE(Join(place).ok());
  EXPECT_EQ(scene.List()[0]["stations"].size(), 1U);
  Say(Type::kPowerOff, {}, 0);
  EXPECT_EQ(scene.List()[0]["stations"].size(), 0U);
  ASSERT_TRUE(Start().ok());
  ASSERT_TRUE(Join(place).ok());
  chip.reset();
  world.Run(50);
  EXPECT_EQ(scene.List()[0]["stations"].size(), 0U);
}

TEST_F(Host, AJoinThatIsLeftIsNotAnswered) {
  Json wanted = kHome;
  wanted["silent"] = true;
  const Json place = scene.Add(wanted);
  ASSERT_TRUE(Start().ok());
  std::array<std::byte, serial_radio::kMaxJoinSize> out;
  Say(Type::kJoin,
      *serial_radio::EncodeJoin({"home", *ParseMac(place["bssid"].get<std::string>()), 0,
                                 hal::WifiSecurity::kWpa2Psk, "correct horse"},
                                out),
      200);
  Say(Type::kScan, {}, 201);
  EXPECT_EQ(serial_radio::DecodeAnswer(AnswerTo(Type::kScan, 201)->payload)->status,
            Status(Code::kFailedPrecondition))
      << "one at a time";
  ASSERT_TRUE(Order(Type::kLeave).ok());
  world.Run(10'000);
  EXPECT_EQ(AnswerTo(Type::kJoin, 200), nullptr);
}

TEST_F(Host, IsAnAccessPointBesideTheStation) {
  const Json place =
      scene.Add({{"name", "home"}, {"passphrase", "correct horse"}, {"channel", 11}});
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(OpenAp("short"), Status(Code::kInvalidArgument));
  ASSERT_TRUE(OpenAp().ok());
  EXPECT_EQ(world.air.Hear(kAddresses.access_point)->channel, 6);
  ASSERT_TRUE(Join(place).ok());
  EXPECT_EQ(world.air.Hear(kAddresses.access_point)->channel, 11) << "with the station";
  ASSERT_TRUE(Order(Type::kScan).ok());
  ASSERT_TRUE(Order(Type::kNextResult).ok());
  EXPECT_EQ(Order(Type::kNextResult), Status(Code::kNotFound)) << "it does not hear itself";
  ASSERT_TRUE(Order(Type::kStopAp).ok());
  EXPECT_FALSE(world.air.Hear(kAddresses.access_point));
}

TEST_F(Host, LetsStationsIntoItsAccessPoint) {
  constexpr Mac kPhone = {0x52, 0x55, 1, 2, 3, 4};
  ASSERT_TRUE(Start().ok());
  ASSERT_TRUE(OpenAp("for the lamp", 1).ok());
  window.Take({64, 0});
  Status outcome = Code::kPending;
  std::size_t received = 0;
  Station phone(
      world.air, kPhone,
      {[&](Status status) { outcome = status; }, [](Station::Loss) {}, [&](Bytes) { ++received; }});
  world.air.Attach(kPhone, [&phone](const AirFrame& frame) { phone.OnFrame(frame); });
  const auto join = [&](const char* passphrase) {
    phone.Join({"lamp", kAddresses.access_point, 0, hal::WifiSecurity::kWpa2Psk, passphrase});
    world.Run(3'000);
    return outcome;
  };
  said.clear();
  EXPECT_EQ(join("of the house"), Status(Code::kUnauthenticated));
  EXPECT_EQ(Count(Type::kStationRefused), 1U);
  EXPECT_TRUE(join("for the lamp").ok());
  EXPECT_EQ(Count(Type::kStationJoined), 1U);
  SendFrame(Side::kAccessPoint, Ethernet(kPhone, kAddresses.access_point));
  SendFrame(Side::kAccessPoint, Ethernet(kBroadcast, kAddresses.access_point));
  world.Run(50);
  EXPECT_EQ(received, 2U);
  Promise(4);
  said.clear();
  phone.Send(Ethernet(kAddresses.access_point, kPhone));
  world.Run(50);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(serial_radio::DecodeFrame(said[0].payload)->side, Side::kAccessPoint);
  phone.Leave();
  world.Run(50);
  EXPECT_EQ(Count(Type::kStationLeft), 1U);
  world.air.Detach(kPhone);
}

}  // namespace
}  // namespace linnet::air
