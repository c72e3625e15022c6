// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/copy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "image/testing/sample_image.hpp"
#include "sim/nor_flash.hpp"

namespace linnet::boot {
namespace {

using image::testing::SampleBody;

class CopyTest : public ::testing::TestWithParam<hal::FlashGeometry> {
 protected:
  CopyResult Copy(Bytes content, std::size_t scratch_size = 1024) {
    image::MemorySource source(content);
    std::vector<std::byte> scratch(scratch_size);
    CopyResult result;
    EXPECT_EQ(CopyChangedPages(source, static_cast<std::uint32_t>(content.size()), area_, scratch,
                               result),
              OkStatus());
    EXPECT_EQ(area_.Peek(0, static_cast<std::uint32_t>(content.size())),
              std::vector<std::byte>(content.begin(), content.end()));
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

TEST_P(CopyTest, TouchesOnlyWhatDiffers) {
  std::vector<std::byte> content = SampleBody(std::size_t{4} * page());
  EXPECT_EQ(Copy(content).pages_written, 4U);
  EXPECT_EQ(Copy(content).pages_written, 0U);
  content[2 * page() + 9] ^= std::byte{1};
  const std::uint64_t erases = area_.erases();
  const CopyResult result = Copy(content);
  EXPECT_EQ(result.pages_written, 1U);
  EXPECT_EQ(result.pages_equal, 3U);
  EXPECT_EQ(area_.erases() - erases, 1U);
}

TEST_P(CopyTest, WhatLiesBehindTheImageDoesNotMatter) {
  const std::vector<std::byte> content = SampleBody(page() + 10);
  Copy(content);
  const std::array<std::byte, 1> foreign{std::byte{0x5A}};
  area_.Poke(page() + 10, foreign);
  EXPECT_EQ(Copy(content).pages_written, 0U);
}

TEST_P(CopyTest, RefusesWhatDoesNotFit) {
  const std::vector<std::byte> content(area_.geometry().size + 1);
  image::MemorySource source(content);
  std::array<std::byte, 64> scratch;
  CopyResult result;
  EXPECT_EQ(CopyChangedPages(source, area_.geometry().size + 1, area_, scratch, result),
            Status(Code::kTooLarge));
  EXPECT_EQ(area_.erases(), 0U);
}

TEST_P(CopyTest, TheEndIsThereFirst) {
  // Two pages differ; whatever fails, the second is never missing while the first is there.
  const std::vector<std::byte> content = SampleBody(2 * page());
  image::MemorySource source(content);
  for (std::uint64_t failing = 0; failing < 64; ++failing) {
    sim::NorFlash area(GetParam());
    std::array<std::byte, 256> scratch;
    CopyResult result;
    area.FailOperation(failing, Code::kUnavailable);
    const Status status = CopyChangedPages(source, 2 * page(), area, scratch, result);
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
  EXPECT_EQ(CopyChangedPages(source, page(), area_, scratch, result), Status(Code::kDataLoss));
  EXPECT_EQ(CopyChangedPages(source, page() + 1, area_, scratch, result), Status(Code::kOutOfRange))
      << "the source is shorter than it should be";
}

INSTANTIATE_TEST_SUITE_P(Geometries, CopyTest,
                         ::testing::Values(hal::FlashGeometry{8192, 1024, 1, std::byte{0xFF}},
                                           hal::FlashGeometry{8192, 2048, 32, std::byte{0x00}}),
                         [](const auto& geometry) {
                           return "unit" + std::to_string(geometry.param.program_unit);
                         });

}  // namespace
}  // namespace linnet::boot
