// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/copy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "image/testing/sample_image.hpp"
#include "sim/nor_flash.hpp"
#include "sim/power_cut_sweep.hpp"

namespace linnet::boot {
namespace {

using image::testing::SampleBody;

/// External flash that somebody changes between two readings of the byte at `at`.
class ChangingSource final : public image::Source {
 public:
  ChangingSource(std::vector<std::byte> content, std::uint32_t at)
      : content_(std::move(content)), at_(at) {}
  Status Read(std::uint32_t offset, MutableBytes out) override {
    const Status status = image::MemorySource(content_).Read(offset, out);
    if (offset <= at_ && at_ - offset < out.size()) {
      content_[at_] ^= std::byte{1};
    }
    return status;
  }
  [[nodiscard]] std::uint32_t size() const override {
    return static_cast<std::uint32_t>(content_.size());
  }

 private:
  std::vector<std::byte> content_;
  std::uint32_t at_;
};

class CopyTest : public ::testing::TestWithParam<hal::FlashGeometry> {
 protected:
  /// The last 40 bytes are not covered by the digest.
  static CopyExtent ExtentOf(Bytes content) {
    const auto size = static_cast<std::uint32_t>(content.size());
    return {size - std::min(size, 40U), size};
  }
  CopyResult Copy(Bytes content, std::size_t scratch_size = 1024) {
    image::MemorySource source(content);
    std::vector<std::byte> scratch(scratch_size);
    CopyResult result;
    EXPECT_EQ(CopyChangedPages(source, ExtentOf(content), area_, scratch, result), OkStatus());
    EXPECT_EQ(area_.Peek(0, static_cast<std::uint32_t>(content.size())),
              std::vector<std::byte>(content.begin(), content.end()));
    EXPECT_EQ(result.digest, crypto::Hash(content.first(ExtentOf(content).hashed)));
    return result;
  }
  [[nodiscard]] std::uint32_t page() const { return area_.geometry().page_size; }

