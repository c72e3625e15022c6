// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device and its access points over hours of virtual time. Each story ends in the state that the
// README promises, without a reset by hand.
#include "wifi/supervisor.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "wifi/testing/fake_air.hpp"

namespace linnet::wifi {
namespace {

using testing::Command;
using testing::FakeAccessPoint;
using testing::FakeAir;

class NoEntropy final : public hal::Entropy {
 public:
  Status Fill(MutableBytes /*out*/) override { return Code::kUnavailable; }  // the longest pauses
};

class Notes final : public Observer {
 public:
  void OnState(State /*state*/, Reason reason) override { reasons.push_back(reason); }
  Status Save(const NetworkList& networks) override {
    ++saves;
    saved = networks;
    return save_result;
  }
  void OnTrialEnded(Reason reason) override { trial = reason; }
  void OnHeard(const hal::AccessPoint& /*heard*/) override { ++heard; }
  void OnScanEnded() override { ++scans; }
  [[nodiscard]] bool Saw(Reason reason) const {
    return std::ranges::find(reasons, reason) != reasons.end();
  }

  std::vector<Reason> reasons;
  NetworkList saved;
  int saves = 0;
  int heard = 0;
  int scans = 0;
  std::optional<Reason> trial;
  Status save_result;
};

Network Home(StringView key = "a good key") {
  Network network{.minimum_security = hal::WifiSecurity::kWpa2Psk};
  EXPECT_TRUE(network.ssid.Assign("home").ok());
  EXPECT_TRUE(network.passphrase.Assign(key).ok());
  return network;
}

Network Named(StringView ssid, StringView key = "another key") {
  Network network = Home(key);
  EXPECT_TRUE(network.ssid.Assign(ssid).ok());
  return network;
}

class SupervisorTest : public ::testing::Test {
 protected:
  void Begin(const std::vector<Network>& networks) {
    NetworkList list;
    for (auto network = networks.rbegin(); network != networks.rend(); ++network) {
      list.Prefer(*network);
    }
    supervisor_.Begin() = list;
  }

  /// As the loop does it, for that long.
  void Pass(Milliseconds time) {
    const Instant end = now_ + time;
    while (now_ < end) {
      const Instant next = supervisor_.Run(now_);
      now_ = std::clamp(next, now_ + Milliseconds{1}, end);
    }
  }

