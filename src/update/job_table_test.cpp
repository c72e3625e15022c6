// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What becomes of a noted order when the cloud gives a job, or none, after a reset: one test for
// each row of the README's second table, in its order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/view.hpp"
#include "update/engine.hpp"
#include "update/testing/engine_fixture.hpp"

namespace linnet::update {
namespace {

using ::testing::ElementsAre;
using testing::EngineTest;
using ::testing::HasSubstr;
using testing::kHealthy;
using testing::MakeRelease;
using testing::SampleRelease;

class AfterAReset : public EngineTest {
 public:
  /// Half of it has come, and then there was a reset.
  void LeaveFetching() {
    world.Run();
    world.source.piece = 100;
    ASSERT_TRUE(world.Offer(large).ok());
    while (world.source.delivered < 9000) {
      world.Run(Milliseconds(20));
    }
    ASSERT_TRUE(world.Start(hal::ResetCause::kWatchdog));
    ASSERT_EQ(world.session->store.part_count(), 2U);
    world.source.delivered = 0;
  }
  void Confirm(const SampleRelease& release, StringView job) {
    InstallOnTrial(release, job);
    world.engine->SetHealth(kHealthy);
    world.Run();
    ASSERT_EQ(world.engine->phase(), Phase::kConfirmed);
  }
  void GoBack(StringView job = "job-1") {
    InstallOnTrial(v2, job);
    world.engine->SetHealth({});
    world.Run();
    ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
    ASSERT_EQ(world.engine->phase(), Phase::kFailed);
  }

  const SampleRelease large = MakeRelease(2, {.body_size = 12000, .counter = {}});
};

TEST_F(AfterAReset, J1TheNotedOneGoesOnFetching) {
  LeaveFetching();
  ASSERT_TRUE(world.Offer(large).ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_EQ(world.engine->progress().resumes, 1U);
  EXPECT_LT(world.source.delivered, large.file.size() - 9000 + std::size_t{2} * 4096 + 1500);
}

TEST_F(AfterAReset, J2TheNotedOneOnTrialGoesOn) {
  InstallOnTrial(v2);
  ASSERT_TRUE(world.Offer(v2).ok());
  EXPECT_EQ(world.engine->phase(), Phase::kTrial);
  world.engine->SetHealth(kHealthy);
  world.Run();
  EXPECT_EQ(world.observer.outcomes.back(), "job-1 succeeded");
}

TEST_F(AfterAReset, J2TheNotedOneRevertingGoesOn) {
  InstallOnTrial(v2);
  world.Run();
  ASSERT_EQ(world.engine->phase(), Phase::kReverting);
  ASSERT_TRUE(world.Offer(v2).ok());
  EXPECT_EQ(world.engine->phase(), Phase::kReverting);
}

TEST_F(AfterAReset, J3AVerdictOfTheNotedOneIsAnnouncedAgain) {
  Confirm(v2, "job-1");
  ASSERT_TRUE(world.Start());
  const std::size_t before = world.observer.outcomes.size();
  ASSERT_TRUE(world.Offer(v2).ok());
  ASSERT_EQ(world.observer.outcomes.size(), before + 1);
  EXPECT_EQ(world.observer.outcomes.back(), "job-1 succeeded");
  EXPECT_EQ(world.engine->phase(), Phase::kConfirmed);
}

TEST_F(AfterAReset, J3AFailureOfTheNotedOneIsAnnouncedAgain) {
  GoBack();
  const std::size_t before = world.observer.outcomes.size();
  ASSERT_TRUE(world.Offer(v2).ok());
  ASSERT_EQ(world.observer.outcomes.size(), before + 1);
  EXPECT_THAT(world.observer.outcomes.back(), HasSubstr("job-1 failed: "));
}

TEST_F(AfterAReset, J4AnotherReplacesOneThatWasBeingFetched) {
  LeaveFetching();
  InstallOnTrial(v3, "job-2");
  EXPECT_EQ(world.engine->job_id(), "job-2");
  EXPECT_FALSE(world.session->store.Find(large.digest).ok());
  EXPECT_EQ(world.session->store.part_count(), 2U) << "the old one's part is unlinked";
}

TEST_F(AfterAReset, J5AnotherWaitsWhileTheNotedOneIsWorkedOn) {
  LeaveFetching();
  ASSERT_TRUE(world.Offer(large).ok());
  EXPECT_EQ(world.Offer(v3, "job-2").code(), Code::kFailedPrecondition);
  world.source.file = large.file;
  world.Run();
  ASSERT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_EQ(world.Offer(v3, "job-2").code(), Code::kFailedPrecondition);
  ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
  ASSERT_EQ(world.engine->phase(), Phase::kTrial);
  EXPECT_EQ(world.Offer(v3, "job-2").code(), Code::kFailedPrecondition);
  world.Run();
  ASSERT_EQ(world.engine->phase(), Phase::kReverting);
  EXPECT_EQ(world.Offer(v3, "job-2").code(), Code::kFailedPrecondition);
  EXPECT_EQ(world.engine->job_id(), "job-1");
}

TEST_F(AfterAReset, J6AnotherIsTakenWhenTheNotedOneHasItsVerdict) {
  Confirm(v2, "job-1");
  ASSERT_TRUE(world.Start());
  InstallOnTrial(v3, "job-2");
  EXPECT_EQ(world.engine->job_id(), "job-2");
}

TEST_F(AfterAReset, J6AnotherIsTakenWhenTheNotedOneHasFailed) {
  GoBack();
  InstallOnTrial(v3, "job-2");
  EXPECT_EQ(world.engine->job_id(), "job-2");
}

TEST_F(AfterAReset, J7WithoutAnyWhatWasFetchedIsUnlinked) {
  LeaveFetching();
  world.engine->NoOrder();
  EXPECT_EQ(world.engine->job_id(), "");
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
  EXPECT_EQ(world.session->store.part_count(), 1U);
  EXPECT_THAT(world.observer.outcomes, ::testing::IsEmpty());
}

TEST_F(AfterAReset, J8WithoutAnyATrialIsTakenBack) {
  InstallOnTrial(v2);
  world.engine->NoOrder();
  EXPECT_EQ(world.engine->phase(), Phase::kReverting);
  ASSERT_TRUE(world.Start());
  EXPECT_TRUE(world.session->Runs(v1));
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
}

TEST_F(AfterAReset, J9WithoutAnyAVerdictIsForgotten) {
  Confirm(v2, "job-1");
  ASSERT_TRUE(world.Start());
  world.engine->NoOrder();
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
  EXPECT_EQ(world.engine->job_id(), "");
  ASSERT_TRUE(world.Start());
  EXPECT_THAT(world.observer.outcomes, ElementsAre("job-1 succeeded", "job-1 succeeded"));
}

}  // namespace
}  // namespace linnet::update
