// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/boot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boot/testing/simulated_device.hpp"

namespace linnet::boot {
namespace {

using release::Outcome;
using release::ReleaseState;
using release::testing::MakeRelease;
using release::testing::SampleRelease;
using testing::Session;
using testing::SimulatedDevice;

constexpr release::PartTag kTag = 77;

class BootTest : public ::testing::Test {
 protected:
  /// A board that was flashed with release 1 only, has adopted it and has staged release 2.
  void StageTwo() {
    device_.FlashExecutionArea(one_.file);
    Session session(device_);
    ASSERT_TRUE(session.Runs(one_));
    ASSERT_EQ(session.Update(two_, kTag), OkStatus());
  }
  Outcome LastOutcome(Session& session) {
    const release::ReleaseStatus status = session.Query();
    return status.event_count == 0 ? Outcome::kNone
                                   : status.events[status.event_count - 1U].outcome;
  }

  SimulatedDevice device_{testing::kReferenceShape};
  const SampleRelease one_ = MakeRelease(1, {.counter = 1});
  const SampleRelease two_ = MakeRelease(2, {.counter = 2});
};

TEST_F(BootTest, UpdatesTriesAndConfirms) {
  StageTwo();
  {
    Session trial(device_);
    EXPECT_EQ(trial.decision.start, Decision::Start::kTrial);
    EXPECT_TRUE(trial.Runs(two_));
    EXPECT_TRUE(trial.Holds(two_));
    EXPECT_EQ(trial.control.Accept(two_.digest), OkStatus());
  }
  Session confirmed(device_);
  EXPECT_EQ(confirmed.decision.start, Decision::Start::kConfirmed);
  EXPECT_TRUE(confirmed.Runs(two_));
  EXPECT_EQ(confirmed.Query().counter_floor[0], 2U);
}

}  // namespace
}  // namespace linnet::boot
