// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Releases of several images: all of it is verified, installed, tried, accepted and taken back as
// one, or none of it. The golden release.
#include <gtest/gtest.h>

#include <vector>

#include "boot/boot.hpp"
#include "boot/testing/simulated_device.hpp"

namespace linnet::boot {
namespace {

using image::Reason;
using release::Outcome;
using release::PartKind;
using release::ReleaseState;
using release::testing::MakeBootImage;
using release::testing::MakeCompanion;
using release::testing::MakeRelease;
using release::testing::SamplePart;
using release::testing::SampleRelease;
using testing::BoardShape;
using testing::kOnes;
using testing::kZeros;
using testing::Session;
using testing::SimulatedDevice;

constexpr release::PartTag kTag = 70;

/// An internal area of other pages, and an external one whose erased value is zero.
constexpr BoardShape kShape = {"set",
                               {4 * 2048, 2048, 4, kOnes},
                               {26 * 4096, 4096, 1, kOnes},
                               {2 * 4096, 4096, 4, kOnes},
                               {{{4 * 1024, 1024, 8, kOnes}, {2 * 4096, 4096, 1, kZeros}}}};

SampleRelease Release(std::uint8_t version, std::uint8_t aux, std::uint8_t radio) {
  return MakeRelease(version, {.body_size = 5000,
                               .counter = version,
                               .parts = {MakeBootImage(1, aux, {.body_size = 2500, .counter = aux}),
                                         MakeBootImage(2, radio, {.body_size = 3000}),
                                         MakeCompanion(1, 600, version)}});
}

class SetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    device_.FlashRelease(one_);
    Session session(device_);
    ASSERT_TRUE(session.Runs(one_));
    ASSERT_EQ(session.store.Mount(), OkStatus());
    ASSERT_EQ(session.BackUp(), OkStatus());
    ASSERT_EQ(session.DownloadAll(one_, kTag + 20), OkStatus());
  }
  void Stage(const SampleRelease& release) {
    Session session(device_);
    ASSERT_EQ(session.Update(release, kTag), OkStatus());
  }
  void Confirm(const SampleRelease& release) {
    Stage(release);
    Session session(device_);
    ASSERT_TRUE(session.Runs(release));
    ASSERT_EQ(session.control.Accept(release.digest), OkStatus());
  }
  void ExpectRuns(const SampleRelease& release, Decision::Start start) {
    const Session session(device_);
    EXPECT_EQ(session.decision.start, start);
    EXPECT_TRUE(session.Runs(release));
    EXPECT_TRUE(session.Holds(release)) << "not all of it";
  }
  static release::Event LastEvent(Session& session) {
    const release::ReleaseStatus status = session.Query();
    return status.events[status.event_count - 1U];
  }
  static void Spoil(sim::NorFlash& flash, std::uint32_t at) {
    const std::byte bad = flash.Peek(at, 1)[0] ^ std::byte{0x10};
    flash.Poke(at, Bytes(&bad, 1));
  }
  void SpoilInStore(const crypto::Digest& digest) {
    release::StoreView view(device_.store);
    ASSERT_EQ(view.Mount(), OkStatus());
    std::size_t index = 0;
    Spoil(device_.store, view.FindNext(digest, index)->offset + 200);
  }
  void RemoveFromStore(const crypto::Digest& digest) {
    release::Store store(device_.store);
    ASSERT_EQ(store.Mount(), OkStatus());
    ASSERT_EQ(store.Erase(digest, {}), OkStatus());
  }
  std::vector<std::uint64_t> Erases() {
    std::vector<std::uint64_t> erases;
    for (std::size_t i = 0; i < device_.images.size(); ++i) {
      erases.push_back(device_.area(i).erases());
    }
    return erases;
  }

  static std::vector<std::uint32_t> PageErases(const sim::NorFlash& flash) {
    std::vector<std::uint32_t> erases;
    for (std::uint32_t page = 0; page < flash.geometry().size / flash.geometry().page_size;
         ++page) {
      erases.push_back(flash.page_erases(page));
    }
    return erases;
  }
  /// Whether two images differ in that page of the area: 1 or 0.
  static std::uint32_t Differs(const sim::NorFlash& flash, std::uint32_t page,
                               const std::vector<std::byte>& one,
                               const std::vector<std::byte>& other) {
    const std::size_t size = flash.geometry().page_size;
    const auto content = [&](const std::vector<std::byte>& file) {
      std::vector<std::byte> bytes(size, flash.geometry().erased_value);
      for (std::size_t at = page * size; at < (page + 1) * size && at < file.size(); ++at) {
        bytes[at - page * size] = file[at];
      }
      return bytes;
    };
    return content(one) == content(other) ? 0 : 1;
  }

