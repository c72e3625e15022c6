// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/serial_radio/driver.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "ports/serial_radio/testing/scripted_radio.hpp"

namespace linnet::serial_radio {
namespace {

using testing::ScriptedRadio;

constexpr hal::RadioFirmware kFirmware{0x01020E07, 1};
constexpr hal::Bssid kHome{2, 0, 0, 0, 0, 1};

hal::AccessPoint Named(StringView ssid) {
  hal::AccessPoint point{.bssid = kHome, .channel = 6, .security = hal::WifiSecurity::kWpa2Psk};
  EXPECT_TRUE(point.ssid.Assign(ssid).ok());
  return point;
}

class DriverTest : public ::testing::Test, public FrameSink {
 protected:
  void OnFrame(Side side, Bytes ethernet) override { frames_.emplace_back(side, AsText(ethernet)); }

  /// The one command that was given since the last look.
  ScriptedRadio::Said Command(Type type) {
    const auto heard = radio_.Heard();
    EXPECT_EQ(heard.size(), 1U);
    EXPECT_TRUE(!heard.empty() && heard.back().type == type) << static_cast<int>(type);
    return heard.empty() ? ScriptedRadio::Said{} : heard.back();
  }
  void Obey(Type type, Status status = OkStatus(), Bytes body = {}) {
    radio_.Answer(Command(type), status, body);
  }
  void Boot() {
    driver_.SetFrameSink(this);
    ASSERT_TRUE(driver_.PowerOn().ok());
    Obey(Type::kPowerOn);
    ASSERT_TRUE(driver_.Poll().ok());
    ASSERT_TRUE(driver_.Boot().ok());
    Obey(Type::kBoot, OkStatus(), EncodeBooted({{1, 2, 3, 4, 5, 6}, {3, 2, 3, 4, 5, 6}}));
    ASSERT_TRUE(driver_.Poll().ok());
    ASSERT_TRUE(driver_.running());
  }
  void Join() {
    ASSERT_TRUE(driver_.StartJoin({.ssid = "home", .bssid = kHome, .channel = 6}).ok());
    Obey(Type::kJoin);
    ASSERT_TRUE(driver_.PollJoin().ok());
  }
  Bytes AccessPointBody(StringView ssid) { return *EncodeAccessPoint(Named(ssid), body_); }

