// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/power_cut_sweep.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <set>

namespace linnet::sim {
namespace {

constexpr hal::FlashGeometry kGeometry{2048, 1024, 4, std::byte{0xFF}};

/// Writes a pair that must never be seen half: unsafe on purpose.
struct UnsafePair {
  Power power;
  NorFlash flash{kGeometry, power};
  int halves = 0;

  SweepScenario Scenario() {
    return {.name = "pair",
            .setup = [this] { EXPECT_TRUE(flash.ErasePage(0).ok()); },
            .run =
                [this] {
                  const std::array<std::byte, 4> mark{};
                  if (flash.Program(0, mark).ok()) {
                    IgnoreStatus(flash.Program(4, mark));
                  }
                },
            .recover = nullptr,
            .forget = nullptr,
            .check =
                [this] {
                  const auto bytes = flash.Peek(0, 8);
                  const std::set<std::byte> seen(bytes.begin(), bytes.end());
                  halves += seen.size() > 1 ? 1 : 0;
                }};
  }
};

TEST(PowerCutSweep, FindsEveryHalfDonePair) {
  UnsafePair pair;
  const SweepResult result =
      RunPowerCutSweep(pair.power, {&pair.flash}, pair.Scenario(), {.seeds = 2});
  EXPECT_EQ(result.operations, 2U);
  EXPECT_EQ(result.cases, 1U + 2 * (2 + 4 * 2));
  EXPECT_GT(pair.halves, 8);
  EXPECT_EQ(pair.flash.Peek(0, 1)[0], std::byte{0xFF}) << "a sweep leaves the flash as it was";
}

TEST(PowerCutSweep, ReplaysOneCase) {
  ASSERT_EQ(setenv("LINNET_CASE", "pair/op1/prefix0", 1), 0);
  UnsafePair pair;
  const SweepResult result =
      RunPowerCutSweep(pair.power, {&pair.flash}, pair.Scenario(), {.seeds = 2});
  unsetenv("LINNET_CASE");
  EXPECT_EQ(result.cases, 1U);
  EXPECT_EQ(pair.halves, 1);
}

TEST(PowerCutSweep, CutsRecoveryToo) {
  UnsafePair pair;
  SweepScenario scenario = pair.Scenario();
  int recoveries = 0;
  scenario.recover = [&] {
    ++recoveries;
    IgnoreStatus(pair.flash.ErasePage(0));
  };
  int timelines = 0;
  scenario.forget = [&] { ++timelines; };
  scenario.check = [&] {
    std::array<std::byte, 8> out{};
    EXPECT_TRUE(pair.flash.Read(0, out).ok());
  };
  const SweepResult result =
      RunPowerCutSweep(pair.power, {&pair.flash}, scenario, {.second_stride = 1});
  const std::uint64_t first = std::uint64_t{2} * (2 + 4);
  EXPECT_EQ(result.cases, 1 + first + first * (2 + 4));
  EXPECT_EQ(timelines, static_cast<int>(first + first * (2 + 4)));
  EXPECT_EQ(recoveries, static_cast<int>(first + 2 * first * (2 + 4)));
}

}  // namespace
}  // namespace linnet::sim
