// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "release/backup.hpp"
#include "release/store_view.hpp"
#include "release/testing/sample_release.hpp"
#include "sim/nor_flash.hpp"

namespace linnet::release {
namespace {

using image::testing::SampleBody;
using testing::MakeRelease;
using testing::SampleRelease;

constexpr std::uint32_t kPage = 1024;
constexpr std::uint32_t kPages = 16;  // of parts
constexpr hal::FlashGeometry kGeometry{2 * 4096 + kPages * kPage, kPage, 4, std::byte{0xFF}};

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(store_.Mount(), OkStatus()); }

  static Status Write(Store& store, PartKind kind, Bytes content, const crypto::Digest& digest,
                      PartTag tag) {
    LINNET_TRY(store.Begin(kind, static_cast<std::uint32_t>(content.size()), tag));
    LINNET_TRY(store.Write(content.subspan(store.position())));
    return store.Finish(digest);
  }
  Status WriteCompanion(Bytes content, PartTag tag) {
    return Write(store_, PartKind::kCompanion, content, crypto::Hash(content), tag);
  }
  std::vector<std::byte> Read(const Part& part) {
    std::vector<std::byte> out(part.length);
    EXPECT_TRUE(flash_.Read(part.offset, out).ok());
    return out;
  }
  /// The store as the next start sees it.
  void Restart() {
    store_.Suspend();
    ASSERT_EQ(store_.Mount(), OkStatus());
  }
  static constexpr std::uint32_t kFirst = 2 * 4096;

  sim::NorFlash flash_{kGeometry};
  Store store_{flash_};
};

TEST_F(StoreTest, KeepsAPartThroughAReset) {
  const std::vector<std::byte> content = SampleBody(3000);
  ASSERT_EQ(WriteCompanion(content, 1), OkStatus());
  Restart();
  const Result<Part> part = store_.Find(crypto::Hash(content));
  ASSERT_TRUE(part.ok());
  EXPECT_EQ(part->kind, PartKind::kCompanion);
  EXPECT_EQ(part->length, 3000U);
  EXPECT_EQ(Read(*part), content);
}

TEST_F(StoreTest, EveryLengthAndEveryPiece) {
  for (const std::size_t length : {1U, 3U, 4U, 5U, kPage - 1, kPage, kPage + 1, 2 * kPage}) {
    for (const std::size_t piece : {1U, 3U, 4U, 7U, 4096U}) {
      const std::vector<std::byte> content =
          SampleBody(length, static_cast<std::uint32_t>(length * 31 + piece));
      ASSERT_EQ(store_.Begin(PartKind::kCompanion, static_cast<std::uint32_t>(length), 1),
                OkStatus());
      for (std::size_t at = 0; at < length; at += piece) {
        ASSERT_EQ(store_.Write(Bytes(content).subspan(at, std::min(piece, length - at))),
                  OkStatus());
      }
      ASSERT_EQ(store_.Finish(crypto::Hash(content)), OkStatus());
      EXPECT_EQ(Read(store_.Find(crypto::Hash(content)).value()), content);
      ASSERT_EQ(store_.Erase(crypto::Hash(content), {}), OkStatus());
    }
  }
}

TEST_F(StoreTest, ImagesAreKnownByTheirImageDigest) {
  const SampleRelease release = MakeRelease(1);
  ASSERT_EQ(Write(store_, PartKind::kApplication, release.file, release.digest, 1), OkStatus());
  EXPECT_TRUE(store_.Find(release.digest).ok());
  EXPECT_FALSE(store_.Find(crypto::Hash(release.file)).ok());
}

TEST_F(StoreTest, WrongContentIsNotFound) {
  std::vector<std::byte> content = SampleBody(2000);
  const crypto::Digest digest = crypto::Hash(content);
  content[1999] ^= std::byte{1};
  EXPECT_EQ(Write(store_, PartKind::kCompanion, content, digest, 1), Status(Code::kMismatch));
  EXPECT_EQ(store_.Find(digest).code(), Code::kNotFound);
  EXPECT_EQ(store_.Abandon(1), OkStatus());
  EXPECT_FALSE(store_.writing());
  EXPECT_EQ(Write(store_, PartKind::kApplication, content, digest, 1), Status(Code::kMalformed));
}

