// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "radio/service.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "image/testing/sample_image.hpp"
#include "image/tlv.hpp"
#include "ports/standin_radio/standin_radio.hpp"
#include "radio/testing/patches.hpp"
#include "sim/nor_flash.hpp"

namespace linnet::radio {
namespace {

using testing::kFirmware;
using testing::MakePatch;

std::vector<std::byte> Application(const std::vector<std::byte>* patch) {
  std::array<std::byte, image::kManifestEntrySize> value;
  std::vector<image::TlvItem> items;
  if (patch != nullptr) {
    image::Manifest manifest{.count = 1};
    manifest.entries[0] = {.kind = image::ManifestKind::kCompanion,
                           .index = image::companion::kWifiFirmware,
                           .version = ManifestVersion(kFirmware.version),
                           .length = static_cast<std::uint32_t>(patch->size()),
                           .digest = crypto::Hash(*patch)};
    items.push_back({image::tlv::kManifest, image::EncodeManifest(manifest, value)});
  }
  image::testing::TestKey key;
  const std::vector<std::byte> body = image::testing::SampleBody(500);
  return image::testing::Signed({.version = {1}, .body = body, .protected_tlvs = items}, key);
}

class ServiceTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(store_.Mount(), OkStatus()); }

  void Keep(const std::vector<std::byte>& content, release::PartTag tag = 1) {
    ASSERT_TRUE(
        store_.Begin(release::PartKind::kCompanion, static_cast<std::uint32_t>(content.size()), tag)
            .ok());
    ASSERT_TRUE(store_.Write(content).ok());
    ASSERT_TRUE(store_.Finish(crypto::Hash(content)).ok());
  }

  void Start(const std::vector<std::byte>& application) {
    running_bytes_ = application;
    running_.emplace(running_bytes_);
    service_.emplace(radio_, store_, *running_);
    (*service_)->Begin(now_);
    Settle();
  }
  /// Runs until nothing is due before long.
  void Settle(Milliseconds time = Milliseconds(100)) {
    const Instant end = now_ + time;
    while (now_ < end) {
      const Instant next = (*service_)->Run(now_);
      now_ = std::clamp(next, now_ + Milliseconds(1), end);
    }
  }
  FirmwareService& service() { return **service_; }

  const std::vector<std::byte> patch_ = MakePatch();
  sim::NorFlash flash_{{64 * 1024, 1024, 4, std::byte{0xFF}}};
  release::Store store_{flash_};
  standin::StandinRadio radio_{kFirmware};
  std::vector<std::byte> running_bytes_;
  std::optional<image::MemorySource> running_;
  std::optional<FirmwareServiceBuffer<512>> service_;
  Instant now_{};
};

TEST_F(ServiceTest, LoadsWhatTheApplicationNames) {
  Keep(MakePatch(kFirmware, {40, 1000, 512, 3}, {0, 1, 2, 3}, 9), 1);
  Keep(patch_, 2);
  Start(Application(&patch_));
  EXPECT_EQ(service().state(), ServiceState::kRunning);
  EXPECT_TRUE(radio_.running() && service().content());
  EXPECT_EQ(service().named()->digest, crypto::Hash(patch_));
  EXPECT_EQ(service().Run(now_), kNever);
}

TEST_F(ServiceTest, AnApplicationThatNamesNoneNeedsNone) {
  Start(Application(nullptr));
  EXPECT_EQ(service().state(), ServiceState::kUnnamed);
  EXPECT_TRUE(service().content());
  EXPECT_FALSE(radio_.running());
}

TEST_F(ServiceTest, WhatIsMissingIsLoadedWhenItComes) {
  Start(Application(&patch_));
  EXPECT_EQ(service().state(), ServiceState::kMissing);
  EXPECT_FALSE(service().content());
  Settle(3 * FirmwareService::kLookAgain);
  EXPECT_EQ(service().state(), ServiceState::kMissing);
  Keep(patch_);
  service().Look();
  Settle();
  EXPECT_EQ(service().state(), ServiceState::kRunning);
}

TEST_F(ServiceTest, DamagedFirmwareIsNotRunAndLoadedOnceItIsWhole) {
  Keep(patch_);
  const release::Part part = store_.Find(crypto::Hash(patch_)).value();
  ASSERT_TRUE(flash_.ErasePage(part.offset + 1024).ok());
  Start(Application(&patch_));
  EXPECT_EQ(service().state(), ServiceState::kFailed);
  EXPECT_EQ(service().failure(), LoadFailure::kMalformed) << "an image's head was in that page";
  EXPECT_FALSE(radio_.running());
  Keep(patch_, 2);
  Settle(FirmwareService::kRetryAfter + Milliseconds(200));
  EXPECT_EQ(service().state(), ServiceState::kRunning);
}

TEST_F(ServiceTest, AnotherVersionIsNotTriedAgain) {
  const auto other = MakePatch({kFirmware.version + 1, kFirmware.features});
  Keep(other);
  Start(Application(&other));
  EXPECT_EQ(service().failure(), LoadFailure::kOtherVersion);
  Settle(10 * FirmwareService::kRetryAfter);
  EXPECT_EQ(service().state(), ServiceState::kFailed);
  EXPECT_EQ(radio_.commands(), 0U);
}

TEST_F(ServiceTest, AChipThatHungIsTriedAgainAndNotForEver) {
  Keep(patch_);
  radio_.HangAt(5);
  Start(Application(&patch_));
  Settle(hal::kRadioCommandLimit + FirmwareService::kRetryAfter + Milliseconds(500));
  EXPECT_EQ(service().state(), ServiceState::kRunning);
  standin::StandinRadio& radio = radio_;
  for (int i = 0; i < 20; ++i) {
    radio.RefuseAt(radio.commands(), Code::kUnavailable);
    service().Begin(now_);
    for (int attempt = 0; attempt < 20; ++attempt) {
      radio.RefuseAt(radio.commands(), Code::kUnavailable);
      Settle(FirmwareService::kRetryAfter);
    }
  }
  EXPECT_EQ(service().state(), ServiceState::kFailed);
  EXPECT_LT(radio.commands(), 400U);
}

TEST_F(ServiceTest, AnExecutionAreaThatCannotBeReadIsSaid) {
  Start(std::vector<std::byte>(1000));
  EXPECT_EQ(service().state(), ServiceState::kUnreadable);
  EXPECT_FALSE(service().content());
  for (int state = 0; state <= static_cast<int>(ServiceState::kFailed); ++state) {
    EXPECT_FALSE(ToString(static_cast<ServiceState>(state)).empty());
  }
}

}  // namespace
}  // namespace linnet::radio
