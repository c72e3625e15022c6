// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/release_report.hpp"

#include <gtest/gtest.h>

#include "aws/machine.hpp"

namespace linnet::device {
namespace {

release::Event Sample(release::Outcome outcome) {
  return {.release = {std::byte{0x1A}, std::byte{0x2B}, std::byte{0x3C}, std::byte{0x4D}},
          .boot_count = 7,
          .image = 1,
          .outcome = outcome,
          .detail = 82,
          .companion = 0};
}

TEST(ReleaseReport, AnEventIsFiveWords) {
  EXPECT_EQ(ToText(Sample(release::Outcome::kInstallFailed)).view(),
            "7 1a2b3c4d install-failed 82 1");
  release::Event companion = Sample(release::Outcome::kStageRefused);
  companion.companion = 1;
  EXPECT_EQ(ToText(companion).view(), "7 1a2b3c4d stage-refused 82 c1");
}

TEST(ReleaseReport, EveryOutcomeHasAWordOfItsOwn) {
  for (int i = 0; i <= static_cast<int>(release::Outcome::kFactoryReset); ++i) {
    const auto outcome = static_cast<release::Outcome>(i);
    const std::string text(ToText(Sample(outcome)).view());
    EXPECT_EQ(text.find("  "), std::string::npos) << text;
    for (int j = 0; j < i; ++j) {
      EXPECT_NE(ToText(Sample(static_cast<release::Outcome>(j))).view(), text);
    }
  }
}

TEST(ReleaseReport, TheLongestLogFitsAMessage) {
  release::Event longest = Sample(release::Outcome::kInstallStartsSpent);
  longest.boot_count = UINT32_MAX;
  longest.image = longest.detail = 255;
  longest.companion = 1;
  const EventText text = ToText(longest);
  EXPECT_EQ(text.view(), "4294967295 1a2b3c4d install-starts-spent 255 c255");
  constexpr std::size_t kAround = 120;  // state, reported, firmware, outcomes, token
  EXPECT_LT(release::kMaxEvents * (text.size() + 3) + kAround, aws::Request::kMaxPayload);
}

}  // namespace
}  // namespace linnet::device