TEST_F(StoreTest, WhatIsReadBackCountsNotWhatWasWritten) {
  const std::vector<std::byte> content = SampleBody(2000);
  ASSERT_EQ(store_.Begin(PartKind::kCompanion, 2000, 1), OkStatus());
  ASSERT_EQ(store_.Write(content), OkStatus());
  const std::array<std::byte, 1> bad{~content[500]};
  flash_.Poke(kFirst + 500, bad);
  EXPECT_EQ(store_.Finish(crypto::Hash(content)), Status(Code::kMismatch));
}

TEST_F(StoreTest, APartWithAByteMissingIsNotFinished) {
  const std::vector<std::byte> content = SampleBody(2000);
  ASSERT_EQ(store_.Begin(PartKind::kCompanion, 2000, 1), OkStatus());
  ASSERT_EQ(store_.Write(Bytes(content).first(1999)), OkStatus());
  EXPECT_EQ(store_.Finish(crypto::Hash(content)), Status(Code::kFailedPrecondition));
  EXPECT_EQ(store_.Write(Bytes(content).first(2)), Status(Code::kOutOfRange));
  EXPECT_EQ(store_.position(), 1999U);
  ASSERT_EQ(store_.Write(Bytes(content).subspan(1999)), OkStatus());
  EXPECT_EQ(store_.Finish(crypto::Hash(content)), OkStatus());
}

TEST_F(StoreTest, ResumesWithinTwoPagesOfTheLastProgrammedByte) {
  const std::vector<std::byte> content = SampleBody(std::size_t{8} * kPage);
  for (std::uint32_t written = 1; written < content.size(); written += 333) {
    ASSERT_EQ(store_.Begin(PartKind::kCompanion, 8 * kPage, written), OkStatus());
    ASSERT_EQ(store_.Write(Bytes(content).first(written)), OkStatus());
    Restart();
    EXPECT_EQ(store_.FindPartial(written)->length, 8 * kPage);
    ASSERT_EQ(store_.Begin(PartKind::kCompanion, 8 * kPage, written), OkStatus());
    EXPECT_LE(store_.position(), written);
    EXPECT_GE(store_.position() + 2 * kPage, written);
    ASSERT_EQ(store_.Write(Bytes(content).subspan(store_.position())), OkStatus());
    ASSERT_EQ(store_.Finish(crypto::Hash(content)), OkStatus());
    ASSERT_EQ(store_.Erase(crypto::Hash(content), {}), OkStatus());
  }
}

TEST_F(StoreTest, WritesNothingButTheDataWhileItComes) {
  const std::vector<std::byte> content = SampleBody(std::size_t{8} * kPage);
  ASSERT_EQ(store_.Begin(PartKind::kCompanion, 8 * kPage, 1), OkStatus());
  const std::uint64_t programs = flash_.programs();
  const std::uint64_t erases = flash_.erases();
  ASSERT_EQ(store_.Write(content), OkStatus());
  EXPECT_EQ(flash_.programs() - programs, 8U);
  EXPECT_EQ(flash_.erases() - erases, 7U) << "the first page was erased by Begin()";
}

TEST_F(StoreTest, StaleDataBehindIsNotTakenForProgress) {
  const std::vector<std::byte> old = SampleBody(std::size_t{8} * kPage, 1);
  ASSERT_EQ(WriteCompanion(old, 1), OkStatus());
  ASSERT_EQ(store_.Erase(crypto::Hash(old), {}), OkStatus());
  const std::vector<std::byte> content = SampleBody(std::size_t{8} * kPage, 2);
  ASSERT_EQ(store_.Begin(PartKind::kCompanion, 8 * kPage, 2), OkStatus());
  ASSERT_EQ(store_.Write(Bytes(content).first(kPage / 2)), OkStatus());
  Restart();
  ASSERT_EQ(store_.Begin(PartKind::kCompanion, 8 * kPage, 2), OkStatus());
  EXPECT_EQ(store_.position(), 0U);
}

TEST_F(StoreTest, ATagBelongsToOneLengthAndKind) {
  ASSERT_EQ(store_.Begin(PartKind::kCompanion, 100, 1), OkStatus());
  EXPECT_EQ(store_.Begin(PartKind::kCompanion, 100, 2), Status(Code::kFailedPrecondition));
  store_.Suspend();
  EXPECT_EQ(store_.Begin(PartKind::kCompanion, 101, 1), Status(Code::kAlreadyExists));
  EXPECT_EQ(store_.Begin(PartKind::kApplication, 100, 1), Status(Code::kAlreadyExists));
  EXPECT_EQ(store_.Begin(PartKind::kCompanion, 100, 1), OkStatus());
}

