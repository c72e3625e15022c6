// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Networks in a device's flash: sealed, taken over from older formats, and safe from power cuts.
#include "wifi/network_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "crypto/private_key.hpp"
#include "crypto/testing/hex.hpp"
#include "crypto/testing/test_entropy.hpp"
#include "sim/nor_flash.hpp"
#include "sim/power_cut_sweep.hpp"

namespace linnet::wifi {
namespace {

using namespace std::literals;

// "home", "12345678": as formats 1 and 2 had it in the flash.
constexpr StringView kFormat1 =
    "\1\1\4home\10"
    "12345678"sv;
constexpr StringView kFormat2 =
    "\2\1\4home\10"
    "12345678\1\0\0\0\0\0\0\0\0"sv;

Network Make(StringView ssid, StringView passphrase) {
  Network network{.minimum_security = hal::WifiSecurity::kWpa2Psk};
  EXPECT_TRUE(network.ssid.Assign(ssid).ok());
  EXPECT_TRUE(network.passphrase.Assign(passphrase).ok());
  return network;
}

/// One start of a device with this flash and this key.
class Session {
 public:
  Session(sim::NorFlash& flash, std::uint8_t key) : flash_(flash), journal_(flash_) {
    crypto::P256Scalar scalar{};
    scalar.back() = std::byte{key};
    mounted_ = journal_.Mount().ok() && key_.Load(scalar).ok();
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  crypto::PrivateKey& key() { return key_; }
  settings::Settings& settings() { return settings_; }
  NetworkStore& store() { return store_; }
  [[nodiscard]] std::string Stored() {
    std::vector<std::byte> value(1024);
    const auto stored = settings_.Get(settings::kWifiNetworks, value);
    return stored.ok() ? std::string(AsText(*stored)) : std::string();
  }
  void Put(StringView value) {
    EXPECT_TRUE(settings_.Set(settings::kWifiNetworks, AsBytes(value)).ok());
  }

 private:
  sim::NorFlash& flash_;
  flash::Journal journal_;
  settings::Settings settings_{journal_};
  crypto::testing::TestEntropy entropy_;
  crypto::Random random_{entropy_};
  crypto::PrivateKey key_{random_};
  vault::Sealer sealer_{key_, random_};
  NetworkStore store_{settings_, sealer_};
  bool mounted_ = false;
};

class NetworkStoreTest : public ::testing::Test {
 protected:
  sim::NorFlash flash_{{4 * 4096, 4096, 4, std::byte{0xFF}}};
  Session session_{flash_, 7};
  NetworkList list_;
};

TEST_F(NetworkStoreTest, ANewDeviceKnowsNone) {
  EXPECT_TRUE(session_.store().Load(list_).ok());
  EXPECT_EQ(list_.size(), 0U);
}

TEST_F(NetworkStoreTest, WhatIsSavedIsLoadedAndCannotBeReadInTheFlash) {
  NetworkList four;
  for (const char* name : {"one", "two", "three", "four"}) {
    four.Prefer(Make(name, "a key that nobody may read"));
  }
  ASSERT_TRUE(session_.store().Save(four).ok());
  EXPECT_EQ(session_.Stored().find("nobody"), std::string::npos);
  EXPECT_EQ(session_.Stored().find("three"), std::string::npos);
  Session next(flash_, 7);
  ASSERT_TRUE(next.store().Load(list_).ok());
  ASSERT_EQ(list_.size(), 4U);
  EXPECT_EQ(list_.view()[0].ssid, "four");
  EXPECT_EQ(list_.view()[3].passphrase, "a key that nobody may read");
}

TEST_F(NetworkStoreTest, TheLongestListFits) {
  NetworkList four;
  for (const char c : {'a', 'b', 'c', 'd'}) {
    four.Prefer(Make(std::string(32, c), std::string(64, c)));
  }
  ASSERT_TRUE(session_.store().Save(four).ok());
  ASSERT_TRUE(session_.store().Load(list_).ok());
  EXPECT_EQ(list_.size(), 4U);
}

TEST_F(NetworkStoreTest, OlderFormatsAreTakenOverAndSealed) {
  for (const StringView old : {kFormat1, kFormat2}) {
    session_.Put(old);
    ASSERT_TRUE(session_.store().Load(list_).ok());
    ASSERT_NE(list_.Find("home"), nullptr);
    EXPECT_EQ(list_.Find("home")->passphrase, "12345678");
    EXPECT_EQ(list_.Find("home")->minimum_security, hal::WifiSecurity::kWpa2Psk);
    EXPECT_EQ(session_.Stored().find("12345678"), std::string::npos);
    EXPECT_EQ(session_.Stored()[0], '\3');
    std::vector<std::byte> raw(flash_.geometry().size);
    ASSERT_TRUE(flash_.Read(0, raw).ok());
    EXPECT_EQ(AsText(raw).find("12345678"), StringView::npos) << "nowhere in the flash";
    ASSERT_TRUE(session_.store().Load(list_).ok());
    EXPECT_NE(list_.Find("home"), nullptr);
  }
}

TEST_F(NetworkStoreTest, AnOlderFormatWorksAlsoWhileItCannotBeSealed) {
  session_.Put(kFormat1);
  session_.key().Clear();
  EXPECT_TRUE(session_.store().Load(list_).ok());
  EXPECT_EQ(list_.size(), 1U);
  EXPECT_EQ(session_.Stored(), kFormat1);
  EXPECT_EQ(session_.store().Save(list_).code(), Code::kFailedPrecondition);
}

TEST_F(NetworkStoreTest, WhatCannotBeUsedIsNoneAndStays) {
  ASSERT_TRUE(session_.store().Load(list_).ok());
  list_.Prefer(Make("home", "12345678"));
  ASSERT_TRUE(session_.store().Save(list_).ok());
  const std::string sealed = session_.Stored();
  std::string damaged = sealed;
  damaged.back() ^= 1;
  session_.Put(damaged);
  EXPECT_EQ(session_.store().Load(list_).code(), Code::kDataLoss);
  EXPECT_EQ(list_.size(), 0U);
  session_.Put("\4 of the future");
  EXPECT_EQ(session_.store().Load(list_).code(), Code::kUnsupported);
  EXPECT_EQ(session_.Stored(), "\4 of the future");
  session_.Put("\3");
  EXPECT_EQ(session_.store().Load(list_).code(), Code::kDataLoss);

  session_.Put(sealed);
  Session other(flash_, 8);
  EXPECT_EQ(other.store().Load(list_).code(), Code::kDataLoss) << "another device's";
  session_.key().Clear();
  EXPECT_EQ(session_.store().Load(list_).code(), Code::kFailedPrecondition);
}

/// Stores, or takes over, cut at every flash operation.
class StoringDevice {
 public:
  void Begin(StringView first) {
    Session session(flash, 7);
    ASSERT_TRUE(session.mounted());
    session.Put(first);
  }
  /// A start, and then another network.
  void Run(bool with_work) {
    Session session(flash, 7);
    NetworkList list;
    if (!session.mounted() || !session.store().Load(list).ok()) {
      return;
    }
    if (with_work) {
      list.Prefer(Make("work", "87654321"));
    } else {
      IgnoreStatus(list.Remove("work"));
    }
    IgnoreStatus(session.store().Save(list));
  }
  void Check() {
    Session session(flash, 7);
    ASSERT_TRUE(session.mounted());
    NetworkList list;
    ASSERT_TRUE(session.store().Load(list).ok());
    ASSERT_NE(list.Find("home"), nullptr);
    EXPECT_EQ(list.Find("home")->passphrase, "12345678");
    EXPECT_TRUE(list.size() == 1 || list.Find("work") != nullptr);
    EXPECT_EQ(session.Stored()[0], '\3') << "sealed by the start after the cut";
  }

  sim::Power power;
  sim::NorFlash flash{{4 * 1024, 1024, 4, std::byte{0xFF}}, power};
};

class StoringTest : public ::testing::TestWithParam<StringView> {};

TEST_P(StoringTest, ACutAtAnyFlashOperationLeavesTheOldOrTheNew) {
  StoringDevice device;
  const sim::SweepResult result = sim::RunPowerCutSweep(
      device.power, {&device.flash},
      {.name = "networks",
       .setup = [&] { device.Begin(GetParam()); },
       .run =
           [&] {
             for (int i = 0; i < 32; ++i) {  // enough to move to the other bank
               device.Run(i % 2 == 0);
             }
           },
       .recover = {},
       .forget = {},
       .check = [&] { device.Check(); }},
      {});
  EXPECT_GT(result.cases, 100U);
  EXPECT_GT(result.erases, 0U);
}

INSTANTIATE_TEST_SUITE_P(FromFormat, StoringTest, ::testing::Values(kFormat1, kFormat2));

}  // namespace
}  // namespace linnet::wifi
