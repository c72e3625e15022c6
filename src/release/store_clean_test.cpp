// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the store keeps by manifest, and what of a running set is copied into it.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "release/backup.hpp"
#include "release/store.hpp"
#include "release/store_view.hpp"
#include "release/testing/sample_release.hpp"
#include "sim/nor_flash.hpp"

namespace linnet::release {
namespace {

using testing::MakeBootImage;
using testing::MakeCompanion;
using testing::MakeRelease;
using testing::SamplePart;
using testing::SampleRelease;

constexpr hal::FlashGeometry kGeometry{24 * 4096, 4096, 1, std::byte{0xFF}};

class StoreCleanTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(store_.Mount(), OkStatus()); }

  void Put(Bytes file, PartKind kind, const crypto::Digest& digest, Store& store) {
    ASSERT_EQ(store.Begin(kind, static_cast<std::uint32_t>(file.size()), ++tag_), OkStatus());
    ASSERT_EQ(store.Write(file), OkStatus());
    ASSERT_EQ(store.Finish(digest), OkStatus());
  }
  void Put(const SamplePart& part) {
    Put(part.file, static_cast<PartKind>(part.entry.kind), part.entry.digest, store_);
  }
  void PutApplication(const SampleRelease& release) {
    Put(release.file, PartKind::kApplication, release.digest, store_);
  }
  void PutAll(const SampleRelease& release) {
    PutApplication(release);
    for (const SamplePart& part : release.parts) {
      if (!store_.Find(part.entry.digest).ok()) {
        Put(part);
      }
    }
  }
  bool Has(const crypto::Digest& digest) { return store_.Find(digest).ok(); }
  bool Has(const SamplePart& part) { return Has(part.entry.digest); }

  sim::Power power_;
  sim::NorFlash flash_{kGeometry, power_};
  Store store_{flash_};
  PartTag tag_ = 100;

  const SamplePart shared_ = MakeBootImage(1, 1, {.body_size = 700});
  const SamplePart old_firmware_ = MakeCompanion(1, 900, 5);
  const SamplePart new_firmware_ = MakeCompanion(1, 950, 6);
  const SampleRelease one_ = MakeRelease(1, {.parts = {shared_, old_firmware_}});
  const SampleRelease two_ = MakeRelease(2, {.parts = {shared_, new_firmware_}});
};

TEST_F(StoreCleanTest, WhatAKeptReleaseNamesStays) {
  PutAll(one_);
  PutAll(two_);
  ReleaseStatus named;
  named.confirmed = two_.digest;
  ASSERT_EQ(store_.Clean(named, 0), OkStatus());
  EXPECT_FALSE(Has(one_.digest));
  EXPECT_FALSE(Has(old_firmware_));
  EXPECT_TRUE(Has(two_.digest));
  EXPECT_TRUE(Has(shared_)) << "both name it";
  EXPECT_TRUE(Has(new_firmware_));
}

TEST_F(StoreCleanTest, ConfirmedCandidateGoldenRunningAndWantedAreKept) {
  for (int which = 0; which < 5; ++which) {
    SetUp();
    if (!Has(one_.digest)) {
      PutAll(one_);
    }
    ReleaseStatus named;
    std::array<crypto::Digest*, 4> digests = {&named.confirmed, &named.candidate, &named.golden,
                                              &named.running};
    if (which < 4) {
      *digests[static_cast<std::size_t>(which)] = one_.digest;
    }
    ASSERT_EQ(store_.Clean(named, 0, which == 4 ? one_.digest : crypto::Digest{}), OkStatus());
    EXPECT_TRUE(Has(one_.digest) && Has(shared_) && Has(old_firmware_)) << which;
  }
}

TEST_F(StoreCleanTest, NothingNamedNothingKept) {
  PutAll(one_);
  ASSERT_EQ(store_.Clean({}, 0), OkStatus());
  EXPECT_EQ(store_.part_count(), 0U);
}

TEST_F(StoreCleanTest, WhileAManifestIsUnknownOnlyApplicationsGo) {
  PutAll(one_);
  ReleaseStatus named;
  named.confirmed = two_.digest;  // runs, and is not in the store yet
  Put(new_firmware_);
  ASSERT_EQ(store_.Clean(named, 0), OkStatus());
  EXPECT_FALSE(Has(one_.digest));
  EXPECT_TRUE(Has(shared_) && Has(new_firmware_) && Has(old_firmware_));
}