TEST_F(StoreTest, FullAndTooLargeAreNotTheSame) {
  EXPECT_EQ(store_.LargestFree(), kPages * kPage);
  EXPECT_EQ(store_.Begin(PartKind::kCompanion, kPages * kPage + 1, 1), Status(Code::kTooLarge));
  EXPECT_EQ(store_.Begin(PartKind::kCompanion, 0xFFFF'FFFF, 1), Status(Code::kTooLarge));
  EXPECT_EQ(store_.Begin(PartKind::kCompanion, 0, 1), Status(Code::kInvalidArgument));
  ASSERT_EQ(store_.Begin(PartKind::kCompanion, kPages * kPage, 1), OkStatus());
  store_.Suspend();
  EXPECT_EQ(store_.LargestFree(), 0U);
  EXPECT_EQ(store_.Begin(PartKind::kCompanion, 1, 2), Status(Code::kResourceExhausted));
  ASSERT_EQ(store_.Abandon(1), OkStatus());
  EXPECT_EQ(store_.Begin(PartKind::kCompanion, 1, 2), OkStatus());
}

TEST_F(StoreTest, ATableWithoutAFreeEntryIsFull) {
  sim::NorFlash flash({2 * 4096 + 40 * kPage, kPage, 4, std::byte{0xFF}});
  Store store(flash);
  ASSERT_EQ(store.Mount(), OkStatus());
  for (PartTag tag = 0; tag < kMaxParts; ++tag) {
    ASSERT_EQ(store.Begin(PartKind::kCompanion, 1, tag), OkStatus());
    store.Suspend();
  }
  EXPECT_EQ(store.Begin(PartKind::kCompanion, 1, 1000), Status(Code::kResourceExhausted));
  EXPECT_EQ(store.LargestFree(), 0U);
}

TEST_F(StoreTest, TakesTheTightestGap) {
  std::array<std::vector<std::byte>, 4> parts = {SampleBody(std::size_t{2} * kPage, 1),
                                                 SampleBody(kPage, 2), SampleBody(kPage, 3),
                                                 SampleBody(kPage, 4)};
  for (PartTag i = 0; i < parts.size(); ++i) {
    ASSERT_EQ(WriteCompanion(parts[i], i), OkStatus());
  }
  ASSERT_EQ(store_.Erase(crypto::Hash(parts[0]), {}), OkStatus());  // pages 0 and 1
  ASSERT_EQ(store_.Erase(crypto::Hash(parts[2]), {}), OkStatus());  // page 3
  const std::vector<std::byte> small = SampleBody(kPage, 5);
  ASSERT_EQ(WriteCompanion(small, 10), OkStatus());
  EXPECT_EQ(store_.Find(crypto::Hash(small))->offset, kFirst + 3 * kPage);
  EXPECT_EQ(store_.LargestFree(), (kPages - 5) * kPage);
  EXPECT_EQ(Read(store_.Find(crypto::Hash(parts[1])).value()), parts[1]);
  EXPECT_EQ(Read(store_.Find(crypto::Hash(parts[3])).value()), parts[3]);
}

TEST_F(StoreTest, NothingIsErasedWhileTheRecordNamesIt) {
  const SampleRelease release = MakeRelease(1);
  ASSERT_EQ(Write(store_, PartKind::kApplication, release.file, release.digest, 1), OkStatus());
  ReleaseStatus named;
  named.candidate = release.digest;
  EXPECT_EQ(store_.Erase(release.digest, named), Status(Code::kFailedPrecondition));
  EXPECT_EQ(store_.Clean(named, 0), OkStatus());
  EXPECT_TRUE(store_.Find(release.digest).ok());
  EXPECT_EQ(store_.Erase(release.digest, {}), OkStatus());
  EXPECT_EQ(store_.Erase(release.digest, {}), Status(Code::kNotFound));
}

TEST_F(StoreTest, CleanLeavesWhatIsNamedAndTheDownload) {
  const SampleRelease old = MakeRelease(1);
  const SampleRelease confirmed = MakeRelease(2);
  const std::vector<std::byte> companion = SampleBody(100);
  ASSERT_EQ(Write(store_, PartKind::kApplication, old.file, old.digest, 1), OkStatus());
  ASSERT_EQ(Write(store_, PartKind::kApplication, confirmed.file, confirmed.digest, 2), OkStatus());
  ASSERT_EQ(WriteCompanion(companion, 3), OkStatus());
  ASSERT_EQ(store_.Begin(PartKind::kApplication, 500, 4), OkStatus());
  store_.Suspend();
  ASSERT_EQ(store_.Begin(PartKind::kApplication, 600, 5), OkStatus());
  ReleaseStatus named;
  named.confirmed = confirmed.digest;
  ASSERT_EQ(store_.Clean(named, 5), OkStatus());
  EXPECT_TRUE(store_.writing()) << "the download goes on";
  EXPECT_EQ(store_.Write(SampleBody(600)), OkStatus());
  Restart();
  EXPECT_FALSE(store_.Find(old.digest).ok());
  EXPECT_TRUE(store_.Find(confirmed.digest).ok());
  EXPECT_FALSE(store_.Find(crypto::Hash(companion)).ok()) << "no kept release names it";
  EXPECT_FALSE(store_.FindPartial(4).ok());
  EXPECT_TRUE(store_.FindPartial(5).ok());
}

TEST_F(StoreTest, ADamagedPartIsReplacedByTheSameAgain) {
  const std::vector<std::byte> content = SampleBody(2000);
  ASSERT_EQ(WriteCompanion(content, 1), OkStatus());
  const std::array<std::byte, 1> bad{~content[7]};
  flash_.Poke(store_.Find(crypto::Hash(content))->offset + 7, bad);
  ASSERT_EQ(WriteCompanion(content, 2), OkStatus());
  EXPECT_EQ(store_.part_count(), 1U);
  EXPECT_EQ(Read(store_.Find(crypto::Hash(content)).value()), content);
}

TEST_F(StoreTest, AFlashErrorUnmountsAndNothingIsLost) {
  const std::vector<std::byte> content = SampleBody(4000);
  ASSERT_EQ(store_.Begin(PartKind::kCompanion, 4000, 1), OkStatus());
  ASSERT_EQ(store_.Write(Bytes(content).first(2100)), OkStatus());
  flash_.FailOperation(0, Code::kDataLoss);
  EXPECT_EQ(store_.Write(Bytes(content).subspan(2100, 400)), Status(Code::kDataLoss));
  EXPECT_EQ(store_.Write(content), Status(Code::kFailedPrecondition));
  EXPECT_EQ(store_.Find(crypto::Hash(content)).code(), Code::kFailedPrecondition);
  ASSERT_EQ(store_.Mount(), OkStatus());
  EXPECT_EQ(WriteCompanion(content, 1), OkStatus());
}

TEST_F(StoreTest, NothingWorksBeforeMount) {
  Store store(flash_);
  EXPECT_EQ(store.Begin(PartKind::kCompanion, 1, 1), Status(Code::kFailedPrecondition));
  EXPECT_EQ(store.Abandon(1), Status(Code::kFailedPrecondition));
  EXPECT_EQ(store.Erase({}, {}), Status(Code::kFailedPrecondition));
  EXPECT_EQ(store.LargestFree(), 0U);
}

TEST_F(StoreTest, AnUnreadableDirectoryIsAnEmptyOne) {
  ASSERT_EQ(WriteCompanion(SampleBody(100), 1), OkStatus());
  std::vector<std::byte> garbage = SampleBody(8192);
  flash_.Poke(0, garbage);
  Restart();
  EXPECT_EQ(store_.part_count(), 0U);
  EXPECT_EQ(WriteCompanion(SampleBody(100), 1), OkStatus());
  Restart();
  EXPECT_EQ(store_.part_count(), 1U);
}

class DamagedDirectory : public StoreTest {
 protected:
  /// Writes that table past the Store.
  void Plant(const std::vector<Part>& parts) {
    Directory directory(flash_);
    ASSERT_EQ(directory.Load(), OkStatus());
    for (const Part& part : parts) {
      directory.Add(part);
    }
    ASSERT_EQ(directory.Commit(), OkStatus());
    Restart();
  }
  static Part At(std::uint32_t offset, std::uint32_t length, PartTag tag) {
    Part part;
    part.kind = PartKind::kCompanion;
    part.state = PartState::kPartial;
    part.offset = offset;
    part.length = length;
    part.tag = tag;
    return part;
  }
};

TEST_F(DamagedDirectory, EntriesThatMakeNoSenseAreDropped) {
  std::vector<Part> entries = {
      At(kFirst, kPage, 1),
      At(kFirst - kPage, kPage, 2),           // in the directory
      At(kFirst + kPage + 4, kPage, 3),       // not at a page's start
      At(kFirst + 2 * kPage, 0, 4),           // nothing
      At(kFirst + 15 * kPage, kPage + 1, 5),  // beyond the end
      At(kFirst, kPage, 6),                   // where another part is
      At(kFirst + 3 * kPage, kPage, 7),
      At(kFirst + 4 * kPage, kPage, 8),
      At(kFirst + 5 * kPage, kPage, 9),
  };
  entries[6].kind = static_cast<PartKind>(9);
  entries[7].state = static_cast<PartState>(0);
  entries[8].progress = kPage;
  Plant(entries);
  EXPECT_EQ(store_.part_count(), 1U);
  EXPECT_TRUE(store_.FindPartial(1).ok());
  StoreView view(flash_);
  ASSERT_EQ(view.Mount(), OkStatus());
  EXPECT_EQ(view.part_count(), 1U) << "dropped in flash too";
}

TEST_F(DamagedDirectory, TheViewPassesOverThem) {
  Part good = At(kFirst, kPage, 1);
  good.state = PartState::kComplete;
  good.digest.fill(std::byte{7});
  Part bad = good;
  bad.offset = 1;
  Directory directory(flash_);
  ASSERT_EQ(directory.Load(), OkStatus());
  directory.Add(bad);
  directory.Add(good);
  directory.Add(good);
  ASSERT_EQ(directory.Commit(), OkStatus());
  StoreView view(flash_);
  ASSERT_EQ(view.Mount(), OkStatus());
  EXPECT_EQ(view.PartAt(0), nullptr);
  std::size_t index = 0;
  EXPECT_NE(view.FindNext(good.digest, index), nullptr);
  EXPECT_EQ(index, 2U);
  EXPECT_NE(view.FindNext(good.digest, index), nullptr) << "the duplicate is offered too";
  EXPECT_EQ(view.FindNext(good.digest, index), nullptr);
}

TEST(StoreRegion, MustHoldADirectoryAndAPart) {
  sim::NorFlash flash({2 * 4096, 4096, 1, std::byte{0xFF}});
  Store store(flash);
  ASSERT_EQ(store.Mount(), OkStatus());
  EXPECT_EQ(store.LargestFree(), 0U);
  EXPECT_EQ(store.Begin(PartKind::kCompanion, 1, 1), Status(Code::kTooLarge));
  sim::NorFlash small({4096, 4096, 1, std::byte{0xFF}});
  Store none(small);
  EXPECT_EQ(none.Mount(), Status(Code::kInvalidArgument));
}

class BackupTest : public StoreTest {
 protected:
  Status Run(const crypto::Digest& confirmed) {
    image::MemorySource running(area_);
    Backup backup(running, store_);
    Status status = Code::kPending;
    while (status == Code::kPending) {
      status = backup.Step(confirmed);
    }
    return status;
  }
  const SampleRelease release_ = MakeRelease(1, {.body_size = 6000});
  std::vector<std::byte> area_ = release_.file;
};

TEST_F(BackupTest, CopiesWhatRuns) {
  area_.resize(area_.size() + 5000, std::byte{0xFF});  // the area is larger than the image
  EXPECT_EQ(Run(release_.digest), OkStatus());
  EXPECT_EQ(Read(store_.Find(release_.digest).value()), release_.file);
  const std::uint64_t programs = flash_.programs();
  EXPECT_EQ(Run(release_.digest), OkStatus());
  EXPECT_EQ(flash_.programs(), programs) << "it is there";
}

TEST_F(BackupTest, GoesOnAfterAReset) {
  image::MemorySource running(area_);
  {
    Backup backup(running, store_);
    ASSERT_EQ(backup.Step(release_.digest), Status(Code::kPending));
    ASSERT_EQ(backup.Step(release_.digest), Status(Code::kPending));
  }
  Restart();
  EXPECT_EQ(Run(release_.digest), OkStatus());
  EXPECT_EQ(store_.part_count(), 1U);
}

TEST_F(BackupTest, RefusesAnotherRelease) {
  EXPECT_EQ(Run(MakeRelease(2).digest), Status(Code::kMismatch));
  area_[3000] ^= std::byte{1};
  EXPECT_EQ(Run(release_.digest), Status(Code::kMismatch)) << "says it is, and is not";
  EXPECT_EQ(store_.part_count(), 0U);
  area_.assign(4096, std::byte{0xFF});
  EXPECT_EQ(Run(release_.digest), Status(Code::kMalformed));
}

TEST_F(BackupTest, WaitsForABusyStore) {
  ASSERT_EQ(store_.Begin(PartKind::kCompanion, 10, 1), OkStatus());
  EXPECT_EQ(Run(release_.digest), Status(Code::kFailedPrecondition));
}

}  // namespace
}  // namespace linnet::release