  SimulatedDevice device_{kShape};
  const SampleRelease one_ = Release(1, 1, 1);
  const SampleRelease two_ = Release(2, 2, 1);  // the same image 2
};

TEST_F(SetTest, NormalStartReadsNeitherStoreNorSignature) {
  for (std::uint32_t at = 0; at < device_.store.geometry().size; at += 4096) {
    ASSERT_TRUE(device_.store.ErasePage(at).ok());
  }
  const int verified = device_.verifier.calls();
  ExpectRuns(one_, Decision::Start::kConfirmed);
  EXPECT_EQ(device_.verifier.calls(), verified);
}

TEST_F(SetTest, AllIsInstalledTriedAndAcceptedAsOne) {
  Stage(two_);
  const auto before = Erases();
  Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kTrial);
  EXPECT_TRUE(session.Holds(two_));
  const auto after = Erases();
  EXPECT_GT(after[0], before[0]);
  EXPECT_GT(after[1], before[1]);
  EXPECT_EQ(after[2], before[2]) << "an image that is there already costs nothing";
  EXPECT_EQ(session.Query().counter_floor[1], 0U);
  ASSERT_EQ(session.control.Accept(two_.digest), OkStatus());
  EXPECT_EQ(session.Query().counter_floor[0], 2U);
  EXPECT_EQ(session.Query().counter_floor[1], 2U);
  EXPECT_EQ(session.Query().counter_floor[2], 0U);
  ExpectRuns(two_, Decision::Start::kConfirmed);
}

/// Per image, a page that differs is erased once and any other
/// never; and beside the execution areas the whole update erases at most four pages.
TEST_F(SetTest, EachPageThatDiffersIsErasedOnceAndFourOthersAtMost) {
  Stage(two_);
  const std::vector<const std::vector<std::byte>*> before = {&one_.file, &one_.parts[0].file,
                                                             &one_.parts[1].file};
  const std::vector<const std::vector<std::byte>*> after = {&two_.file, &two_.parts[0].file,
                                                            &two_.parts[1].file};
  std::vector<std::vector<std::uint32_t>> erased;
  for (std::size_t i = 0; i < device_.images.size(); ++i) {
    erased.push_back(PageErases(device_.area(i)));
  }
  const std::uint64_t others = device_.store.erases() + device_.record.erases();
  {
    Session session(device_);
    ASSERT_TRUE(session.Runs(two_));
    ASSERT_EQ(session.control.Accept(two_.digest), OkStatus());
  }
  ExpectRuns(two_, Decision::Start::kConfirmed);
  for (std::size_t i = 0; i < device_.images.size(); ++i) {
    const std::vector<std::uint32_t> now = PageErases(device_.area(i));
    for (std::uint32_t page = 0; page < now.size(); ++page) {
      EXPECT_EQ(now[page] - erased[i][page], Differs(device_.area(i), page, *before[i], *after[i]))
          << "image " << i << ", page " << page;
    }
  }
  EXPECT_LE(device_.store.erases() + device_.record.erases() - others, 4U);
}

TEST_F(SetTest, AnImageInItsPlaceIsReadOnceWhileOthersAreInstalled) {
  Stage(two_);
  const std::uint64_t before = device_.area(2).read_bytes();
  const Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kTrial);
  // Its end, which says which image it is, is read beside the pass over it.
  EXPECT_LT(device_.area(2).read_bytes() - before, two_.parts[1].file.size() * 3 / 2);
}

TEST_F(SetTest, AllIsTakenBackAsOne) {
  Stage(two_);
  for (int i = 0; i < 3; ++i) {
    ExpectRuns(two_, Decision::Start::kTrial);
  }
  ExpectRuns(one_, Decision::Start::kConfirmed);
}

