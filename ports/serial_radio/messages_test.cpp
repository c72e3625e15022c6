// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/serial_radio/messages.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "ports/serial_radio/frame.hpp"
#include "ports/serial_radio/window.hpp"

namespace linnet::serial_radio {
namespace {

constexpr Mac kMac = {2, 0x4c, 0x69, 0, 0, 1};

/// Any shorter payload, and a longer one, is refused.
template <typename Decode>
void OnlyWhole(Bytes payload, Decode decode) {
  EXPECT_TRUE(decode(payload).ok());
  for (std::size_t size = 0; size < payload.size(); ++size) {
    EXPECT_EQ(decode(payload.first(size)).code(), Code::kMalformed) << size;
  }
  std::vector<std::byte> longer(payload.begin(), payload.end());
  longer.push_back(std::byte{0});
  EXPECT_EQ(decode(Bytes(longer)).code(), Code::kMalformed);
}

TEST(RadioMessages, Start) {
  const auto power = EncodePowerOn({kInterfaceVersion, {0x01020E08, 1}});
  OnlyWhole(power, DecodePowerOn);
  EXPECT_EQ(DecodePowerOn(power)->required, (hal::RadioFirmware{0x01020E08, 1}));

  const hal::RadioPatch patch{{0x01020E08, 9}, 84'000, {std::byte{7}}};
  const auto begin = EncodeBeginPatch(patch);
  OnlyWhole(begin, DecodeBeginPatch);
  EXPECT_EQ(*DecodeBeginPatch(begin), patch);

  const auto image = EncodeBeginImage({3, 70'000});
  OnlyWhole(image, DecodeBeginImage);
  EXPECT_EQ(DecodeBeginImage(image)->type, 3);
  EXPECT_EQ(DecodeBeginImage(image)->length, 70'000U);

  const auto booted = EncodeBooted({kMac, {6, 5, 4, 3, 2, 1}});
  OnlyWhole(booted, DecodeBooted);
  EXPECT_EQ(DecodeBooted(booted)->station, kMac);
  EXPECT_EQ(DecodeBooted(booted)->access_point[0], 6);
}

TEST(RadioMessages, AnswersCarryEachStatusThere) {
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code) {
    const std::array payload = {std::byte{EncodeStatus(static_cast<Code>(code))}};
    const Result<Answer> answer = DecodeAnswer(payload);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status.ok(), code == 0);
  }
  EXPECT_EQ(DecodeAnswer(std::array{std::byte{EncodeStatus(Code::kUnauthenticated)}})->status,
            Status(Code::kUnauthenticated));
  EXPECT_EQ(DecodeAnswer({}).code(), Code::kMalformed);
  EXPECT_EQ(DecodeAnswer(std::array{std::byte{14}}).code(), Code::kMalformed);
}

TEST(RadioMessages, AccessPoint) {
  hal::AccessPoint point{.bssid = kMac,
                         .channel = 36,
                         .band = hal::WifiBand::k5GHz,
                         .security = hal::WifiSecurity::kWpa2Wpa3,
                         .rssi_dbm = -71};
  ASSERT_TRUE(point.ssid.Assign("Wohnzimmer").ok());
  std::array<std::byte, kMaxAccessPointSize> out;
  const Result<Bytes> body = EncodeAccessPoint(point, out);
  ASSERT_TRUE(body.ok());
  OnlyWhole(*body, DecodeAccessPoint);
  const Result<hal::AccessPoint> read = DecodeAccessPoint(*body);
  EXPECT_EQ(read->ssid, "Wohnzimmer");
  EXPECT_EQ(read->bssid, kMac);
  EXPECT_EQ(read->channel, 36);
  EXPECT_EQ(read->band, hal::WifiBand::k5GHz);
  EXPECT_EQ(read->security, hal::WifiSecurity::kWpa2Wpa3);
  EXPECT_EQ(read->rssi_dbm, -71);
}

TEST(RadioMessages, Join) {
  const std::string key(64, 'a');
  const std::string ssid(32, 's');
  std::array<std::byte, kMaxJoinSize> out;
  const Result<Bytes> payload = EncodeJoin({ssid, kMac, 11, hal::WifiSecurity::kWpa3Sae, key}, out);
  ASSERT_TRUE(payload.ok());
  EXPECT_EQ(payload->size(), kMaxJoinSize);
  OnlyWhole(*payload, DecodeJoin);
  EXPECT_EQ(DecodeJoin(*payload)->ssid, ssid);
  EXPECT_EQ(DecodeJoin(*payload)->passphrase, key);
  EXPECT_EQ(DecodeJoin(*payload)->security, hal::WifiSecurity::kWpa3Sae);
  const std::string longer(65, 'a');
  EXPECT_EQ(EncodeJoin({ssid, kMac, 11, hal::WifiSecurity::kWpa2Psk, longer}, out).code(),
            Code::kTooLarge);
}

TEST(RadioMessages, SoftAp) {
  std::array<std::byte, kMaxStartApSize> out;
  const Result<Bytes> payload = EncodeStartAp({"lamp-1", "correct horse", 6, 4}, out);
  ASSERT_TRUE(payload.ok());
  OnlyWhole(*payload, DecodeStartAp);
  EXPECT_EQ(DecodeStartAp(*payload)->ssid, "lamp-1");
  EXPECT_EQ(DecodeStartAp(*payload)->passphrase, "correct horse");
  EXPECT_EQ(DecodeStartAp(*payload)->channel, 6);
  EXPECT_EQ(DecodeStartAp(*payload)->max_stations, 4);
  EXPECT_EQ(DecodeStartAp(*EncodeStartAp({"", "", 6, 4}, out)).code(), Code::kMalformed);
  EXPECT_EQ(DecodeStartAp(*EncodeStartAp({"x", "", 6, 0}, out)).code(), Code::kMalformed);
  OnlyWhole(EncodeMac(kMac), DecodeMac);
}

TEST(RadioMessages, Events) {
  OnlyWhole(EncodeLinkLost(LinkLoss::kSilence), DecodeLinkLost);
  EXPECT_EQ(DecodeLinkLost(std::array{std::byte{3}}).code(), Code::kMalformed);
  const auto signal = EncodeSignal({kMac, -80});
  OnlyWhole(signal, DecodeSignal);
  EXPECT_EQ(DecodeSignal(signal)->rssi_dbm, -80);
  OnlyWhole(EncodeCredit({200, 3}), DecodeCredit);
}

TEST(RadioMessages, Frames) {
  std::vector<std::byte> payload(1 + kMaxEthernetFrame, std::byte{1});
  const Result<Frame> frame = DecodeFrame(payload);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame->side, Side::kAccessPoint);
  EXPECT_EQ(frame->ethernet.size(), kMaxEthernetFrame);
  EXPECT_EQ(DecodeFrame(Bytes(payload).first(14)).code(), Code::kMalformed);
  payload.push_back(std::byte{1});
  EXPECT_EQ(DecodeFrame(payload).code(), Code::kMalformed);
}

TEST(RadioWindow, NothingPassesThatWasNotPromised) {
  FrameWindow host;
  FrameWindow radio;
  EXPECT_FALSE(radio.MaySend());
  for (int i = 0; i < 1000; ++i) {  // many times round the numbers
    EXPECT_FALSE(radio.Take(host.Grant(1)));
    ASSERT_TRUE(radio.MaySend());
    ASSERT_TRUE(host.Receive(radio.Send()));
    EXPECT_FALSE(radio.MaySend());
  }
  EXPECT_FALSE(host.Receive(radio.Send())) << "a sender that ignores its limit is found";
}

TEST(RadioWindow, APromiseIsNeverTakenBack) {
  FrameWindow host;
  FrameWindow radio;
  radio.Take(host.Grant(4));
  radio.Take(host.Grant(0));
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(radio.MaySend());
    ASSERT_TRUE(host.Receive(radio.Send()));
  }
  EXPECT_FALSE(radio.MaySend());
}

TEST(RadioWindow, ALostFrameFreesItsPlaceWithTheNextCredit) {
  FrameWindow host;
  FrameWindow radio;
  radio.Take(host.Grant(1));
  static_cast<void>(radio.Send());  // lost on the line
  EXPECT_FALSE(radio.MaySend());
  EXPECT_TRUE(host.Take(radio.Grant(8))) << "the radio's second";
  radio.Take(host.Grant(1));
  ASSERT_TRUE(radio.MaySend());
  EXPECT_TRUE(host.Receive(radio.Send()));
}

}  // namespace
}  // namespace linnet::serial_radio
