// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/wall_clock.hpp"

#include <gtest/gtest.h>

#include "net/civil_time.hpp"
#include "net/testing/manual_clock.hpp"

namespace linnet::net {
namespace {

constexpr UnixTime kBuild{1'750'000'000};

Milliseconds At(std::int64_t seconds) {
  return Seconds{seconds};
}

class Keeper final : public WallClock::FloorKeeper {
 public:
  void KeepFloor(UnixTime floor) override {
    kept = floor;
    ++calls;
  }
  UnixTime kept;
  int calls = 0;
};

class WallClockTest : public ::testing::Test {
 protected:
  WallClockTest() { wall_.SetFloorKeeper(&keeper_); }

  testing::ManualClock clock_{Instant(Seconds{5})};
  WallClock wall_{clock_, kBuild};
  Keeper keeper_;
};

TEST_F(WallClockTest, RunsFromTheBuildTimeUntilItIsVerified) {
  EXPECT_EQ(wall_.Now(), kBuild);
  clock_.Advance(Seconds{100});
  EXPECT_EQ(wall_.Now().seconds, kBuild.seconds + 100);
  EXPECT_FALSE(wall_.time_verified());
}

TEST_F(WallClockTest, AKeptTimeRaisesTheFloorAndNeverLowersIt) {
  wall_.RestoreFloor({kBuild.seconds + 1000});
  EXPECT_EQ(wall_.Now().seconds, kBuild.seconds + 1000);
  wall_.RestoreFloor({kBuild.seconds + 10});
  EXPECT_EQ(wall_.floor().seconds, kBuild.seconds + 1000);
}

TEST_F(WallClockTest, AnAbsurdKeptTimeIsIgnored) {
  wall_.RestoreFloor({kBuild.seconds + WallClock::kMaxAhead.count() + 1});
  wall_.RestoreFloor({-1});
  EXPECT_EQ(wall_.floor(), kBuild);
}

TEST_F(WallClockTest, TakesAVerifiedTimeAndKeepsIt) {
  ASSERT_TRUE(wall_.SetVerified(At(1'800'000'000) + Milliseconds{600}).ok());
  EXPECT_TRUE(wall_.time_verified());
  EXPECT_EQ(wall_.Now().seconds, 1'800'000'000);
  clock_.Advance(Milliseconds{400});
  EXPECT_EQ(wall_.Now().seconds, 1'800'000'001);
  EXPECT_EQ(keeper_.calls, 0);
  EXPECT_EQ(wall_.floor(), kBuild);
  wall_.Prove();
  EXPECT_EQ(keeper_.kept.seconds, 1'800'000'000);
  EXPECT_EQ(wall_.floor().seconds, 1'800'000'000);
}

TEST_F(WallClockTest, AWrongTimeThatNobodyProvedIsForgotten) {
  ASSERT_TRUE(wall_.SetVerified(At(2'111'000'000)).ok());
  EXPECT_EQ(wall_.Now().seconds, 2'111'000'000);
  ASSERT_TRUE(wall_.SetVerified(At(1'800'000'000)).ok());
  EXPECT_EQ(wall_.Now().seconds, 1'800'000'000);
  wall_.Prove();
  ASSERT_TRUE(wall_.SetVerified(At(2'111'000'000)).ok());
  ASSERT_TRUE(wall_.SetVerified(At(1'800'000'010)).ok());
  EXPECT_EQ(wall_.Now().seconds, 1'800'000'010);
  EXPECT_EQ(keeper_.kept.seconds, 1'800'000'000);
}

TEST_F(WallClockTest, NothingIsProvenBeforeATimeServerHasAnswered) {
  clock_.Advance(Seconds{100});
  wall_.Prove();
  EXPECT_EQ(wall_.floor(), kBuild);
  EXPECT_EQ(keeper_.calls, 0);
}

TEST_F(WallClockTest, RefusesTimesThatCannotBe) {
  EXPECT_EQ(wall_.SetVerified(At(kBuild.seconds - 1)).code(), Code::kOutOfRange);
  EXPECT_EQ(wall_.SetVerified(At(kBuild.seconds + WallClock::kMaxAhead.count() + 1)).code(),
            Code::kOutOfRange);
  EXPECT_FALSE(wall_.time_verified());
  EXPECT_EQ(wall_.Now(), kBuild);
  EXPECT_EQ(keeper_.calls, 0);
}

TEST_F(WallClockTest, NeverGoesBackBeforeWhatWasProven) {
  ASSERT_TRUE(wall_.SetVerified(At(1'800'000'100)).ok());
  EXPECT_EQ(wall_.Now().seconds, 1'800'000'100);
  ASSERT_TRUE(wall_.SetVerified(At(1'800'000'100)).ok());
  clock_.Advance(Seconds{10});
  wall_.Prove();
  EXPECT_EQ(wall_.Now().seconds, 1'800'000'110);
  ASSERT_TRUE(wall_.SetVerified(At(1'800'000'105)).ok());
  EXPECT_EQ(wall_.Now().seconds, 1'800'000'110);
  clock_.Advance(Seconds{5});
  EXPECT_EQ(wall_.Now().seconds, 1'800'000'110);
  clock_.Advance(Seconds{1});
  EXPECT_EQ(wall_.Now().seconds, 1'800'000'111);
}

TEST_F(WallClockTest, KeepsTheFloorAtMostOnceADay) {
  for (int hour = 0; hour <= 48; ++hour) {
    ASSERT_TRUE(wall_.SetVerified(At(1'800'000'000 + hour * 3600)).ok());
    wall_.Prove();
  }
  EXPECT_EQ(keeper_.calls, 3);
  EXPECT_EQ(keeper_.kept.seconds, 1'800'000'000 + 48 * 3600);
}

TEST(CivilTimeTest, KnowsTheCalendar) {
  struct Case {
    std::int64_t seconds;
    CivilTime civil;
  };
  constexpr std::array kCases = {
      Case{0, {1970, 1, 1, 0, 0, 0}},
      Case{951'782'400, {2000, 2, 29, 0, 0, 0}},
      Case{951'868'799, {2000, 2, 29, 23, 59, 59}},
      Case{951'868'800, {2000, 3, 1, 0, 0, 0}},
      Case{1'709'164'800, {2024, 2, 29, 0, 0, 0}},
      Case{1'735'689'599, {2024, 12, 31, 23, 59, 59}},
      Case{2'085'978'496, {2036, 2, 7, 6, 28, 16}},
      Case{2'147'483'648, {2038, 1, 19, 3, 14, 8}},
      Case{4'107'542'400, {2100, 3, 1, 0, 0, 0}},
      Case{253'402'300'799, {9999, 12, 31, 23, 59, 59}},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(ToCivil({c.seconds}), c.civil) << c.seconds;
  }
  EXPECT_EQ(ToCivil({-1}), ToCivil({0}));
  EXPECT_EQ(ToCivil({253'402'300'800}), ToCivil({253'402'300'799}));
}

TEST(CivilTimeTest, EveryDayFollowsTheOneBefore) {
  CivilTime before = ToCivil({0});
  for (std::int64_t day = 1; day < 150'000; ++day) {
    const CivilTime now = ToCivil({day * 86'400});
    const bool next_day =
        now.day == before.day + 1 && now.month == before.month && now.year == before.year;
    const bool next_month = now.day == 1 && before.day >= 28 && now.month == before.month % 12 + 1;
    ASSERT_TRUE(next_day || next_month) << day;
    before = now;
  }
}

}  // namespace
}  // namespace linnet::net
