// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "mcuboot/trailer.hpp"

#include <gtest/gtest.h>

#include "sim/nor_flash.hpp"

namespace linnet::mcuboot {
namespace {

TEST(TrailerLayout, IsWhereTheLoaderLooks) {
  EXPECT_EQ(TrailerLayout{8}.image_ok(), 24U);
  EXPECT_EQ(TrailerLayout{8}.copy_done(), 32U);
  EXPECT_EQ(TrailerLayout{8}.swap_info(), 40U);
  EXPECT_EQ(TrailerLayout{16}.image_ok(), 32U);
  EXPECT_EQ(TrailerLayout{32}.image_ok(), 64U);
  EXPECT_EQ(TrailerLayout{32}.swap_info(), 128U);
  EXPECT_EQ(TrailerMagic(8)[0], std::byte{0x77});
  EXPECT_EQ(TrailerMagic(8)[15], std::byte{0x80});
  EXPECT_EQ(TrailerMagic(32)[0], std::byte{32});
  EXPECT_EQ(TrailerMagic(16)[2], std::byte{0x2D});
  EXPECT_EQ(TrailerMagic(16)[15], std::byte{0x8A});
}

// Every write unit that an alignment allows, and both erased values: the fields are independent.
TEST(Trailer, EveryFieldIsReadBack) {
  for (const std::uint32_t align : {8U, 16U, 32U}) {
    for (std::uint32_t unit = 1; unit <= align; unit *= 2) {
      for (const std::byte erased : {std::byte{0xFF}, std::byte{0}}) {
        SCOPED_TRACE(::testing::Message() << align << " " << unit);
        const TrailerLayout layout{align};
        sim::NorFlash slot({2048, 512, unit, erased});
        Trailer trailer;
        ASSERT_TRUE(ReadTrailer(slot, layout, trailer).ok());
        EXPECT_EQ(trailer.magic, Mark::kUnset);
        EXPECT_EQ(trailer.swap_info, erased);
        ASSERT_TRUE(WriteImageOk(slot, layout).ok());
        ASSERT_TRUE(ReadTrailer(slot, layout, trailer).ok());
        EXPECT_EQ(trailer.image_ok, Mark::kSet);
        EXPECT_EQ(trailer.copy_done, Mark::kUnset);
        ASSERT_TRUE(WriteCopyDone(slot, layout).ok());
        ASSERT_TRUE(WriteSwapInfo(slot, layout, SwapType::kTest, 3).ok());
        ASSERT_TRUE(WriteMagic(slot, layout).ok());
        ASSERT_TRUE(ReadTrailer(slot, layout, trailer).ok());
        EXPECT_EQ(trailer.magic, Mark::kSet);
        EXPECT_EQ(trailer.copy_done, Mark::kSet);
        EXPECT_EQ(trailer.swap_info, std::byte{0x32});
        const auto magic = TrailerMagic(align);
        EXPECT_EQ(slot.Peek(2048 - 16, 16), std::vector<std::byte>(magic.begin(), magic.end()));
        ASSERT_TRUE(EraseTrailer(slot, layout).ok());
        ASSERT_TRUE(SpoilImageOk(slot, layout).ok());
        ASSERT_TRUE(ReadTrailer(slot, layout, trailer).ok());
        EXPECT_EQ(trailer.image_ok, Mark::kTorn);
        EXPECT_EQ(trailer.magic, Mark::kUnset);
      }
    }
  }
}

// All 729 combinations against the table in words: a later row counts only if no earlier one did.
TEST(DecideSwap, IsTheLoadersTable) {
  constexpr Mark kMarks[] = {Mark::kUnset, Mark::kSet, Mark::kTorn};
  int seen[5] = {};
  for (int code = 0; code < 729; ++code) {
    const auto pick = [&, rest = code]() mutable {
      const Mark mark = kMarks[rest % 3];
      rest /= 3;
      return mark;
    };
    auto next = pick;
    const Trailer primary{next(), next(), next()};
    const Trailer secondary{next(), next(), next()};
    for (const SwapMode mode : {SwapMode::kMove, SwapMode::kScratch, SwapMode::kOffset}) {
      const bool asked = secondary.magic == Mark::kSet;
      const SwapType expected = asked && mode == SwapMode::kOffset &&
                                        secondary.image_ok == Mark::kUnset &&
                                        secondary.copy_done == Mark::kSet
                                    ? SwapType::kRevert
                                : asked && secondary.image_ok == Mark::kUnset ? SwapType::kTest
                                : asked && secondary.image_ok == Mark::kSet   ? SwapType::kPermanent
                                : primary.magic == Mark::kSet && primary.image_ok == Mark::kUnset &&
                                        primary.copy_done == Mark::kSet
                                    ? SwapType::kRevert
                                    : SwapType::kNone;
      EXPECT_EQ(DecideSwap(primary, secondary, mode), expected) << code;
      ++seen[static_cast<int>(expected)];
    }
  }
  for (int type = 1; type <= 4; ++type) {
    EXPECT_GT(seen[type], 0);
  }
}

}  // namespace
}  // namespace linnet::mcuboot
