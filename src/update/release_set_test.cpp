// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Releases of two parts: what is fetched, what is refused and with which words, what is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/view.hpp"
#include "delta/decoder.hpp"
#include "update/testing/release_set.hpp"
#include "update/testing/rig.hpp"

namespace linnet::update {
namespace {

using ::testing::HasSubstr;
using namespace testing;  // NOLINT: the rig's words

class ReleaseSet : public ::testing::Test {
 public:
  ReleaseSet() {
    EXPECT_TRUE(world.Start());
    world.Run();
  }

  Status Offer(const Octets& file, StringView job = "job-1") {
    world.source.file = file;
    world.source.delivered = 0;
    return world.engine->Offer({.job_id = job});
  }
  void Confirm(const SampleRelease& release, const Octets& file, StringView job = "job-1") {
    ASSERT_TRUE(Offer(file, job).ok());
    world.Run();
    ASSERT_EQ(world.engine->phase(), Phase::kRebooting)
        << (world.observer.outcomes.empty() ? "" : world.observer.outcomes.back());
    ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
    ASSERT_TRUE(world.session->Runs(release));
    world.engine->SetHealth(kHealthy);
    world.Run();
    ASSERT_EQ(world.engine->phase(), Phase::kConfirmed);
    world.engine->OutcomeReported(job);
  }
  [[nodiscard]] bool Has(const Octets& companion) const {
    return world.session->store.Find(crypto::Hash(companion)).ok();
  }
  void ExpectRefused(const Octets& file, Fault fault, const char* words) {
    const std::uint64_t programs = world.device.store.programs();
    ASSERT_TRUE(Offer(file, "refused").ok());
    world.Run();
    ASSERT_FALSE(world.observer.outcomes.empty());
    EXPECT_THAT(world.observer.outcomes.back(), HasSubstr("refused rejected: "));
    EXPECT_THAT(world.observer.outcomes.back(), HasSubstr(words));
    EXPECT_EQ(world.observer.faults.back(), fault);
    EXPECT_EQ(world.device.store.programs(), programs) << "before the first flash write";
    world.engine->OutcomeReported("refused");
  }

