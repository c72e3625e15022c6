// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What befalls a device in the air, told with the real handshakes and the chip's own refusals. Each
// story ends in the state that src/wifi/README.md promises, and none needs a reset by hand.
#include <gtest/gtest.h>

#include "tests/wifi/household.hpp"

namespace linnet::wifi {
namespace {

using air::Json;

const Json kHome = {{"name", "home"}, {"passphrase", "correct horse"}};

class WifiStory : public ::testing::Test, protected Household {
 protected:
  Json Change(Json wanted) {
    wanted["name"] = "home";
    return scene.Set(wanted);
  }
  void ComesOnline(Milliseconds limit = Seconds{30}) {
    Begin({Known("home", "correct horse")});
    ASSERT_TRUE(PassUntil(State::kOnline, limit)) << where();
  }
  void EndsIn(State state, Reason reason, Milliseconds limit = Seconds{120}) {
    const air::Millis end = world.now + limit.count();
    while ((supervisor.state() != state || supervisor.reason() != reason) && world.now < end) {
      Pass(Milliseconds{50});
    }
    EXPECT_EQ(supervisor.state(), state) << where();
    EXPECT_EQ(supervisor.reason(), reason) << where();
  }
};

TEST_F(WifiStory, EverySecurityLeadsOnline) {
  scene.Add(kHome);
  ComesOnline();
  for (const char* security : {"wpa2-wpa3", "wpa3", "wpa2"}) {
    Change({{"security", security}});
    Pass(Seconds{1});
    EXPECT_TRUE(PassUntil(State::kOnline, Seconds{60})) << security << ": " << where();
  }
  EXPECT_FALSE(overran);
}

TEST_F(WifiStory, TheAccessPointIsAwayForADay) {
  scene.Add(kHome);
  ComesOnline();
  Change({{"away", true}});
  EndsIn(State::kWaiting, Reason::kNotFound);
  Pass(Seconds{86'400}, Milliseconds{500});
  EXPECT_TRUE(supervisor.reason() == Reason::kNotFound || supervisor.state() == State::kScanning)
      << where();
  Change({{"away", false}});
  EXPECT_TRUE(PassUntil(State::kOnline, Seconds{300})) << where();
}

TEST_F(WifiStory, ThePassphraseIsChanged) {
  scene.Add(kHome);
  ComesOnline();
  Change({{"passphrase", "another horse"}});
  EndsIn(State::kWaiting, Reason::kWrongKey);
  Pass(Seconds{600}, Milliseconds{200});
  EXPECT_FALSE(supervisor.online());
  ASSERT_TRUE(supervisor.Try(Known("home", "another horse")).ok());
  EXPECT_TRUE(PassUntil(State::kOnline, Seconds{60})) << where();
  EXPECT_EQ(trial, Reason::kNone);
}

TEST_F(WifiStory, AWrongPassphraseIsNotTakenForTheOldNetwork) {
  scene.Add(kHome);
  scene.Add({{"name", "office"}, {"passphrase", "office horse"}});
  ComesOnline();
  ASSERT_TRUE(supervisor.Try(Known("office", "wrong horse")).ok());
  Pass(Seconds{60});
  EXPECT_EQ(trial, Reason::kWrongKey);
  EXPECT_TRUE(PassUntil(State::kOnline, Seconds{60})) << where();
  EXPECT_EQ(supervisor.ssid(), "home");
  EXPECT_EQ(supervisor.networks().size(), 1U);
}

TEST_F(WifiStory, TwoAccessPointsOfOneName) {
  scene.Add(kHome);
  const Json up = scene.Add({{"name", "upstairs"},
                             {"ssid", "home"},
                             {"passphrase", "correct horse"},
                             {"channel", 6},
                             {"signal", -80}});
  ComesOnline();
  EXPECT_EQ(air::ToText(supervisor.access_point().bssid), scene.List()[0]["bssid"]);
  Change({{"signal", -85}});
  scene.Set({{"name", "upstairs"}, {"signal", -45}});
  Pass(Seconds{180});
  EXPECT_TRUE(supervisor.online()) << where();
  EXPECT_EQ(air::ToText(supervisor.access_point().bssid), up["bssid"]) << "it has roamed";
  scene.Set({{"name", "upstairs"}, {"away", true}});
  Change({{"signal", -60}});
  Pass(Seconds{60});
  EXPECT_TRUE(PassUntil(State::kOnline, Seconds{120})) << where();
  EXPECT_EQ(air::ToText(supervisor.access_point().bssid), scene.List()[0]["bssid"]);
}

TEST_F(WifiStory, WhatLeadsNowhereIsLeftAndAskedAgain) {
  const struct {
    Json trouble;
    Json cure;
    Reason reason;
  } cases[] = {
      {{{"uplink", "portal"}}, {{"uplink", "internet"}}, Reason::kPortal},
      {{{"uplink", "none"}}, {{"uplink", "internet"}}, Reason::kNoInternet},
      {{{"dhcp", false}}, {{"dhcp", true}}, Reason::kNoAddress},
      {{{"overloaded", true}}, {{"overloaded", false}}, Reason::kRefused},
      {{{"silent", true}}, {{"silent", false}}, Reason::kJoinTimeout},
  };
  scene.Add(kHome);
  Begin({Known("home", "correct horse")});
  for (const auto& c : cases) {
    Change(c.trouble);
    Change({{"away", true}});
    Pass(Seconds{10});
    Change({{"away", false}});
    EndsIn(State::kWaiting, c.reason, Seconds{300});
    Change(c.cure);
    EXPECT_TRUE(PassUntil(State::kOnline, Seconds{900})) << c.trouble << ": " << where();
  }
}

TEST_F(WifiStory, TheRadioHangsAtEachCommand) {
  scene.Add(kHome);
  ComesOnline();
  for (const std::string& name : air::CommandNames()) {
    const auto command = *air::ParseCommand(name);
    if (command >= serial_radio::Type::kLeave) {
      continue;  // the supervisor gives no such command by itself, or waits for no answer
    }
    faults.HangAt(command, 1);
    wire.chip->Hang();  // so that all of them are given
    Pass(Seconds{120});
    EXPECT_TRUE(faults.hangs().empty()) << name << " was not given: " << where();
    EXPECT_TRUE(PassUntil(State::kOnline, Seconds{300})) << name << ": " << where();
  }
  EXPECT_TRUE(Saw(Reason::kRadioHung));
}

TEST_F(WifiStory, ARadioThatHangsWhileOnlineIsNoticedWithinTenSeconds) {
  scene.Add(kHome);
  ComesOnline();
  Pass(Seconds{3'600}, Milliseconds{200});
  ASSERT_FALSE(Saw(Reason::kRadioHung)) << "one that speaks is left alone";
  wire.chip->Hang();
  Pass(Seconds{10});
  EXPECT_TRUE(Saw(Reason::kRadioHung)) << where();
  EXPECT_TRUE(PassUntil(State::kOnline, Seconds{120})) << where();
}

TEST_F(WifiStory, ARadioThatHangsForAnHour) {
  scene.Add(kHome);
  faults.HangAt(serial_radio::Type::kBoot, -1);
  Begin({Known("home", "correct horse")});
  EndsIn(State::kWaiting, Reason::kRadioHung);
  Pass(Seconds{3'600}, Milliseconds{200});
  EXPECT_FALSE(supervisor.online());
  faults.Clear();
  EXPECT_TRUE(PassUntil(State::kOnline, Seconds{300})) << where();
}

TEST_F(WifiStory, APatchThatIsMissingOrWrong) {
  scene.Add(kHome);
  const std::vector<std::byte> good = MakePatch(kFirmware);
  std::vector<std::byte> damaged = good;
  damaged[4000] ^= std::byte{1};
  const std::vector<std::byte> half(good.begin(), good.begin() + 4000);
  std::vector<std::byte> other = MakePatch({kFirmware.version + 1, kFirmware.features});
  patch.reset();
  Begin({Known("home", "correct horse")});
  EndsIn(State::kNoFirmware, Reason::kFirmwareMissing);
  for (const auto& wrong : {damaged, half, other}) {
    patch = wrong;
    supervisor.FirmwareChanged();
    Pass(Seconds{1});
    EndsIn(State::kNoFirmware, Reason::kFirmwareRefused);
    EXPECT_NE(wire.chip->state(), "running");
  }
  patch = good;
  supervisor.FirmwareChanged();
  EXPECT_TRUE(PassUntil(State::kOnline, Seconds{60})) << where();
}

}  // namespace
}  // namespace linnet::wifi
