// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Power fails at every flash operation of a whole update; what comes after always ends well.
#include <gtest/gtest.h>

#include <memory>

#include "sim/power_cut_sweep.hpp"
#include "update/testing/rig.hpp"

namespace linnet::update {
namespace {

using testing::kHealthy;
using testing::MakeRelease;
using testing::SampleRelease;
using testing::World;

/// What a device does by itself: starts, takes the order from its job again and again, reboots when
/// the engine wants it. Returns with the verdict, or when power is gone.
void Live(World& world, const SampleRelease& ordered) {
  for (int start = 0; start < 12 && world.device.power.on(); ++start) {
    if (!world.Start(hal::ResetCause::kSoftware)) {
      continue;
    }
    if (world.engine->phase() != Phase::kRebooting && world.engine->phase() != Phase::kTrial) {
      IgnoreStatus(world.Offer(ordered));
    }
    world.engine->SetHealth(kHealthy);
    world.Run();
    const Phase phase = world.engine->phase();
    if (phase == Phase::kConfirmed || phase == Phase::kFailed) {
      break;
    }
  }
  world.Stop();
}

TEST(PowerCut, AnyCutOfAnUpdateEndsWithTheNewRelease) {
  const SampleRelease v1 = MakeRelease(1);
  const SampleRelease v2 = MakeRelease(2, {.body_size = 5000, .counter = {}});
  World world(v1);
  sim::SweepScenario scenario;
  scenario.name = "update";
  scenario.setup = [&] { world.device.FlashExecutionArea(v1.file); };
  scenario.run = [&] { Live(world, v2); };
  scenario.recover = [&] { Live(world, v2); };
  scenario.check = [&] {
    ASSERT_TRUE(world.Start());
    EXPECT_TRUE(world.session->Runs(v2));
    EXPECT_EQ(world.session->Query().confirmed, v2.digest);
    EXPECT_EQ(world.session->Query().state, release::ReleaseState::kReady);
    EXPECT_EQ(world.engine->phase(), Phase::kConfirmed);
    EXPECT_EQ(world.observer.outcomes.back(), "job-1 succeeded");
    world.Stop();
  };
  const bool full = sim::FullSweeps();
  const sim::SweepResult result =
      sim::RunPowerCutSweep(world.device.power, world.flashes(), scenario,
                            {.stride = full ? 1U : 3U, .second_stride = full ? 11U : 0U});
  EXPECT_GT(result.operations, 20U);
}

}  // namespace
}  // namespace linnet::update