TEST_F(StoreCleanTest, EraseRefusesWhatAManifestNames) {
  PutAll(one_);
  Put(new_firmware_);
  ReleaseStatus named;
  named.confirmed = one_.digest;
  EXPECT_EQ(store_.Erase(one_.digest, named), Status(Code::kFailedPrecondition));
  EXPECT_EQ(store_.Erase(shared_.entry.digest, named), Status(Code::kFailedPrecondition));
  EXPECT_EQ(store_.Erase(old_firmware_.entry.digest, named), Status(Code::kFailedPrecondition));
  EXPECT_EQ(store_.Erase(new_firmware_.entry.digest, named), OkStatus());
  EXPECT_EQ(store_.Erase(new_firmware_.entry.digest, named), Status(Code::kNotFound));
}

TEST_F(StoreCleanTest, ADuplicateOfAKeptPartStays) {
  PutAll(one_);
  Directory directory(flash_);
  ASSERT_EQ(directory.Load(), OkStatus());
  Part copy = directory.At(0);
  copy.offset = kGeometry.size - 2 * 4096;  // other bytes: one of them is damaged
  directory.Add(copy);
  ASSERT_EQ(directory.Commit(), OkStatus());
  ASSERT_EQ(store_.Mount(), OkStatus());
  ReleaseStatus named;
  named.confirmed = one_.digest;
  ASSERT_EQ(store_.Clean(named, 0), OkStatus());
  EXPECT_EQ(store_.part_count(), 4U);
}

class BackupSetTest : public StoreCleanTest {
 protected:
  Status Run(Backup& backup) {
    Status status = Code::kPending;
    while (status == Code::kPending) {
      status = backup.Step(one_.digest);
    }
    return status;
  }
  image::MemorySource application_{one_.file};
  image::MemorySource other_{shared_.file};
  std::array<image::Source*, 2> areas_{&application_, &other_};
};

TEST_F(BackupSetTest, CopiesAllBootImages) {
  Backup backup(areas_, store_);
  EXPECT_EQ(Run(backup), OkStatus());
  EXPECT_EQ(store_.Find(one_.digest)->kind, PartKind::kApplication);
  EXPECT_EQ(store_.Find(shared_.entry.digest)->kind, PartKind::kBootImage);
  const std::uint64_t erases = flash_.erases();
  EXPECT_EQ(Run(backup), OkStatus());
  EXPECT_EQ(flash_.erases(), erases) << "what is there is not copied again";
}

TEST_F(BackupSetTest, GoesOnAfterAReset) {
  Backup first(areas_, store_);
  ASSERT_EQ(first.Step(one_.digest), Status(Code::kPending));
  ASSERT_EQ(first.Step(one_.digest), Status(Code::kPending));
  ASSERT_EQ(store_.Mount(), OkStatus());
  Backup second(areas_, store_);
  EXPECT_EQ(Run(second), OkStatus());
  EXPECT_TRUE(Has(one_.digest) && Has(shared_));
}

TEST_F(BackupSetTest, ADamagedCopyIsReplaced) {
  Backup backup(areas_, store_);
  ASSERT_EQ(Run(backup), OkStatus());
  const std::uint32_t at = store_.Find(shared_.entry.digest)->offset + 300;
  const std::byte bad = ~flash_.Peek(at, 1)[0];
  flash_.Poke(at, Bytes(&bad, 1));
  ASSERT_EQ(Run(backup), OkStatus());
  const Part part = *store_.Find(shared_.entry.digest);
  FlashSource source(flash_, part.offset, part.length);
  std::array<std::byte, 64> scratch;
  EXPECT_EQ(CheckContent(source, part, shared_.entry.digest, scratch), OkStatus());
  EXPECT_EQ(store_.part_count(), 2U);
}

TEST_F(BackupSetTest, SaysWhatIsMissing) {
  Backup without(application_, store_);
  EXPECT_EQ(Run(without), Status(Code::kNotFound)) << "an area that cannot be read";
  const SamplePart newer = MakeBootImage(1, 2, {.body_size = 700});
  image::MemorySource wrong(newer.file);
  const std::array<image::Source*, 2> areas = {&application_, &wrong};
  Backup backup(areas, store_);
  EXPECT_EQ(Run(backup), Status(Code::kMismatch));
}

}  // namespace
}  // namespace linnet::release