  sim::NorFlash area_{GetParam()};
};

TEST_P(CopyTest, EveryLengthAroundAPage) {
  for (const std::uint32_t length : {1U, 31U, 32U, 33U, page() - 1, page(), page() + 1}) {
    Copy(SampleBody(length, length));
  }
}

TEST_P(CopyTest, AnySizeOfScratch) {
  for (const std::size_t scratch : {64U, 65U, 127U, 128U, 4096U}) {
    Copy(SampleBody(2 * page() + 5, static_cast<std::uint32_t>(scratch)), scratch);
  }
}

TEST_P(CopyTest, TouchesWhatDiffersAndTheTwoEnds) {
  std::vector<std::byte> content = SampleBody(std::size_t{4} * page());
  EXPECT_EQ(Copy(content).pages_written, 4U);
  content[2 * page() + 9] ^= std::byte{1};
  const std::uint64_t erases = area_.erases();
  const CopyResult result = Copy(content);
  EXPECT_EQ(result.pages_written, 3U) << "it, the first, and the one that is not hashed";
  EXPECT_EQ(result.pages_equal, 1U);
  EXPECT_EQ(area_.erases() - erases, 3U);
}

/// Whatever is left by a cut, also when it reads differently later: while the hashed bytes are
/// right, all bytes are.
TEST_P(CopyTest, ARightDigestMeansAllIsThere) {
  const std::vector<std::byte> before = SampleBody(std::size_t{3} * page() + 50, 1);
  std::vector<std::byte> after = before;  // differs in the second page and at the end
  after[page() + 5] ^= std::byte{1};
  for (std::size_t i = after.size() - 40; i < after.size(); ++i) {
    after[i] ^= std::byte{0x11};
  }
  const CopyExtent extent = ExtentOf(after);
  const auto run = [&] {
    image::MemorySource source(after);
    std::array<std::byte, 64> scratch;
    CopyResult result;
    IgnoreStatus(CopyChangedPages(source, extent, area_, scratch, result));
  };
  const auto check = [&] {
    for (int i = 0; i < 4; ++i) {
      area_.power().On();
      std::vector<std::byte> found(after.size());
      const bool read = area_.Read(0, found).ok();
      const bool hashed =
          Equal(Bytes(found).first(extent.hashed), Bytes(after).first(extent.hashed));
      ASSERT_TRUE(!read || !hashed || found == after);
    }
  };
  const sim::SweepScenario scenario = {
      .name = "copy/unit" + std::to_string(GetParam().program_unit),
      .setup =
          [&] {
            for (std::uint32_t at = 0; at < area_.geometry().size; at += page()) {
              ASSERT_TRUE(area_.ErasePage(at).ok());
            }
            area_.Poke(0, before);
          },
      .run = run,
      .recover = run,
      .forget = nullptr,
      .check = check,
  };
  const sim::SweepResult result = sim::RunPowerCutSweep(
      area_.power(), {&area_}, scenario,
      {.seeds = 2, .unreadable = true, .second_stride = sim::FullSweeps() ? 1U : 5U});
  sim::PrintSweep("copy", scenario, result);
  EXPECT_GT(result.cases, 1000U);
}

/// Whoever changes the source meanwhile is found out: the digest is that of the area, and the first
/// page is what was hashed for it.
TEST_P(CopyTest, TheDigestIsThatOfTheAreaWhateverTheSourceSays) {
  const std::vector<std::byte> content = SampleBody(std::size_t{3} * page());
  const CopyExtent extent = ExtentOf(content);
  std::array<std::byte, 256> scratch;
  for (const std::uint32_t at : {0U, page() - 1, page(), 2 * page() - 1, 2 * page() + 7}) {
    ChangingSource source(content, at);
    CopyResult result;
    const Status status = CopyChangedPages(source, extent, area_, scratch, result);
    if (at < page()) {
      EXPECT_EQ(status, Status(Code::kMismatch)) << at;
    } else {
      EXPECT_EQ(status, OkStatus()) << at;
      EXPECT_EQ(result.digest, crypto::Hash(area_.Peek(0, extent.hashed))) << at;
    }
  }
}

TEST_P(CopyTest, WhatLiesInOtherPagesStays) {
  const std::array<std::byte, 1> foreign{std::byte{0x5A}};
  area_.Poke(3 * page(), foreign);
  Copy(SampleBody(page() + 10));
  EXPECT_EQ(area_.Peek(3 * page(), 1)[0], foreign[0]);
}

TEST_P(CopyTest, RefusesWhatDoesNotFit) {
  const std::vector<std::byte> content(area_.geometry().size + 1);
  image::MemorySource source(content);
  std::array<std::byte, 64> scratch;
  CopyResult result;
  EXPECT_EQ(CopyChangedPages(source, ExtentOf(content), area_, scratch, result),
            Status(Code::kTooLarge));
  EXPECT_EQ(area_.erases(), 0U);
}

TEST_P(CopyTest, TheEndIsThereFirst) {
  // Two pages differ; whatever fails, the second is never missing while the first is there.
  const std::vector<std::byte> content = SampleBody(std::size_t{2} * page());
  image::MemorySource source(content);
  for (std::uint64_t failing = 0; failing < 64; ++failing) {
    sim::NorFlash area(GetParam());
    std::array<std::byte, 256> scratch;
    CopyResult result;
    area.FailOperation(failing, Code::kUnavailable);
    const Status status = CopyChangedPages(source, {2 * page(), 2 * page()}, area, scratch, result);
    const auto second = std::vector<std::byte>(content.begin() + page(), content.end());
    const bool first_begun =
        area.Peek(0, page()) != std::vector<std::byte>(page(), area.geometry().erased_value);
    EXPECT_TRUE(!first_begun || area.Peek(page(), page()) == second) << failing;
    if (status.ok()) {
      EXPECT_GT(failing, 4U);
      return;
    }
  }
  FAIL() << "the copy never got through";
}

TEST_P(CopyTest, ReportsMediaErrors) {
  const std::vector<std::byte> content = SampleBody(page());
  image::MemorySource source(content);
  std::array<std::byte, 64> scratch;
  CopyResult result;
  area_.FailOperation(1, Code::kDataLoss);
  EXPECT_EQ(CopyChangedPages(source, {page(), page()}, area_, scratch, result),
            Status(Code::kDataLoss));
  EXPECT_EQ(CopyChangedPages(source, {page(), page() + 1}, area_, scratch, result),
            Status(Code::kOutOfRange))
      << "the source is shorter than it should be";
}

INSTANTIATE_TEST_SUITE_P(Geometries, CopyTest,
                         ::testing::Values(hal::FlashGeometry{2048, 256, 1, std::byte{0xFF}},
                                           hal::FlashGeometry{4096, 512, 32, std::byte{0x00}}),
                         [](const auto& geometry) {
                           return "unit" + std::to_string(geometry.param.program_unit);
                         });

}  // namespace
}  // namespace linnet::boot
