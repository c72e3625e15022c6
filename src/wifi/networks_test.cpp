// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "wifi/networks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/view.hpp"
#include "wifi/choice.hpp"

namespace linnet::wifi {
namespace {

Network Make(StringView ssid, StringView key, std::int64_t last_success = 0) {
  Network network{
      .minimum_security = key.empty() ? hal::WifiSecurity::kOpen : hal::WifiSecurity::kWpa2Psk,
      .last_success = last_success};
  EXPECT_TRUE(network.ssid.Assign(ssid).ok());
  EXPECT_TRUE(network.passphrase.Assign(key).ok());
  return network;
}

std::vector<std::byte> Stored(StringView text) {
  const Bytes bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> Encoded(const NetworkList& list) {
  std::vector<std::byte> out(kMaxNetworksSize);
  out.resize(EncodeNetworks(list, out).size());
  return out;
}

TEST(Networks, KeysAreWhatWpaAllows) {
  EXPECT_TRUE(Check(Make("a", "12345678")).ok());
  EXPECT_TRUE(Check(Make("a", std::string(63, '~'))).ok());
  EXPECT_TRUE(Check(Make("a", std::string(64, 'f'))).ok());
  EXPECT_TRUE(Check(Make(std::string(32, 'x'), "")).ok());
  EXPECT_EQ(Check(Make("", "12345678")), Code::kInvalidArgument);
  EXPECT_EQ(Check(Make("a", "1234567")), Code::kInvalidArgument);
  EXPECT_EQ(Check(Make("a", std::string(64, 'g'))), Code::kInvalidArgument);
  EXPECT_EQ(Check(Make("a", "12345678\x7F")), Code::kInvalidArgument);
  Network open = Make("a", "12345678");
  open.minimum_security = hal::WifiSecurity::kOpen;
  EXPECT_EQ(Check(open), Code::kInvalidArgument);
}

TEST(Networks, TheOneUsedLongestAgoGivesWay) {
  NetworkList list;
  list.Prefer(Make("old", "12345678", 10));
  list.Prefer(Make("new", "12345678", 40));
  list.Prefer(Make("b", "12345678", 30));
  list.Prefer(Make("c", "12345678", 20));
  list.Prefer(Make("d", "12345678"));
  ASSERT_EQ(list.size(), kMaxNetworks);
  EXPECT_EQ(list.view()[0].ssid, "d");
  EXPECT_EQ(list.Find("old"), nullptr);
  list.Prefer(Make("new", "another key"));
  ASSERT_EQ(list.size(), kMaxNetworks);
  EXPECT_EQ(list.view()[0].passphrase, "another key");
  EXPECT_TRUE(list.Remove("b").ok());
  EXPECT_EQ(list.Remove("b"), Code::kNotFound);
  EXPECT_EQ(list.size(), kMaxNetworks - 1);
}

TEST(Networks, ComeBackAsTheyWereStored) {
  NetworkList list;
  list.Prefer(Make("home", "12345678", 1'800'000'000));
  list.Prefer(Make("caf\xC3\xA9", ""));
  const std::vector<std::byte> stored = Encoded(list);
  NetworkList back;
  ASSERT_TRUE(DecodeNetworks(stored, back).ok());
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back.view()[1].passphrase, "12345678");
  EXPECT_EQ(back.view()[1].last_success, 1'800'000'000);
  EXPECT_EQ(Encoded(back), stored);
}

TEST(Networks, TheFirstFormatIsMigrated) {
  using namespace std::string_view_literals;
  NetworkList list;
  ASSERT_TRUE(DecodeNetworks(Stored("\x01\x02\x04home\x08"
                                    "12345678\x04open\x00"sv),
                             list)
                  .ok());
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list.view()[0].minimum_security, hal::WifiSecurity::kWpa2Psk);
  EXPECT_EQ(list.view()[1].minimum_security, hal::WifiSecurity::kOpen);
  EXPECT_EQ(Encoded(list)[0], std::byte{2});
}

TEST(Networks, WhatIsDamagedIsRefusedWhole) {
  NetworkList list;
  list.Prefer(Make("home", "12345678"));
  list.Prefer(Make("work", "87654321"));
  const std::vector<std::byte> good = Encoded(list);
  NetworkList back;
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(DecodeNetworks(Bytes(good).first(size), back), Code::kMalformed) << size;
    EXPECT_EQ(back.size(), 0U);
  }
  std::vector<std::byte> longer = good;
  longer.push_back(std::byte{0});
  EXPECT_EQ(DecodeNetworks(longer, back), Code::kMalformed);
  std::vector<std::byte> newer = good;
  newer[0] = std::byte{3};
  EXPECT_EQ(DecodeNetworks(newer, back), Code::kUnsupported);
  std::vector<std::byte> many = good;
  many[1] = std::byte{5};
  EXPECT_EQ(DecodeNetworks(many, back), Code::kMalformed);
}

hal::AccessPoint Heard(StringView ssid, std::uint8_t number, std::int8_t rssi) {
  hal::AccessPoint point{
      .bssid = {0, 0, 0, 0, 0, number}, .security = hal::WifiSecurity::kWpa2Psk, .rssi_dbm = rssi};
  EXPECT_TRUE(point.ssid.Assign(ssid).ok());
  return point;
}

TEST(Candidates, OnlyTheBestOfManyAreKept) {
  const std::vector<Network> known{Make("home", "12345678")};
  Candidates candidates;
  for (std::uint8_t i = 0; i < 40; ++i) {
    candidates.Consider(Heard("home", i, static_cast<std::int8_t>(-90 + i)), known, Instant{});
  }
  Candidate best;
  for (std::uint8_t i = 0; i < Candidates::kMax; ++i) {
    ASSERT_TRUE(candidates.TakeBest(best));
    EXPECT_EQ(best.access_point.bssid[5], 39 - i);
  }
  EXPECT_FALSE(candidates.TakeBest(best));
  EXPECT_EQ(candidates.Best(), nullptr);
}

TEST(Candidates, HistoryDecidesBetweenSimilarSignals) {
  const std::vector<Network> known{Make("first", "12345678"), Make("worked", "12345678", 99)};
  Candidates candidates;
  candidates.Consider(Heard("first", 1, -50), known, Instant{});
  candidates.Consider(Heard("worked", 2, -53), known, Instant{});
  EXPECT_EQ(candidates.Best()->access_point.ssid, "worked");

  candidates.Blame({0, 0, 0, 0, 0, 2}, Instant{} + Seconds{10});
  candidates.Clear();
  candidates.Consider(Heard("first", 1, -90), known, Instant{});
  candidates.Consider(Heard("worked", 2, -30), known, Instant{});
  Candidate best;
  ASSERT_TRUE(candidates.TakeBest(best));
  EXPECT_EQ(best.access_point.ssid, "first");
  ASSERT_TRUE(candidates.TakeBest(best));
  EXPECT_EQ(best.access_point.ssid, "worked") << "better than none";
}

TEST(Candidates, OfAnAccessPointThatIsHeardTwiceTheStrongerCounts) {
  const std::vector<Network> known{Make("home", "12345678")};
  Candidates candidates;
  for (const int rssi : {-70, -40, -60}) {
    candidates.Consider(Heard("home", 1, static_cast<std::int8_t>(rssi)), known, Instant{});
  }
  Candidate best;
  ASSERT_TRUE(candidates.TakeBest(best));
  EXPECT_EQ(best.access_point.rssi_dbm, -40);
  EXPECT_FALSE(candidates.TakeBest(best));
}

TEST(Candidates, ANetworkWhoseKeyWasRefusedIsLeftAloneForAWhile) {
  std::vector<Network> known{Make("home", "12345678"), Make("work", "12345678")};
  Candidates candidates;
  candidates.Consider(Heard("home", 1, -40), known, Instant{});
  candidates.Consider(Heard("home", 2, -50), known, Instant{});
  candidates.Consider(Heard("work", 3, -80), known, Instant{});
  candidates.Remove(0);
  EXPECT_EQ(candidates.Best()->access_point.ssid, "work");
  EXPECT_FALSE(candidates.left_one_alone());

  known[0].left_alone_until = Instant{} + Seconds{10};
  candidates.Clear();
  candidates.Consider(Heard("home", 1, -40), known, Instant{} + Seconds{9});
  EXPECT_EQ(candidates.Best(), nullptr);
  EXPECT_TRUE(candidates.left_one_alone());
  candidates.Clear();
  candidates.Consider(Heard("home", 1, -40), known, Instant{} + Seconds{10});
  EXPECT_NE(candidates.Best(), nullptr);
  EXPECT_FALSE(candidates.left_one_alone());
}

}  // namespace
}  // namespace linnet::wifi
