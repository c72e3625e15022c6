// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "package/admission.hpp"

#include <gtest/gtest.h>

#include <string>

#include "package/testing/devices.hpp"
#include "package/testing/packages.hpp"
#include "radio/testing/patches.hpp"

namespace linnet::package {
namespace {

using image::ManifestKind;
using radio::testing::kFirmware;
using release::PartKind;
using testing::Fill;
using testing::HeldParts;
using testing::kDevice;

/// Application, boot image 1 and Wi-Fi firmware, as a plan and as what the application names.
struct Pair {
  Plan plan{.file = FileKind::kPackage,
            .count = 3,
            .parts = {{{.kind = PartKind::kApplication, .identified = true, .length = 100},
                       {.kind = PartKind::kBootImage,
                        .index = 1,
                        .identified = true,
                        .length = 70,
                        .version = {.major = 1},
                        .digest = Fill(2)},
                       {.kind = PartKind::kCompanion,
                        .index = 1,
                        .identified = true,
                        .length = 200,
                        .version = radio::ManifestVersion(kFirmware.version),
                        .digest = Fill(3)}}}};
  image::Manifest manifest{.count = 2,
                           .entries = {{{.kind = ManifestKind::kBootImage,
                                         .index = 1,
                                         .version = {.major = 1},
                                         .length = 70,
                                         .digest = Fill(2)},
                                        {.kind = ManifestKind::kCompanion,
                                         .index = 1,
                                         .version = radio::ManifestVersion(kFirmware.version),
                                         .length = 200,
                                         .digest = Fill(3)}}}};
  Device device = kDevice;
  HeldParts held{};
  std::optional<hal::RadioFirmware> firmware = kFirmware;