  ScriptedRadio radio_;
  Driver driver_{radio_, kFirmware};
  std::vector<std::pair<Side, std::string>> frames_;
  std::array<std::byte, kMaxAccessPointSize> body_{};
};

TEST_F(DriverTest, StartsTheRadioCommandByCommand) {
  EXPECT_EQ(driver_.Poll().code(), Code::kFailedPrecondition);
  EXPECT_EQ(driver_.Reset().code(), Code::kFailedPrecondition);
  ASSERT_TRUE(driver_.PowerOn().ok());
  EXPECT_EQ(driver_.Poll().code(), Code::kPending);
  EXPECT_EQ(driver_.Reset().code(), Code::kFailedPrecondition) << "one at a time";
  Obey(Type::kPowerOn);
  EXPECT_TRUE(driver_.Poll().ok());
  EXPECT_TRUE(driver_.Poll().ok()) << "the outcome stays";
  ASSERT_TRUE(driver_.BeginPatch({.firmware = kFirmware, .length = 9}).ok());
  Obey(Type::kBeginPatch, Code::kMismatch);
  EXPECT_EQ(driver_.Poll().code(), Code::kMismatch);
  EXPECT_FALSE(driver_.running());
  driver_.PowerOff();
  EXPECT_EQ(Command(Type::kPowerOff).type, Type::kPowerOff);
  EXPECT_EQ(driver_.Poll().code(), Code::kFailedPrecondition);
}

TEST_F(DriverTest, AnswersToWhatWasGivenUpAreNobodys) {
  ASSERT_TRUE(driver_.PowerOn().ok());
  const auto old = Command(Type::kPowerOn);
  driver_.PowerOff();
  static_cast<void>(radio_.Heard());
  ASSERT_TRUE(driver_.PowerOn().ok());
  radio_.Answer(old, OkStatus());
  EXPECT_EQ(driver_.Poll().code(), Code::kPending);
  Obey(Type::kPowerOn);
  EXPECT_TRUE(driver_.Poll().ok());
}

TEST_F(DriverTest, ALineThatTakesNothingIsARadioThatDoesNotAnswer) {
  radio_.dead = true;
  ASSERT_TRUE(driver_.PowerOn().ok());
  EXPECT_EQ(driver_.Poll().code(), Code::kPending);
  driver_.PowerOff();
  radio_.dead = false;
  Boot();
}

TEST_F(DriverTest, AScanGivesWhatWasHeardOneByOne) {
  EXPECT_EQ(driver_.StartScan().code(), Code::kFailedPrecondition);
  Boot();
  EXPECT_EQ(driver_.NextAccessPoint().code(), Code::kUnavailable);
  ASSERT_TRUE(driver_.StartScan().ok());
  EXPECT_EQ(driver_.StartScan().code(), Code::kFailedPrecondition);
  EXPECT_EQ(driver_.NextAccessPoint().code(), Code::kPending);
  Obey(Type::kScan);
  EXPECT_EQ(driver_.NextAccessPoint().code(), Code::kPending);
  for (const char* name : {"first", "second"}) {
    Obey(Type::kNextResult, OkStatus(), AccessPointBody(name));
    EXPECT_EQ(driver_.NextAccessPoint()->ssid, name);
  }
  Obey(Type::kNextResult, Code::kNotFound);
  EXPECT_EQ(driver_.NextAccessPoint().code(), Code::kNotFound);
  EXPECT_EQ(driver_.NextAccessPoint().code(), Code::kNotFound);
}

TEST_F(DriverTest, JoinsAndKnowsItsLink) {
  Boot();
  Join();
  EXPECT_TRUE(driver_.link().joined);
  EXPECT_EQ(driver_.link().bssid, kHome);
  radio_.Say(Type::kSignal, EncodeSignal({kHome, -61}));
  driver_.Work();
  EXPECT_EQ(driver_.link().rssi_dbm, -61);
  radio_.Say(Type::kSignal, EncodeSignal({{9}, -10}));
  driver_.Work();
  EXPECT_EQ(driver_.link().rssi_dbm, -61) << "of an access point that was left";
  radio_.Say(Type::kLinkLost, EncodeLinkLost(LinkLoss::kSilence));
  driver_.Work();
  EXPECT_FALSE(driver_.link().joined);
}

TEST_F(DriverTest, SaysWhyItDidNotJoin) {
  Boot();
  for (const auto& [said, heard] : {std::pair{Code::kUnauthenticated, Code::kUnauthenticated},
                                    {Code::kNotFound, Code::kNotFound},
                                    {Code::kResourceExhausted, Code::kResourceExhausted},
                                    {Code::kUnavailable, Code::kDeadlineExceeded}}) {
    ASSERT_TRUE(driver_.StartJoin({.ssid = "home", .bssid = kHome}).ok());
    EXPECT_EQ(driver_.PollJoin().code(), Code::kPending);
    Obey(Type::kJoin, said);
    EXPECT_EQ(driver_.PollJoin().code(), heard);
    EXPECT_FALSE(driver_.link().joined);
  }
}

TEST_F(DriverTest, ALeaveEndsAJoinAndWhatFollowsWaitsForItsAnswer) {
  Boot();
  ASSERT_TRUE(driver_.StartJoin({.ssid = "home", .bssid = kHome}).ok());
  const auto join = Command(Type::kJoin);
  driver_.Leave();
  const auto leave = Command(Type::kLeave);
  ASSERT_TRUE(driver_.StartScan().ok());
  EXPECT_TRUE(radio_.Heard().empty()) << "one at a time";
  radio_.Answer(join, OkStatus());
  driver_.Work();
  EXPECT_FALSE(driver_.link().joined) << "too late";
  radio_.Answer(leave, OkStatus());
  driver_.Work();
  Obey(Type::kScan);
  EXPECT_EQ(driver_.NextAccessPoint().code(), Code::kPending);
  // What was fetched for the scan does not disturb the join that follows it.
  const auto fetch = Command(Type::kNextResult);
  ASSERT_TRUE(driver_.StartJoin({.ssid = "home", .bssid = kHome}).ok());
  radio_.Answer(fetch, OkStatus(), AccessPointBody("late"));
  driver_.Work();
  Obey(Type::kJoin);
  EXPECT_TRUE(driver_.PollJoin().ok());
}

TEST_F(DriverTest, TheAccessPointWaitsItsTurnAndIsApartFromTheStation) {
  EXPECT_EQ(driver_.StartAccessPoint({.ssid = "lamp"}).code(), Code::kFailedPrecondition);
  Boot();
  EXPECT_EQ(driver_.PollAccessPoint().code(), Code::kFailedPrecondition);
  EXPECT_EQ(driver_.StartAccessPoint({.ssid = ""}).code(), Code::kInvalidArgument);
  EXPECT_EQ(driver_.StartAccessPoint({.ssid = std::string(33, 'x')}).code(),
            Code::kInvalidArgument);
  ASSERT_TRUE(driver_.StartScan().ok());
  const auto scan = Command(Type::kScan);
  ASSERT_TRUE(driver_.StartAccessPoint({.ssid = "lamp", .passphrase = "12345678"}).ok());
  EXPECT_EQ(driver_.PollAccessPoint().code(), Code::kPending);
  EXPECT_TRUE(radio_.Heard().empty());
  radio_.Answer(scan, OkStatus());
  driver_.Work();
  Obey(Type::kNextResult, Code::kNotFound);
  driver_.Work();
  Obey(Type::kStartAp);
  EXPECT_TRUE(driver_.PollAccessPoint().ok());
  Join();
  EXPECT_TRUE(driver_.access_point_open());
  // Another one takes its place: the chip is told to end the first.
  ASSERT_TRUE(driver_.StartAccessPoint({.ssid = "lamp"}).ok());
  Obey(Type::kStopAp);
  driver_.Work();
  Obey(Type::kStartAp, Code::kUnsupported);
  EXPECT_EQ(driver_.PollAccessPoint().code(), Code::kUnsupported);
  driver_.StopAccessPoint();
  EXPECT_EQ(driver_.PollAccessPoint().code(), Code::kFailedPrecondition);
}

TEST_F(DriverTest, OneThatIsStoppedWhileItOpensDoesNotOpen) {
  Boot();
  ASSERT_TRUE(driver_.StartAccessPoint({.ssid = "lamp"}).ok());
  const auto start = Command(Type::kStartAp);
  driver_.StopAccessPoint();
  radio_.Answer(start, OkStatus());
  driver_.Work();
  EXPECT_FALSE(driver_.access_point_open());
  Obey(Type::kStopAp);
  driver_.Work();
  EXPECT_EQ(driver_.PollAccessPoint().code(), Code::kFailedPrecondition);
}

TEST_F(DriverTest, TellsWhoComesAndGoes) {
  Boot();
  EXPECT_EQ(driver_.NextStation().code(), Code::kPending);
  for (std::uint8_t i = 0; i < 6; ++i) {
    radio_.Say(i % 2 == 0 ? Type::kStationJoined : Type::kStationLeft, EncodeMac({i}));
  }
  for (std::uint8_t i = 2; i < 6; ++i) {  // the oldest two gave way
    const auto event = driver_.NextStation();
    ASSERT_TRUE(event.ok());
    EXPECT_EQ(event->station[0], i);
    EXPECT_EQ(event->joined, i % 2 == 0);
  }
  EXPECT_EQ(driver_.NextStation().code(), Code::kPending);
}

TEST_F(DriverTest, FramesPassAsFarAsThereIsRoom) {
  Boot();
  EXPECT_EQ(driver_.BeginFrame(Side::kStation).code(), Code::kUnavailable) << "not joined";
  Join();
  EXPECT_EQ(driver_.BeginFrame(Side::kStation).code(), Code::kUnavailable) << "no credit";
  radio_.Say(Type::kCredit, EncodeCredit({.limit = 1, .next = 0}));
  driver_.Work();
  ASSERT_TRUE(driver_.BeginFrame(Side::kStation).ok());
  driver_.AddToFrame(AsBytes("a frame of "));
  driver_.AddToFrame(AsBytes("two pieces"));
  ASSERT_TRUE(driver_.EndFrame().ok());
  EXPECT_EQ(Command(Type::kFrame).payload, std::string("\0a frame of two pieces", 22));
  EXPECT_EQ(driver_.BeginFrame(Side::kStation).code(), Code::kUnavailable);
  EXPECT_EQ(driver_.BeginFrame(Side::kAccessPoint).code(), Code::kUnavailable);

  radio_.credits = 0;
  for (std::uint8_t i = 0; i < 40; ++i) {
    radio_.Say(Type::kFrame, AsBytes(StringView("\0fourteen bytes", 15)), i);
    driver_.Work();
  }
  static_cast<void>(radio_.Heard());
  EXPECT_EQ(frames_.size(), 40U);
  EXPECT_GE(radio_.credits, 4);
  radio_.Say(Type::kFrame, AsBytes(StringView("\0fourteen bytes", 15)), 90);
  driver_.Work();
  EXPECT_EQ(frames_.size(), 40U) << "it was not promised room";
}

TEST_F(DriverTest, TheLongestFramesPassWhateverIsInThem) {
  Boot();
  Join();
  std::uint8_t sent = 0;
  std::uint32_t state = 1;
  for (const std::size_t size : {14U, 253U, 254U, 255U, 508U, 1514U}) {
    for (const unsigned zeros : {0U, 1U, 128U, 256U}) {
      std::string frame(size, '\1');
      for (char& c : frame) {
        state = state * 1664525U + 1013904223U;
        c = (state >> 24) < zeros ? '\0' : static_cast<char>(1 + (state >> 16) % 255);
      }
      radio_.Say(Type::kCredit, EncodeCredit({.limit = ++sent, .next = 0}));
      driver_.Work();
      ASSERT_TRUE(driver_.BeginFrame(Side::kStation).ok());
      driver_.AddToFrame(AsBytes(frame));
      ASSERT_TRUE(driver_.EndFrame().ok());
      EXPECT_EQ(Command(Type::kFrame).payload.substr(1), frame) << size << " " << zeros;
    }
  }
}

TEST_F(DriverTest, NoiseOnTheLineIsPassedOver) {
  Boot();
  Join();
  for (int i = 0; i < 2000; ++i) {
    radio_.Say(static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i * 7),
               AsBytes(StringView("nothing that anybody knows", static_cast<std::size_t>(i % 26))));
    driver_.Work();
  }
  EXPECT_TRUE(driver_.running());
  ASSERT_TRUE(driver_.StartScan().ok());
}

}  // namespace
}  // namespace linnet::serial_radio