TEST_F(SetTest, ADamagedAreaOfAnyImageIsRepaired) {
  for (std::size_t i = 0; i < device_.images.size(); ++i) {
    Spoil(device_.area(i), 300);
    const auto before = Erases();
    Session session(device_);
    EXPECT_TRUE(session.Runs(one_) && session.Holds(one_)) << i;
    EXPECT_EQ(LastEvent(session).outcome, Outcome::kRepaired);
    const auto after = Erases();
    for (std::size_t other = 0; other < after.size(); ++other) {
      EXPECT_EQ(after[other] != before[other], other == i) << i << " " << other;
    }
  }
}

TEST_F(SetTest, ACandidateDamagedInAnyImageInstallsNothing) {
  Stage(two_);
  SpoilInStore(two_.parts[0].entry.digest);
  const auto before = Erases();
  Session session(device_);
  EXPECT_TRUE(session.Runs(one_) && session.Holds(one_));
  EXPECT_EQ(Erases(), before) << "all of it is verified before the first page is touched";
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kInstallFailed);
  EXPECT_EQ(LastEvent(session).image, 1);
  EXPECT_EQ(LastEvent(session).detail, static_cast<std::uint8_t>(Reason::kDigestMismatch));
}

TEST_F(SetTest, AnAreaThatTakesNothingGivesUpAndGoesBackAsOne) {
  Stage(two_);
  // Erases and programs of image 1 fail from its first operation on, once.
  device_.area(1).FailOperation(0, Code::kDataLoss);
  Session session(device_);
  EXPECT_TRUE(session.Runs(one_));
  EXPECT_TRUE(session.Holds(one_));
  const release::ReleaseStatus status = session.Query();
  bool logged = false;
  for (const release::Event& event : status.events) {
    logged = logged || (event.outcome == Outcome::kCopyFailed && event.image == 1);
  }
  EXPECT_TRUE(logged);
}

TEST_F(SetTest, AReleaseForAnotherBoardIsRefused) {
  const SampleRelease other =
      MakeRelease(3, {.counter = 3, .parts = {MakeBootImage(5, 1, {.body_size = 500})}});
  Session session(device_);
  EXPECT_EQ(session.Update(other, kTag), Status(Code::kUnsupported));
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kStageRefused);
  EXPECT_EQ(LastEvent(session).image, 5);
  EXPECT_EQ(LastEvent(session).detail, static_cast<std::uint8_t>(Reason::kNoSuchArea));
}

TEST_F(SetTest, NoRecordAdoptsOnlyACompleteSet) {
  ASSERT_TRUE(device_.record.ErasePage(0).ok() && device_.record.ErasePage(4096).ok());
  ExpectRuns(one_, Decision::Start::kConfirmed);
  ASSERT_TRUE(device_.record.ErasePage(0).ok() && device_.record.ErasePage(4096).ok());
  Spoil(device_.area(1), 300);
  ExpectRuns(one_, Decision::Start::kConfirmed);
  ASSERT_TRUE(device_.record.ErasePage(0).ok() && device_.record.ErasePage(4096).ok());
  Spoil(device_.area(1), 300);
  RemoveFromStore(one_.parts[0].entry.digest);
  const Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kNothing);
  EXPECT_EQ(session.decision.refusal.verdict.reason, Reason::kPartMissing);
  EXPECT_EQ(session.decision.refusal.image, 1);
}

TEST_F(SetTest, ADirectoryThatNamesAnUnsignedImageInPlaceIsNotBelieved) {
  SampleRelease bad = MakeRelease(4, {.key = 2});
  device_.FlashExecutionArea(bad.file);
  ASSERT_TRUE(device_.record.ErasePage(0).ok() && device_.record.ErasePage(4096).ok());
  RemoveFromStore(one_.digest);
  {
    release::Store store(device_.store);
    ASSERT_EQ(store.Mount(), OkStatus());
    ASSERT_EQ(store.Begin(PartKind::kApplication, static_cast<std::uint32_t>(bad.file.size()), 9),
              OkStatus());
    ASSERT_EQ(store.Write(bad.file), OkStatus());
    ASSERT_EQ(store.Finish(bad.digest), OkStatus());
  }
  const Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kNothing);
}

