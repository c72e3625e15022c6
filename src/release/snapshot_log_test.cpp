// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/snapshot_log.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/view.hpp"
#include "sim/nor_flash.hpp"

namespace linnet::release {
namespace {

constexpr std::byte kOnes{0xFF};
constexpr std::byte kZeros{0x00};
constexpr std::uint32_t kEntryOverhead = 2 * SnapshotLog::kGranule;  // the seals

class SnapshotLogTest : public ::testing::TestWithParam<hal::FlashGeometry> {
 protected:
  SnapshotLog NewLog() { return SnapshotLog(flash_, {0, flash_.geometry().size / 2}); }

  static std::string Text(std::uint32_t i) {
    return "snapshot number " + std::to_string(i) + std::string(i % 40, '.');
  }
  /// The text of the newest snapshot, or what Load() said.
  std::string Newest() {
    SnapshotLog log = NewLog();
    std::vector<std::byte> out(200);
    const Status status = log.Load(out);
    return status.ok() ? std::string(AsText(Bytes(out).first(log.size())))
                       : std::string(ToString(status.code()));
  }
  std::uint32_t bank_size() const { return flash_.geometry().size / 2; }
  /// Spoils the bytes where `text` stands in flash, as a bit error would.
  void Spoil(StringView text) {
    const std::vector<std::byte> all = flash_.Peek(0, flash_.geometry().size);
    const std::size_t at = AsText(all).rfind(text);
    ASSERT_NE(at, StringView::npos);
    const std::array<std::byte, 1> bad{std::byte{'!'}};
    flash_.Poke(static_cast<std::uint32_t>(at), bad);
  }

