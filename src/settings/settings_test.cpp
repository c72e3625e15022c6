// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "settings/settings.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "base/endian.hpp"
#include "base/view.hpp"
#include "sim/nor_flash.hpp"
#include "sim/power_cut_sweep.hpp"

namespace linnet::settings {
namespace {

constexpr hal::FlashGeometry kGeometry{8 * 4096, 4096, 4, std::byte{0xFF}};

class SettingsTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(journal_.Mount().ok()); }

  std::string Text(const TextEntry& entry) {
    std::array<char, 300> buffer{};
    const auto text = settings_.Get(entry, buffer);
    return std::string(text.ok() ? *text : ToString(text.code()));
  }

  sim::NorFlash flash_{kGeometry};
  flash::Journal journal_{flash_};
  Settings settings_{journal_};
};

TEST_F(SettingsTest, NumbersHaveDefaultsAndRanges) {
  EXPECT_EQ(settings_.Get(kTelemetryIntervalS), 60U);
  EXPECT_EQ(settings_.Set(kTelemetryIntervalS, 0).code(), Code::kOutOfRange);
  EXPECT_EQ(settings_.Set(kTelemetryIntervalS, 86'401).code(), Code::kOutOfRange);
  EXPECT_EQ(settings_.Get(kTelemetryIntervalS), 60U);
  for (const std::uint32_t value : {1U, 86'400U}) {
    EXPECT_TRUE(settings_.Set(kTelemetryIntervalS, value).ok());
    EXPECT_EQ(settings_.Get(kTelemetryIntervalS), value);
  }
  EXPECT_EQ(settings_.Set(kLogLevel, 4).code(), Code::kOutOfRange);
  EXPECT_EQ(settings_.Set(kLed, 2).code(), Code::kOutOfRange);
  EXPECT_TRUE(settings_.Set(kShadowVersion, INT64_MAX).ok());
  EXPECT_EQ(settings_.Get(kShadowVersion), INT64_MAX);
  EXPECT_EQ(settings_.Set(kTimeFloor, -1).code(), Code::kOutOfRange);
  EXPECT_TRUE(settings_.Set(kTimeFloor, 0x1'2345'6789).ok());
  EXPECT_EQ(settings_.Get(kTimeFloor), 0x1'2345'6789);
  EXPECT_TRUE(settings_.Clear(kTimeFloor).ok());
  EXPECT_EQ(settings_.Get(kTimeFloor), 0);
}

TEST_F(SettingsTest, TextsAndBlobsAreThereOrNot) {
  EXPECT_EQ(Text(kThingName), "NotFound");
  EXPECT_TRUE(settings_.Set(kThingName, "thing-1").ok());
  EXPECT_EQ(Text(kThingName), "thing-1");
  EXPECT_EQ(settings_.Set(kThingName, "").code(), Code::kOutOfRange);
  EXPECT_EQ(settings_.Set(kThingName, std::string(129, 'x')).code(), Code::kOutOfRange);
  std::array<char, 3> small{};
  EXPECT_EQ(settings_.Get(kThingName, small).code(), Code::kTooLarge);
  const std::vector<std::byte> certificate(2048, std::byte{0x30});
  EXPECT_TRUE(settings_.Set(kRootCertificate1, certificate).ok());
  std::vector<std::byte> buffer(2048);
  const auto stored = settings_.Get(kRootCertificate1, buffer);
  ASSERT_TRUE(stored.ok());
  EXPECT_TRUE(Equal(*stored, certificate));
}

TEST_F(SettingsTest, UnusableStoredValuesGiveTheDefault) {
  std::array<std::byte, 4> bytes{};
  StoreLe32(100'000, bytes);
  EXPECT_TRUE(journal_.Write(32, bytes).ok());
  EXPECT_EQ(settings_.Get(kTelemetryIntervalS), 60U);
  EXPECT_TRUE(journal_.Write(32, Bytes(bytes).first(2)).ok());
  EXPECT_EQ(settings_.Get(kTelemetryIntervalS), 60U);
  EXPECT_TRUE(journal_.Write(1, AsBytes("")).ok());
  EXPECT_EQ(Text(kThingName), "DataLoss");
}

TEST_F(SettingsTest, TheFormatIsStable) {
  EXPECT_TRUE(settings_.Set(kTelemetryIntervalS, 0x01020).ok());
  EXPECT_TRUE(settings_.Set(kShadowVersion, 5).ok());
  std::array<std::byte, 16> bytes{};
  ASSERT_EQ(*journal_.Read(32, bytes), 4U);
  EXPECT_EQ(LoadLe32(bytes), 0x01020U);
  ASSERT_EQ(*journal_.Read(64, bytes), 8U);
  EXPECT_EQ(LoadLe64(bytes), 5U);
}

TEST_F(SettingsTest, FactoryResetKeepsIdentityOnly) {
  EXPECT_TRUE(settings_.Set(kThingName, "thing-1").ok());
  EXPECT_TRUE(settings_.Set(kEndpointPort, 443).ok());
  EXPECT_TRUE(settings_.Set(kTelemetryIntervalS, 5).ok());
  EXPECT_TRUE(settings_.Set(kShadowVersion, 7).ok());
  EXPECT_TRUE(settings_.Set(kUpdateState, AsBytes("job")).ok());
  EXPECT_TRUE(settings_.FactoryReset().ok());
  EXPECT_EQ(Text(kThingName), "thing-1");
  EXPECT_EQ(settings_.Get(kEndpointPort), 443U);
  EXPECT_EQ(settings_.Get(kTelemetryIntervalS), 60U);
  EXPECT_EQ(settings_.Get(kShadowVersion), 0);
  std::array<std::byte, 8> state;
  EXPECT_EQ(settings_.Get(kUpdateState, state).code(), Code::kNotFound);
}

TEST(Entries, AreConsistent) {
  std::set<StringView> names;
  for (const EntryInfo& entry : AllEntries()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_EQ(FindEntry(entry.name), &entry);
    EXPECT_LE(entry.minimum, entry.maximum) << entry.name;
    EXPECT_EQ(entry.group == Class::kIdentity, static_cast<std::uint16_t>(entry.key) < 32)
        << entry.name;
    if (entry.type == Type::kU32 || entry.type == Type::kI64) {
      EXPECT_GE(entry.fallback, entry.minimum) << entry.name;
      EXPECT_LE(entry.fallback, entry.maximum) << entry.name;
    }
    EXPECT_LE(entry.type == Type::kU32 ? entry.maximum : 0, kMaxU32) << entry.name;
  }
  EXPECT_EQ(FindEntry("no.such"), nullptr);
}

/// What a device does with its settings in one session, cut anywhere.
class PowerCutDevice {
 public:
  void Setup() {
    flash::Journal journal(flash_);
    ASSERT_TRUE(journal.Mount().ok());
    Settings settings(journal);
    EXPECT_TRUE(settings.Set(kThingName, "thing-1").ok());
    EXPECT_TRUE(settings.Set(kRootCertificate1, std::vector<std::byte>(300, std::byte{1})).ok());
    EXPECT_TRUE(settings.Set(kTelemetryIntervalS, 10).ok());
  }

  void Run() {
    flash::Journal journal(flash_);
    if (!journal.Mount().ok()) {
      return;
    }
    Settings settings(journal);
    IgnoreStatus(settings.Set(kShadowVersion, 1));
    IgnoreStatus(settings.Set(kTelemetryIntervalS, 20));
    IgnoreStatus(settings.Set(kUpdateState, std::vector<std::byte>(100, std::byte{2})));
    IgnoreStatus(settings.FactoryReset());
    IgnoreStatus(settings.Set(kTelemetryIntervalS, 30));
  }

  void Check() {
    flash::Journal journal(flash_);
    ASSERT_TRUE(journal.Mount().ok());
    Settings settings(journal);
    std::array<char, 128> name{};
    EXPECT_EQ(settings.Get(kThingName, name).value_or(""), "thing-1");
    std::array<std::byte, 512> buffer{};
    EXPECT_EQ(settings.Get(kRootCertificate1, buffer).value_or({}).size(), 300U);
    const std::uint32_t interval = settings.Get(kTelemetryIntervalS);
    const bool version_kept = settings.Get(kShadowVersion) == 1;
    const bool reset = interval == 60 || interval == 30;
    EXPECT_TRUE(reset || interval == 10 || interval == 20) << interval;
    EXPECT_TRUE(interval != 20 || version_kept);
    EXPECT_EQ(settings.Get(kUpdateState, buffer).ok() && reset, false) << "reset in part";
    EXPECT_FALSE(reset && version_kept) << "reset in part";
  }

  sim::Power power;

 private:
  friend class SettingsPower;
  sim::NorFlash flash_{{8192, 1024, 8, std::byte{0xFF}}, power};
};

class SettingsPower : public ::testing::Test {
 protected:
  static sim::NorFlash* Flash(PowerCutDevice& device) { return &device.flash_; }
};

TEST_F(SettingsPower, EveryCutLeavesWholeValuesAndAWholeReset) {
  PowerCutDevice device;
  const sim::SweepResult result =
      sim::RunPowerCutSweep(device.power, {Flash(device)},
                            {.name = "settings/session",
                             .setup = [&] { device.Setup(); },
                             .run = [&] { device.Run(); },
                             .recover = [&] { device.Check(); },
                             .forget = nullptr,
                             .check = [&] { device.Check(); }},
                            {.seeds = sim::FullSweeps() ? 16U : 3U, .unreadable = true});
  EXPECT_GE(result.operations, 25U);
}

}  // namespace
}  // namespace linnet::settings