TEST_F(SetTest, EachAreaHasItsOwnKeys) {
  const std::vector<crypto::P256PublicKey> keys{image::testing::TestKey(9).public_key()};
  release::SignatureVerifier radio_keys(keys);
  device_.images[2].verifier = &radio_keys;
  const SampleRelease ours =
      MakeRelease(3, {.counter = 3, .parts = {MakeBootImage(2, 1, {.body_size = 800, .key = 9})}});
  const SampleRelease wrong =
      MakeRelease(4, {.counter = 4, .parts = {MakeBootImage(2, 2, {.body_size = 800, .key = 1})}});
  ASSERT_TRUE(device_.record.ErasePage(0).ok() && device_.record.ErasePage(4096).ok());
  device_.FlashRelease(ours);
  Session session(device_);
  ASSERT_TRUE(session.Runs(ours));
  EXPECT_EQ(session.Update(wrong, kTag), Status(Code::kUnauthenticated));
  EXPECT_EQ(LastEvent(session).image, 2);
}

// Golden.

TEST_F(SetTest, GoldenIsWhatBootFallsBackTo) {
  {
    Session session(device_);
    ASSERT_EQ(session.control.MarkGolden(one_.digest), OkStatus());
    EXPECT_EQ(LastEvent(session).outcome, Outcome::kGoldenMarked);
  }
  const SampleRelease lower = MakeRelease(
      3, {.counter = 1, .parts = {MakeBootImage(1, 3, {.body_size = 2500, .counter = 1})}});
  Confirm(lower);
  Spoil(device_.execution, 1000);
  SpoilInStore(lower.digest);
  Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kConfirmed);
  EXPECT_TRUE(session.Runs(one_) && session.Holds(one_));
  EXPECT_EQ(session.Query().confirmed, one_.digest);
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kGoldenRestored);
}

TEST_F(SetTest, GoldenIsKeptByTheStoreAndIsTheFactoryReset) {
  {
    Session session(device_);
    ASSERT_EQ(session.control.MarkGolden(one_.digest), OkStatus());
  }
  const SampleRelease equal = MakeRelease(
      3, {.counter = 1, .parts = {MakeBootImage(1, 3, {.body_size = 2500, .counter = 1})}});
  Confirm(equal);
  {
    Session session(device_);
    ASSERT_EQ(session.store.Mount(), OkStatus());
    ASSERT_EQ(session.store.Clean(session.Query(), 0), OkStatus());
    EXPECT_EQ(session.control.RestoreGolden(), OkStatus());
    EXPECT_EQ(session.control.RestoreGolden(), OkStatus()) << "again";
    EXPECT_EQ(LastEvent(session).outcome, Outcome::kFactoryReset);
  }
  ExpectRuns(one_, Decision::Start::kConfirmed);
}

TEST_F(SetTest, GoldenBelowARaisedCounterIsRefused) {
  {
    Session session(device_);
    ASSERT_EQ(session.control.MarkGolden(one_.digest), OkStatus());
  }
  Confirm(two_);  // raises the counters of images 0 and 1
  {
    Session session(device_);
    EXPECT_EQ(session.control.RestoreGolden(), Status(Code::kPermissionDenied));
    EXPECT_EQ(LastEvent(session).detail, static_cast<std::uint8_t>(Reason::kCounterTooLow));
  }
  ExpectRuns(two_, Decision::Start::kConfirmed);
  Spoil(device_.execution, 1000);
  SpoilInStore(two_.digest);
  const Session session(device_);
  EXPECT_EQ(session.decision.start, Decision::Start::kNothing);
}

TEST_F(SetTest, OnlyTheConfirmedAndRunningReleaseBecomesGolden) {
  Stage(two_);
  Session session(device_);
  ASSERT_EQ(session.decision.start, Decision::Start::kTrial);
  EXPECT_EQ(session.control.MarkGolden(two_.digest), Status(Code::kFailedPrecondition));
  EXPECT_EQ(session.control.RestoreGolden(), Status(Code::kNotFound));
  ASSERT_EQ(session.control.Accept(two_.digest), OkStatus());
  EXPECT_EQ(session.control.MarkGolden(one_.digest), Status(Code::kPermissionDenied));
  EXPECT_EQ(session.control.MarkGolden(two_.digest), OkStatus());
  EXPECT_EQ(session.control.MarkGolden(two_.digest), OkStatus()) << "again";
}

}  // namespace
}  // namespace linnet::boot