  Instant now_{};
  FakeAir air_;
  Notes notes_;
  NoEntropy entropy_;
  net::Backoff backoff_{entropy_};
  Supervisor supervisor_{
      {.wifi = air_, .surroundings = air_, .observer = notes_, .backoff = backoff_}};
};

TEST_F(SupervisorTest, ComesOnline) {
  air_.Add("home", 1, "a good key");
  Begin({Home()});
  Pass(Seconds{2});
  EXPECT_EQ(supervisor_.state(), State::kOnline);
  EXPECT_EQ(supervisor_.reason(), Reason::kNone);
  EXPECT_EQ(supervisor_.ssid(), "home");
}

TEST_F(SupervisorTest, WithoutANetworkItIsIdleAndWaitsForOne) {
  air_.Add("home", 1, "a good key");
  Begin({});
  Pass(Seconds{60});
  EXPECT_EQ(supervisor_.state(), State::kIdle);
  ASSERT_TRUE(supervisor_.Try(Home()).ok());
  Pass(Seconds{2});
  EXPECT_TRUE(supervisor_.online());
  EXPECT_EQ(notes_.trial, Reason::kNone);
  EXPECT_NE(notes_.saved.Find("home"), nullptr);
}

TEST_F(SupervisorTest, AnAccessPointThatIsGoneForADayIsJoinedSoonAfterItsReturn) {
  air_.Add("home", 1, "a good key");
  Begin({Home()});
  Pass(Seconds{10});
  ASSERT_TRUE(supervisor_.online());
  air_.points[0].on = false;
  notes_.scans = 0;
  Pass(Seconds{86'400});
  EXPECT_EQ(supervisor_.state(), State::kWaiting);
  EXPECT_EQ(supervisor_.reason(), Reason::kNotFound);
  EXPECT_TRUE(notes_.Saw(Reason::kLinkLost));
  EXPECT_LT(notes_.scans, 86'400 / 60) << "it must not look all the time";
  air_.points[0].on = true;
  Pass(Seconds{121});
  EXPECT_TRUE(supervisor_.online());
}

TEST_F(SupervisorTest, AChangedPassphraseIsNotTriedAllTheTime) {
  air_.Add("home", 1, "a good key");
  Begin({Home()});
  Pass(Seconds{2});
  air_.points[0].key = "a new key of the owner";
  air_.points[0].on = false;
  Pass(Seconds{2});
  air_.points[0].on = true;
  Pass(Seconds{86'400});
  EXPECT_EQ(supervisor_.reason(), Reason::kWrongKey);
  EXPECT_GE(air_.refused_keys.size(), 20U) << "it comes back to it";
  EXPECT_LE(air_.refused_keys.size(), 40U);
  ASSERT_TRUE(supervisor_.Try(Home("a new key of the owner")).ok());
  Pass(Seconds{2});
  EXPECT_TRUE(supervisor_.online());
  EXPECT_EQ(notes_.saved.size(), 1U);
  EXPECT_EQ(notes_.saved.Find("home")->passphrase, "a new key of the owner");
}

TEST_F(SupervisorTest, OfTwoAccessPointsOfANameTheStrongerIsTakenAndTheOtherWhenItFails) {
  air_.Add("home", 1, "a good key", -60);
  air_.Add("home", 2, "a good key", -40);
  Begin({Home()});
  Pass(Seconds{2});
  EXPECT_EQ(air_.Joined()->seen.bssid[5], 2);
  air_.points[1].on = false;
  Pass(Seconds{3});
  EXPECT_TRUE(supervisor_.online());
  EXPECT_EQ(air_.Joined()->seen.bssid[5], 1);
}

TEST_F(SupervisorTest, RoamsToAClearlyBetterAccessPoint) {
  air_.Add("home", 1, "a good key", -50);
  air_.Add("home", 2, "a good key", -82);
  Begin({Home()});
  Pass(Seconds{5});
  air_.points[0].seen.rssi_dbm = -80;
  Pass(Seconds{300});
  EXPECT_EQ(air_.Joined()->seen.bssid[5], 1) << "2 dB worse is no better";
  air_.points[1].seen.rssi_dbm = -55;
  Pass(Seconds{700});
  EXPECT_EQ(air_.Joined()->seen.bssid[5], 2);
  EXPECT_TRUE(supervisor_.online());
}

TEST_F(SupervisorTest, ACaptivePortalIsNamedAndAnotherNetworkPreferred) {
  air_.Add("home", 1, "a good key", -40).behind = FakeAccessPoint::Behind::kPortal;
  Begin({Home(), Named("work")});
  Pass(Seconds{400});
  EXPECT_EQ(supervisor_.reason(), Reason::kPortal);
  EXPECT_FALSE(supervisor_.online());
  air_.Add("work", 2, "another key", -70);
  Pass(Seconds{130});
  EXPECT_TRUE(supervisor_.online());
  EXPECT_EQ(supervisor_.ssid(), "work");
}

TEST_F(SupervisorTest, APortalThatOpensIsFoundOpen) {
  air_.Add("home", 1, "a good key").behind = FakeAccessPoint::Behind::kPortal;
  Begin({Home()});
  Pass(Seconds{1000});
  air_.points[0].behind = FakeAccessPoint::Behind::kInternet;
  Pass(Seconds{130});
  EXPECT_TRUE(supervisor_.online());
}

TEST_F(SupervisorTest, WithoutAnAddressItSaysSoAndTriesAgain) {
  air_.Add("home", 1, "a good key").addresses = false;
  Begin({Home()});
  Pass(Seconds{3600});
  EXPECT_EQ(supervisor_.reason(), Reason::kNoAddress);
  air_.points[0].addresses = true;
  Pass(Seconds{130});
  EXPECT_TRUE(supervisor_.online());
}

TEST_F(SupervisorTest, AFullOrSilentAccessPointIsPassedOver) {
  air_.Add("home", 1, "a good key", -30).full = true;
  air_.Add("home", 2, "a good key", -40).silent = true;
  air_.Add("home", 3, "a good key", -70);
  Begin({Home()});
  Pass(Seconds{20});
  EXPECT_TRUE(supervisor_.online());
  EXPECT_EQ(air_.Joined()->seen.bssid[5], 3);
  EXPECT_TRUE(notes_.Saw(Reason::kRefused));
  EXPECT_TRUE(notes_.Saw(Reason::kJoinTimeout));
}

TEST_F(SupervisorTest, NoKeyAndNoDataForAnOpenOrWeakerTwin) {
  air_.Add("home", 1, "", -20);
  Begin({Home()});
  Pass(Seconds{600});
  EXPECT_EQ(air_.joins, 0);
  EXPECT_EQ(supervisor_.reason(), Reason::kNotFound);

  Network strict = Home();
  strict.minimum_security = hal::WifiSecurity::kWpa3Sae;
  air_.Add("home", 2, "a good key", -30);
  ASSERT_TRUE(supervisor_.Try(strict).ok());
  Pass(Seconds{600});
  EXPECT_EQ(notes_.trial, Reason::kNotFound);
}

TEST_F(SupervisorTest, AHungRadioIsStartedAnewWhereverItHangs) {
  air_.Add("home", 1, "a good key");
  Begin({Home()});
  for (const Command command : {Command::kBoot, Command::kScan, Command::kJoin}) {
    air_.hangs_at = command;
    air_.points[0].on = false;  // so that it must begin again
    Pass(Seconds{5});
    air_.points[0].on = true;
    const std::uint32_t before = supervisor_.radio_restarts();
    if (command == Command::kBoot) {
      air_.StartRadio();  // it hangs by itself
    }
    Pass(Seconds{600});
    EXPECT_GT(supervisor_.radio_restarts(), before) << static_cast<int>(command);
    EXPECT_FALSE(supervisor_.online());
    air_.hangs_at = Command::kNone;
    Pass(Seconds{300});
    EXPECT_TRUE(supervisor_.online()) << static_cast<int>(command);
  }
}

TEST_F(SupervisorTest, AChipThatHangsWhileNobodyAsksIsNoticedWithinTenSeconds) {
  air_.Add("home", 1, "a good key");
  Begin({Home()});
  Pass(Seconds{3600});
  ASSERT_TRUE(supervisor_.online());
  ASSERT_EQ(supervisor_.radio_restarts(), 0U) << "one that speaks is left alone";
  air_.Hang();
  Pass(Seconds{10});
  EXPECT_EQ(supervisor_.radio_restarts(), 1U);
  EXPECT_TRUE(notes_.Saw(Reason::kRadioHung));
  Pass(Seconds{130});
  EXPECT_TRUE(supervisor_.online());
}

TEST_F(SupervisorTest, AChipThatHangsAsAnAccessPointIsNoticedToo) {
  Begin({});
  Pass(Seconds{3});
  ASSERT_TRUE(air_.StartAccessPoint({.ssid = "lamp"}).ok());
  Pass(Seconds{3600});
  ASSERT_EQ(supervisor_.radio_restarts(), 0U) << "one that speaks is left alone";
  air_.Hang();
  Pass(Seconds{10});
  EXPECT_EQ(supervisor_.radio_restarts(), 1U);
  Pass(Seconds{130});
  EXPECT_EQ(supervisor_.state(), State::kIdle);

  air_.Hang();  // and now it shall become one
  ASSERT_TRUE(air_.StartAccessPoint({.ssid = "lamp"}).ok());
  Pass(Seconds{10});
  EXPECT_EQ(supervisor_.radio_restarts(), 2U);
}

TEST_F(SupervisorTest, FirmwareThatIsMissingOrWrongIsNamedAndWaitedFor) {
  air_.Add("home", 1, "a good key");
  air_.firmware = Code::kNotFound;
  Begin({Home()});
  Pass(Seconds{86'400});
  EXPECT_EQ(supervisor_.state(), State::kNoFirmware);
  EXPECT_EQ(supervisor_.reason(), Reason::kFirmwareMissing);
  for (const Code code : {Code::kMismatch, Code::kDataLoss, Code::kMalformed}) {
    air_.firmware = code;
    supervisor_.FirmwareChanged();
    Pass(Seconds{10});
    EXPECT_EQ(supervisor_.state(), State::kNoFirmware);
    EXPECT_EQ(supervisor_.reason(), Reason::kFirmwareRefused);
  }
  air_.firmware = OkStatus();
  supervisor_.FirmwareChanged();
  Pass(Seconds{5});
  EXPECT_TRUE(supervisor_.online());
}

TEST_F(SupervisorTest, ATrialThatFailsGoesBackToTheOldNetworkAndSaysWhy) {
  air_.Add("home", 1, "a good key");
  air_.Add("work", 2, "another key");
  Begin({Home()});
  Pass(Seconds{5});
  ASSERT_TRUE(supervisor_.Try(Named("work", "a wrong key")).ok());
  EXPECT_EQ(supervisor_.Try(Named("third")), Code::kFailedPrecondition);
  Pass(Seconds{5});
  EXPECT_EQ(notes_.trial, Reason::kWrongKey);
  EXPECT_TRUE(supervisor_.online());
  EXPECT_EQ(supervisor_.ssid(), "home");
  EXPECT_EQ(notes_.saves, 0);

  notes_.trial.reset();
  ASSERT_TRUE(supervisor_.Try(Named("nowhere")).ok());
  Pass(Seconds{10});
  EXPECT_EQ(notes_.trial, Reason::kNotFound);
  EXPECT_EQ(supervisor_.ssid(), "home");

  notes_.trial.reset();
  air_.points[1].behind = FakeAccessPoint::Behind::kPortal;
  ASSERT_TRUE(supervisor_.Try(Named("work")).ok());
  Pass(Seconds{10});
  EXPECT_EQ(notes_.trial, Reason::kPortal);
  EXPECT_EQ(supervisor_.ssid(), "home");
}

TEST_F(SupervisorTest, ATrialThatSucceedsIsStoredFirst) {
  air_.Add("home", 1, "a good key");
  air_.Add("work", 2, "another key");
  air_.unix_now = 1'800'000'000;
  Begin({Home()});
  Pass(Seconds{5});
  ASSERT_TRUE(supervisor_.Try(Named("work")).ok());
  Pass(Seconds{5});
  EXPECT_EQ(supervisor_.ssid(), "work");
  ASSERT_EQ(notes_.saved.size(), 2U);
  EXPECT_EQ(notes_.saved.view()[0].ssid, "work");
  EXPECT_EQ(notes_.saved.view()[0].last_success, 1'800'000'000);
}

TEST_F(SupervisorTest, ATrialWithAHungRadioEnds) {
  air_.hangs_at = Command::kScan;
  Begin({});
  ASSERT_TRUE(supervisor_.Try(Home()).ok());
  Pass(Seconds{300});
  EXPECT_EQ(notes_.trial, Reason::kRadioHung);
  EXPECT_FALSE(supervisor_.on_trial());
}

TEST_F(SupervisorTest, ForgettingTheJoinedNetworkLeavesIt) {
  air_.Add("home", 1, "a good key");
  Begin({Home()});
  Pass(Seconds{5});
  EXPECT_EQ(supervisor_.Forget("work"), Code::kNotFound);
  ASSERT_TRUE(supervisor_.Forget("home").ok());
  Pass(Seconds{5});
  EXPECT_EQ(supervisor_.state(), State::kIdle);
  EXPECT_EQ(air_.Joined(), nullptr);
  EXPECT_EQ(notes_.saved.size(), 0U);
}

TEST_F(SupervisorTest, InternetThatGoesAwayIsNoticedWhenAsked) {
  air_.Add("home", 1, "a good key", -40);
  air_.Add("work", 2, "another key", -70);
  Begin({Home(), Named("work")});
  Pass(Seconds{5});
  air_.points[0].behind = FakeAccessPoint::Behind::kNothing;
  supervisor_.Recheck();
  Pass(Seconds{60});
  EXPECT_TRUE(supervisor_.online());
  EXPECT_EQ(supervisor_.ssid(), "work");
  EXPECT_TRUE(notes_.Saw(Reason::kNoInternet));
}

TEST_F(SupervisorTest, AfterANetworkWasForgottenTheOthersKeepTheirKeys) {
  air_.Add("home", 1, "a good key", -40);
  air_.Add("work", 2, "another key", -70);
  Begin({Named("gone", "an old key"), Home(), Named("work"), Named("cafe", "a third key")});
  Pass(Seconds{5});
  ASSERT_EQ(supervisor_.ssid(), "home");
  ASSERT_TRUE(supervisor_.Forget("gone").ok());
  Pass(Seconds{5});
  ASSERT_TRUE(supervisor_.online()) << "the connection goes on";
  EXPECT_FALSE(notes_.Saw(Reason::kLinkLost));
  air_.points[0].behind = FakeAccessPoint::Behind::kNothing;
  supervisor_.Recheck();
  Pass(Seconds{160});
  EXPECT_EQ(supervisor_.ssid(), "work");
  EXPECT_TRUE(air_.refused_keys.empty());
}

TEST_F(SupervisorTest, LastSuccessIsWrittenOnceADay) {
  air_.Add("home", 1, "a good key");
  air_.unix_now = 1'800'000'000;
  Begin({Home()});
  Pass(Seconds{5});
  EXPECT_EQ(notes_.saves, 1);
  for (int i = 0; i < 20; ++i) {
    air_.points[0].on = false;
    Pass(Seconds{5});
    air_.points[0].on = true;
    Pass(Seconds{130});
    ASSERT_TRUE(supervisor_.online());
  }
  EXPECT_EQ(notes_.saves, 1);
}

TEST_F(SupervisorTest, ADeviceThatCannotStoreStillWorks) {
  air_.Add("home", 1, "a good key");
  notes_.save_result = Code::kDataLoss;
  Begin({});
  ASSERT_TRUE(supervisor_.Try(Home()).ok());
  Pass(Seconds{5});
  EXPECT_TRUE(supervisor_.online());
}

TEST_F(SupervisorTest, ASurveyHearsEverythingAndChangesNothing) {
  air_.Add("home", 1, "a good key");
  air_.Add("a stranger", 2, "a good key");
  EXPECT_EQ(supervisor_.Survey().code(), Code::kFailedPrecondition);
  Begin({});
  Pass(Seconds{2});
  for (int round = 1; round <= 2; ++round) {
    ASSERT_TRUE(supervisor_.Survey().ok());
    Pass(Seconds{2});
    EXPECT_EQ(supervisor_.state(), State::kIdle);
    EXPECT_EQ(notes_.heard, round * 2);
    EXPECT_EQ(notes_.scans, round);
  }
  ASSERT_TRUE(supervisor_.Try(Home()).ok());
  Pass(Seconds{2});
  air_.Add("home", 3, "a good key", -30);
  notes_.heard = 0;
  ASSERT_TRUE(supervisor_.Survey().ok());
  Pass(Seconds{2});
  EXPECT_TRUE(supervisor_.online());
  EXPECT_EQ(notes_.heard, 3);
  EXPECT_EQ(air_.joins, 1) << "the signal was good enough";
}

TEST_F(SupervisorTest, ASurveyDoesNotWaitForThePause) {
  Begin({Home()});
  Pass(Seconds{600});
  ASSERT_EQ(supervisor_.state(), State::kWaiting);
  air_.Add("home", 1, "a good key");
  ASSERT_TRUE(supervisor_.Survey().ok());
  Pass(Seconds{1});
  EXPECT_TRUE(supervisor_.online());
}

}  // namespace
}  // namespace linnet::wifi
