// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device that runs version 1 and was started, for tests of the engine.
#pragma once

#include <gtest/gtest.h>

#include "base/view.hpp"
#include "update/testing/rig.hpp"

namespace linnet::update::testing {

class EngineTest : public ::testing::Test {
 public:
  EngineTest() { EXPECT_TRUE(world.Start()); }

  /// To the reset that installs `release`, and through it.
  void InstallOnTrial(const SampleRelease& release, StringView job = "job-1") {
    ASSERT_TRUE(world.Offer(release, job).ok());
    world.Run();
    ASSERT_EQ(world.engine->phase(), Phase::kRebooting);
    ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
    ASSERT_EQ(world.engine->phase(), Phase::kTrial);
    ASSERT_TRUE(world.session->Runs(release));
  }

  const SampleRelease v1 = MakeRelease(1);
  const SampleRelease v2 = MakeRelease(2);
  const SampleRelease v3 = MakeRelease(3);
  World world{v1};
};

}  // namespace linnet::update::testing