  sim::NorFlash flash_{GetParam()};
};

TEST_P(SnapshotLogTest, ANewFlashHasNone) {
  SnapshotLog log = NewLog();
  EXPECT_EQ(log.Mount(), Status(Code::kNotFound));
  EXPECT_FALSE(log.exists());
  EXPECT_FALSE(log.damaged());
}

TEST_P(SnapshotLogTest, TheNewestCountsThroughManyRolls) {
  SnapshotLog log = NewLog();
  ASSERT_EQ(log.Mount(), Status(Code::kNotFound));
  for (std::uint32_t i = 0; i < 100; ++i) {
    ASSERT_EQ(log.Append(AsBytes(Text(i))), OkStatus());
    ASSERT_EQ(Newest(), Text(i));
  }
}

TEST_P(SnapshotLogTest, EachMountBeginsABankOfItsOwn) {
  for (std::uint32_t i = 0; i < 10; ++i) {
    SnapshotLog log = NewLog();
    IgnoreStatus(log.Mount());
    ASSERT_EQ(log.Append(AsBytes(Text(i))), OkStatus());
    ASSERT_EQ(log.Append(AsBytes(Text(i + 1))), OkStatus());
    ASSERT_EQ(Newest(), Text(i + 1));
  }
  // One bank each time, and two more for the first snapshot of all.
  EXPECT_EQ(flash_.page_erases(0) + flash_.page_erases(bank_size() / flash_.geometry().page_size),
            12U);
}

TEST_P(SnapshotLogTest, ADamagedNewestLeavesTheOneBefore) {
  SnapshotLog log = NewLog();
  IgnoreStatus(log.Mount());
  ASSERT_EQ(log.Append(AsBytes(Text(1))), OkStatus());
  ASSERT_EQ(log.Append(AsBytes(Text(2))), OkStatus());
  Spoil(Text(2));
  EXPECT_EQ(Newest(), Text(1));
  SnapshotLog again = NewLog();
  ASSERT_EQ(again.Mount(), OkStatus());
  EXPECT_FALSE(again.settled()) << "a newer one may have stood there";
}

TEST_P(SnapshotLogTest, ADamagedOldOneHidesNothing) {
  SnapshotLog log = NewLog();
  IgnoreStatus(log.Mount());
  for (std::uint32_t i = 1; i <= 3; ++i) {
    ASSERT_EQ(log.Append(AsBytes(Text(i))), OkStatus());
  }
  Spoil(Text(2));
  EXPECT_EQ(Newest(), Text(3));
}

TEST_P(SnapshotLogTest, AllDamagedIsNotNew) {
  SnapshotLog log = NewLog();
  IgnoreStatus(log.Mount());
  ASSERT_EQ(log.Append(AsBytes(Text(1))), OkStatus());
  Spoil(Text(1));
  EXPECT_EQ(Newest(), Text(1)) << "the first one stands in both banks";
  Spoil(Text(1));
  SnapshotLog again = NewLog();
  EXPECT_EQ(again.Mount(), Status(Code::kNotFound));
  EXPECT_TRUE(again.damaged());
  ASSERT_EQ(again.Append(AsBytes(Text(2))), OkStatus());
  EXPECT_EQ(Newest(), Text(2));
}

TEST_P(SnapshotLogTest, AFailedWriteGoesToTheOtherBank) {
  SnapshotLog log = NewLog();
  IgnoreStatus(log.Mount());
  ASSERT_EQ(log.Append(AsBytes(Text(1))), OkStatus());
  flash_.FailOperation(0, Code::kDataLoss);
  ASSERT_EQ(log.Append(AsBytes(Text(2))), OkStatus());
  EXPECT_EQ(Newest(), Text(2));
}

TEST_P(SnapshotLogTest, AFailedEraseLeavesTheOldOne) {
  {
    SnapshotLog log = NewLog();
    IgnoreStatus(log.Mount());
    ASSERT_EQ(log.Append(AsBytes(Text(1))), OkStatus());
  }
  SnapshotLog log = NewLog();
  ASSERT_EQ(log.Mount(), OkStatus());
  flash_.FailOperation(0, Code::kDataLoss);
  EXPECT_EQ(log.Append(AsBytes(Text(2))), Status(Code::kDataLoss));
  EXPECT_EQ(Newest(), Text(1));
  EXPECT_EQ(log.Append(AsBytes(Text(3))), OkStatus());
  EXPECT_EQ(Newest(), Text(3));
}

TEST_P(SnapshotLogTest, SizesAreBounded) {
  SnapshotLog log = NewLog();
  IgnoreStatus(log.Mount());
  const std::vector<std::byte> most(bank_size() - 16 - kEntryOverhead);
  const std::vector<std::byte> more(most.size() + 1);
  EXPECT_EQ(log.Append(more), Status(Code::kTooLarge));
  EXPECT_EQ(log.Append(most), OkStatus());
  std::vector<std::byte> small(most.size() - 1);
  EXPECT_EQ(log.Load(small), Status(Code::kTooLarge));
  EXPECT_EQ(log.Append({}), OkStatus());
  EXPECT_EQ(log.size(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Geometries, SnapshotLogTest,
                         ::testing::Values(hal::FlashGeometry{8192, 4096, 4, kOnes},
                                           hal::FlashGeometry{4096, 512, 1, kZeros},
                                           hal::FlashGeometry{4096, 2048, 32, kZeros}),
                         [](const auto& geometry) {
                           return "unit" + std::to_string(geometry.param.program_unit);
                         });

TEST(SnapshotLogArea, MustSuitTheFlash) {
  sim::NorFlash flash({8192, 1024, 4, kOnes});
  const auto mount = [&](SnapshotLog::Area area) { return SnapshotLog(flash, area).Mount(); };
  EXPECT_EQ(mount({0, 4096}), Status(Code::kNotFound)) << "suits";
  EXPECT_EQ(mount({1024, 3072}), Status(Code::kNotFound)) << "suits";
  EXPECT_EQ(mount({0, 0}), Status(Code::kInvalidArgument));
  EXPECT_EQ(mount({0, 1000}), Status(Code::kInvalidArgument));
  EXPECT_EQ(mount({512, 1024}), Status(Code::kInvalidArgument));
  EXPECT_EQ(mount({1024, 4096}), Status(Code::kInvalidArgument)) << "beyond the end";
  EXPECT_EQ(mount({0xFFFF'FC00, 1024}), Status(Code::kInvalidArgument));
}

}  // namespace
}  // namespace linnet::release