  [[nodiscard]] Verdict Check() const {
    return CheckRelease(manifest, plan, device, held, firmware);
  }
};

std::string Text(const Verdict& verdict) {
  std::array<char, kMaxExplanation> out{};
  return std::string(Explain(verdict, out));
}

TEST(Release, AMatchingOneIsAccepted) {
  Pair pair;
  EXPECT_TRUE(pair.Check().ok());
  pair.firmware.reset();
  EXPECT_TRUE(pair.Check().ok());
}

TEST(Release, AnApplicationThatNamesNoCompanionIsRefusedWithTheRemedy) {
  Pair pair;
  pair.manifest.count = 1;
  const Verdict verdict = pair.Check();
  EXPECT_EQ(verdict.reason, Reason::kUnnamedPart);
  EXPECT_EQ(Text(verdict),
            "Wi-Fi firmware: the application does not name it: sign the application with --needs");
  pair.device.allow_unnamed = true;
  EXPECT_EQ(pair.Check().reason, Reason::kUnnamedPart) << "it has a manifest: nothing is unnamed";
  pair.manifest.count = 0;
  EXPECT_TRUE(pair.Check().ok());
}

TEST(Release, OtherContentThanNamedIsRefused) {
  Pair pair;
  pair.plan.parts[2].digest = Fill(4);
  EXPECT_EQ(pair.Check().reason, Reason::kOtherPart);
  pair = {};
  pair.plan.parts[2].length = 201;
  EXPECT_EQ(pair.Check().reason, Reason::kOtherPart);
  pair = {};
  pair.plan.parts[1].version = {.major = 2};
  EXPECT_EQ(pair.Check().reason, Reason::kOtherPart);
  EXPECT_EQ(pair.Check().kind, PartKind::kBootImage);
  EXPECT_EQ(Text(pair.Check()),
            "boot image 1: version 2.0.0, the application names 1.0.0: package the one that it was "
            "signed with");
}

TEST(Release, AnotherFirmwareIsToldByBothVersions) {
  Pair pair;
  pair.plan.parts[2].digest = Fill(4);
  EXPECT_EQ(Text(pair.Check()),
            "Wi-Fi firmware: not the one that the application names: package the one that it was "
            "signed with")
      << "its version is the same";
  pair.plan.parts[2].version = radio::ManifestVersion(0x01020E09);
  EXPECT_EQ(Text(pair.Check()),
            "Wi-Fi firmware: version 1.2.14.9, the application names 1.2.14.8: package the one "
            "that it was signed with");
}

TEST(Release, WhatIsNamedMustBeHereOrThere) {
  Pair pair;
  pair.plan.count = 2;
  EXPECT_EQ(pair.Check().reason, Reason::kMissingPart);
  EXPECT_EQ(pair.Check().index, image::companion::kWifiFirmware);
  pair.held.parts = {Fill(3)};
  EXPECT_TRUE(pair.Check().ok());
  pair = {};
  pair.manifest.entries[0].index = 2;
  pair.plan.parts[1].index = 2;
  EXPECT_EQ(pair.Check().reason, Reason::kUnknownPart);
  pair = {};
  pair.manifest.entries[1].length = 20'001;
  pair.plan.count = 2;
  EXPECT_EQ(pair.Check().reason, Reason::kTooLarge);
}

TEST(Release, DriverAndFirmwareMustHaveOneVersion) {
  for (const std::uint32_t bit : {0U, 8U, 16U, 24U}) {
    Pair pair;
    pair.firmware->version ^= 1U << bit;
    EXPECT_EQ(pair.Check().reason, Reason::kOtherFirmware);
  }
  Pair pair;
  pair.firmware->version = 0x01020E09;
  EXPECT_EQ(Text(pair.Check()),
            "the Wi-Fi firmware is 1.2.14.8, the application's driver needs 1.2.14.9: sign it with "
            "that");
  pair = {};
  pair.manifest.count = 1;
  pair.plan.count = 2;
  EXPECT_EQ(pair.Check().reason, Reason::kNoFirmware);
  pair.manifest.count = 0;
  pair.plan.count = 1;
  EXPECT_EQ(pair.Check().reason, Reason::kNoFirmware);
  pair.device.allow_unnamed = true;
  EXPECT_TRUE(pair.Check().ok());
}

TEST(Release, ADigestListStatesNeitherLengthNorVersion) {
  Pair pair;
  pair.firmware.reset();
  pair.manifest = {
      .count = 1, .entries = {{{.kind = ManifestKind::kBootImage, .index = 1, .digest = Fill(2)}}}};
  pair.plan.count = 2;
  EXPECT_TRUE(pair.Check().ok());
}

TEST(Release, PartsThatTheFileDidNotIdentifyGetTheirNamesFromTheManifest) {
  Pair pair;
  for (PlanPart& part : pair.plan.parts) {
    part.identified = false;
    part.digest = {};
    part.version = {};
  }
  pair.plan.parts[1].length = 69;
  EXPECT_EQ(pair.Check().reason, Reason::kOtherPart) << "shorter than what is named";
  pair.plan.parts[1].length = 80;
  ASSERT_TRUE(pair.Check().ok());
  NameParts(pair.manifest, pair.plan);
  EXPECT_FALSE(pair.plan.parts[0].identified);
  EXPECT_EQ(pair.plan.parts[1].digest, Fill(2));
  EXPECT_EQ(pair.plan.parts[2].digest, Fill(3));
  EXPECT_EQ(pair.plan.parts[2].version, radio::ManifestVersion(kFirmware.version));
}

TEST(Firmware, ItsOwnHeadMustSayTheNamedVersion) {
  const Pair pair;
  const auto patch = radio::testing::MakePatch();
  const image::ManifestEntry& named = pair.manifest.entries[1];
  EXPECT_TRUE(CheckWifiFirmware(patch, &named, kFirmware).ok());
  EXPECT_TRUE(CheckWifiFirmware(patch, nullptr, kFirmware).ok());
  const auto other = radio::testing::MakePatch({0x01020E07, kFirmware.features});
  EXPECT_EQ(CheckWifiFirmware(other, &named, std::nullopt).reason, Reason::kOtherFirmware);
  EXPECT_EQ(CheckWifiFirmware(other, nullptr, kFirmware).reason, Reason::kOtherFirmware);
  EXPECT_EQ(CheckWifiFirmware(Bytes(patch).first(51), &named, kFirmware).reason,
            Reason::kMalformed);
}

TEST(Verdict, EveryRefusalHasASentenceThatFits) {
  for (int reason = 0; reason < 60; ++reason) {
    const Verdict verdict{.reason = static_cast<Reason>(reason),
                          .kind = PartKind::kCompanion,
                          .index = 255,
                          .found = 0xFFFFFFFF,
                          .wanted = 0xFFFFFFFF};
    const std::string text = Text(verdict);
    EXPECT_FALSE(text.empty()) << reason;
    EXPECT_FALSE(text.ends_with("...")) << text;
    EXPECT_EQ(verdict.status().ok(), reason == 0);
  }
}

}  // namespace
}  // namespace linnet::package