  const SampleRelease v1 = release::testing::MakeRelease(1);
  const Octets firmware7 = Firmware(7);
  const Octets firmware8 = Firmware(8);
  const SampleRelease v2 = MakeApplication(2, firmware7, 7);
  const SampleRelease v3 = MakeApplication(3, firmware7, 7);
  World world{v1};
};

TEST_F(ReleaseSet, InstallsApplicationAndFirmwareAsOne) {
  Confirm(v2, MakePackage(v2, firmware7));
  EXPECT_TRUE(Has(firmware7));
  EXPECT_EQ(world.engine->missing(), "");
  ASSERT_TRUE(world.Start());
  EXPECT_TRUE(Has(firmware7));
}

TEST_F(ReleaseSet, PartsThatAreHereCostNoByte) {
  Confirm(v2, MakePackage(v2, firmware7));
  Confirm(v3, MakePackage(v3, firmware7), "job-2");
  EXPECT_LT(world.source.delivered, v3.file.size() + 1500) << "the head and the application";
}

TEST_F(ReleaseSet, ABareApplicationWhoseFirmwareIsHereIsEnough) {
  Confirm(v2, MakePackage(v2, firmware7));
  Confirm(v3, v3.file, "job-2");
}

TEST_F(ReleaseSet, OtherFirmwareIsFetchedAndTheOldGoesWhenNothingNamesIt) {
  const SampleRelease next = MakeApplication(4, firmware8, 8);
  const SampleRelease after = MakeApplication(5, firmware8, 8);
  Confirm(v2, MakePackage(v2, firmware7));
  Confirm(next, MakePackage(next, firmware8), "job-2");
  Confirm(after, MakePackage(after, firmware8), "job-3");
  EXPECT_TRUE(Has(firmware8));
  EXPECT_FALSE(Has(firmware7));
}

TEST_F(ReleaseSet, RefusesWhatDoesNotBelongTogether) {
  ExpectRefused(MakePackage(v2, firmware8), Fault::kPairing, "Wi-Fi firmware");
  ExpectRefused(v2.file, Fault::kPartMissing, "Wi-Fi firmware");
  const SampleRelease mute = MakeApplication(2, {});
  ExpectRefused(MakePackage(mute, firmware7), Fault::kPairing, "--needs");
  const SampleRelease driver = MakeApplication(2, firmware7, 8);
  ExpectRefused(MakePackage(driver, firmware7), Fault::kRadioVersion, "1.2.14.8");
  const SampleRelease unnamed = MakeApplication(2, {}, 8);
  ExpectRefused(unnamed.file, Fault::kPartMissing, "Wi-Fi");
}

TEST_F(ReleaseSet, RefusesWhatIsForAnother) {
  ExpectRefused(MakePackage(v2, firmware7, {.product = "heater"}), Fault::kForAnother, "product");
  ExpectRefused(MakePackage(v2, firmware7, {.board = "other"}), Fault::kForAnother, "board");
  const Octets large = Firmware(7, 1000);
  world.areas[1].size = 500;
  ExpectRefused(MakePackage(v2, large), Fault::kTooLarge, "do not fit");
}

TEST_F(ReleaseSet, FirmwareThatIsNoContainerOfItsVersionIsRefusedBeforeItIsStaged) {
  Octets wrong = firmware7;
  wrong[60] ^= std::byte{1};  // Named with its digest, but not what the container's own says.
  const SampleRelease release = MakeApplication(2, wrong, 7);
  ASSERT_TRUE(Offer(MakePackage(release, wrong)).ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kFailed);
  EXPECT_EQ(world.observer.faults.back(), Fault::kFormat);
  EXPECT_EQ(world.session->Query().state, release::ReleaseState::kReady);
  EXPECT_FALSE(Has(wrong)) << "cleaned up";
}

TEST_F(ReleaseSet, AContainerOfAnotherVersionThanNamedIsRefusedBeforeItIsStaged) {
  image::ManifestEntry named = NameFirmware(firmware8);
  named.version = NameFirmware(firmware7).version;
  const SampleRelease release = SignNaming(2, image::testing::SampleBody(2500), named, 7);
  Packed firmware = Pack(firmware8);
  firmware.entry.version = named.version;
  ASSERT_TRUE(Offer(MakePackage({Pack(release), firmware}, release.digest)).ok());
  world.Run();
  EXPECT_EQ(world.observer.faults.back(), Fault::kRadioVersion);
  EXPECT_THAT(world.observer.outcomes.back(), HasSubstr("1.2.14.8"));
  EXPECT_EQ(world.session->Query().state, release::ReleaseState::kReady);
}

TEST_F(ReleaseSet, AnApplicationOfAnotherVersionThanThePackageStatesIsRefused) {
  Packed application = Pack(v2);
  application.entry.version = {9, 0, 0, 0};
  ExpectRefused(MakePackage({application, Pack(firmware7)}, v2.digest), Fault::kContent,
                "not the one that its head names");
}

TEST_F(ReleaseSet, ABoardMayAllowUnnamedPairs) {
  const SampleRelease mute = MakeApplication(2, {});
  world.config.device.allow_unnamed = true;
  ASSERT_TRUE(world.Start());
  Confirm(mute, MakePackage(mute, firmware7));
}

TEST_F(ReleaseSet, AResetBetweenThePartsKeepsTheFirst) {
  const Octets file = MakePackage(v2, firmware7);
  ASSERT_TRUE(Offer(file).ok());
  while (!world.session->store.Find(v2.digest).ok()) {
    world.Run(Milliseconds(20));
  }
  ASSERT_TRUE(world.Start());
  ASSERT_TRUE(Offer(file).ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_LT(world.source.delivered, firmware7.size() + 1500);
}

TEST_F(ReleaseSet, AnApplicationWithoutItsFirmwareGetsItFromThePackageOfItsRelease) {
  // Somebody flashed the application alone.
  World other(v2);
  ASSERT_TRUE(other.Start());
  other.Run();
  EXPECT_EQ(other.engine->missing(), "Wi-Fi firmware 1.2.14.7");
  other.source.file = MakePackage(v2, firmware7);
  ASSERT_TRUE(other.engine->Offer({.job_id = "job-1", .version = "2.0.0"}).ok());
  other.Run();
  EXPECT_EQ(other.engine->phase(), Phase::kConfirmed);
  EXPECT_EQ(other.observer.outcomes.back(), "job-1 succeeded");
  EXPECT_EQ(other.engine->missing(), "");
  EXPECT_EQ(other.observer.reboots_wanted, 0);
  EXPECT_LT(other.source.delivered, firmware7.size() + 1500) << "not the application";
  other.engine->OutcomeReported("job-1");
  ASSERT_TRUE(other.engine->Offer({.job_id = "job-2", .version = "2.0.0"}).ok());
  other.Run();
  EXPECT_EQ(other.observer.faults.back(), Fault::kRunning) << "nothing is missing any more";
}

TEST_F(ReleaseSet, ATrialWhoseRadioDoesNotComeUpTakesBothPartsBack) {
  Confirm(v2, MakePackage(v2, firmware7));
  const SampleRelease next = MakeApplication(4, firmware8, 8);
  ASSERT_TRUE(Offer(MakePackage(next, firmware8), "job-2").ok());
  world.Run();
  ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
  ASSERT_TRUE(world.session->Runs(next));
  world.engine->SetHealth({.connected = true, .job_readable = true, .radio = false});
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kReverting);
  ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
  EXPECT_TRUE(world.session->Runs(v2));
  EXPECT_TRUE(Has(firmware7));
  EXPECT_EQ(world.engine->missing(), "");
  EXPECT_EQ(world.observer.faults.back(), Fault::kRadio);
}

TEST_F(ReleaseSet, ADeadRadioIsTheCauseAlsoWithoutAnyContactToTheCloud) {
  Confirm(v2, MakePackage(v2, firmware7));
  const SampleRelease next = MakeApplication(4, firmware8, 8);
  ASSERT_TRUE(Offer(MakePackage(next, firmware8), "job-2").ok());
  world.Run();
  ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
  world.engine->SetHealth({.connected = false, .job_readable = false, .radio = false});
  world.Run();
  ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
  EXPECT_TRUE(world.session->Runs(v2));
  EXPECT_TRUE(Has(firmware7));
  EXPECT_EQ(world.observer.faults.back(), Fault::kRadio);
}

TEST_F(ReleaseSet, AStreamThatIsNotSoundIsReplacedByTheWholePart) {
  Packed compressed = Pack(v2);
  compressed.entry.encoding = package::Encoding::kCompressed;
  compressed.bytes.assign(900, std::byte{0x5A});
  compressed.entry.stored_length = 900;
  compressed.entry.stored_digest = crypto::Hash(compressed.bytes);
  world.config.device.decodes_streams = true;
  ASSERT_TRUE(world.Start());
  Confirm(v2, MakePackage({Pack(v2), compressed, Pack(firmware7)}, v2.digest));
}

}  // namespace
}  // namespace linnet::update
