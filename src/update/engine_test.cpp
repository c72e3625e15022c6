// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From an order to a confirmed release, and back, on a simulated device.
#include "update/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/view.hpp"
#include "update/testing/engine_fixture.hpp"

namespace linnet::update {
namespace {

using ::testing::ElementsAre;
using testing::EngineTest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kHealthy;
using testing::MakeRelease;
using testing::SampleRelease;

TEST_F(EngineTest, ADeviceWithOnlyAnApplicationKeepsThatBeforeItsFirstUpdate) {
  EXPECT_EQ(world.engine->phase(), Phase::kAdopting);
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
  EXPECT_TRUE(world.session->store.Find(v1.digest).ok());
  ASSERT_TRUE(world.Start());
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
}

TEST_F(EngineTest, UpdatesAndConfirms) {
  world.Run();
  world.observer.phases.clear();
  InstallOnTrial(v2);
  EXPECT_THAT(world.observer.outcomes, IsEmpty());
  world.engine->SetHealth({.connected = true});
  world.Run(Seconds(1));
  EXPECT_EQ(world.engine->phase(), Phase::kTrial);
  world.engine->SetHealth(kHealthy);
  world.Run();
  EXPECT_THAT(world.observer.phases, ElementsAre("checking", "downloading", "verifying", "staged",
                                                 "rebooting", "trial", "confirmed"));
  EXPECT_THAT(world.observer.outcomes, ElementsAre("job-1 succeeded"));
  EXPECT_EQ(world.session->Query().confirmed, v2.digest);
  world.engine->OutcomeReported("job-1");
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
  EXPECT_EQ(world.engine->job_id(), "");
  ASSERT_TRUE(world.Start());
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
  EXPECT_TRUE(world.session->Runs(v2));
  EXPECT_EQ(world.observer.outcomes.size(), 1U);
}

TEST_F(EngineTest, GoesFromReleaseToReleaseInASmallStore) {
  for (int version = 2; version < 8; ++version) {
    const SampleRelease next = MakeRelease(static_cast<std::uint8_t>(version));
    InstallOnTrial(next, "job-" + std::to_string(version));
    world.engine->SetHealth(kHealthy);
    world.Run();
    ASSERT_EQ(world.engine->phase(), Phase::kConfirmed);
    world.engine->OutcomeReported(world.engine->job_id());
  }
}

TEST_F(EngineTest, RefusesADowngradeUnlessAllowed) {
  InstallOnTrial(v3);
  world.engine->SetHealth(kHealthy);
  world.Run();
  world.engine->OutcomeReported("job-1");
  ASSERT_TRUE(world.Offer(v2, "job-2").ok());
  world.Run();
  EXPECT_THAT(world.observer.outcomes.back(), HasSubstr("is older than 3.0.0"));
  world.engine->OutcomeReported("job-2");
  world.config.allow_downgrade = true;
  ASSERT_TRUE(world.Start());
  InstallOnTrial(v2, "job-3");
}

TEST_F(EngineTest, RefusesAnotherKeyWithoutEverRunningIt) {
  const SampleRelease foreign = MakeRelease(4, {.counter = {}, .key = 2});
  ASSERT_TRUE(world.Offer(foreign).ok());
  world.Run();
  ASSERT_EQ(world.observer.outcomes.size(), 1U);
  EXPECT_THAT(world.observer.outcomes[0], HasSubstr("job-1 rejected: "));
  EXPECT_THAT(world.observer.outcomes[0],
              HasSubstr(std::string(image::ToText(image::Reason::kSignatureMissing))));
  ASSERT_TRUE(world.Start());
  EXPECT_TRUE(world.session->Runs(v1));
}

TEST_F(EngineTest, NoticesDamagedContent) {
  SampleRelease damaged = v2;
  damaged.file[700] ^= std::byte{1};
  ASSERT_TRUE(world.Offer(damaged).ok());
  world.Run();
  EXPECT_THAT(world.observer.outcomes,
              ElementsAre("job-1 failed: the content does not match its digest"));
  EXPECT_EQ(world.session->store.part_count(), 1U);
}

TEST_F(EngineTest, GoesBackWhenItDoesNotConnect) {
  InstallOnTrial(v2);
  world.engine->SetHealth({.connected = false});
  const Instant begin = world.now;
  world.Run();
  EXPECT_EQ(world.now - begin, Seconds(600));
  EXPECT_EQ(world.engine->phase(), Phase::kReverting);
  EXPECT_EQ(world.observer.reboots_wanted, 1);
  ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
  EXPECT_TRUE(world.session->Runs(v1));
  EXPECT_EQ(world.engine->phase(), Phase::kFailed);
  ASSERT_EQ(world.observer.outcomes.size(), 1U);
  EXPECT_THAT(world.observer.outcomes[0], HasSubstr("job-1 failed: "));
  EXPECT_THAT(world.observer.outcomes[0], HasSubstr("it did not connect in time"));
}

TEST_F(EngineTest, GoesBackWhenTheProductIsNotHealthy) {
  InstallOnTrial(v2);
  world.engine->SetHealth({.connected = true, .job_readable = true, .application = false});
  world.Run();
  ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
  EXPECT_THAT(world.observer.outcomes.at(0), HasSubstr("its self-test failed"));
}

TEST_F(EngineTest, SaysWhatEndedTheAttempts) {
  InstallOnTrial(v2);
  ASSERT_TRUE(world.Start(hal::ResetCause::kFault));
  EXPECT_EQ(world.engine->phase(), Phase::kTrial);
  ASSERT_TRUE(world.Start(hal::ResetCause::kFault));
  ASSERT_TRUE(world.Start(hal::ResetCause::kWatchdog));
  EXPECT_TRUE(world.session->Runs(v1));
  ASSERT_EQ(world.observer.outcomes.size(), 1U);
  EXPECT_THAT(world.observer.outcomes[0], HasSubstr("watchdog"));
}

TEST_F(EngineTest, CanTryTheSameReleaseAgain) {
  for (const StringView job : {"job-1", "job-2"}) {
    InstallOnTrial(v2, job);
    world.Run();
    ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
    EXPECT_EQ(world.engine->phase(), Phase::kFailed);
    world.engine->OutcomeReported(job);
  }
  InstallOnTrial(v2, "job-3");
  world.engine->SetHealth(kHealthy);
  world.Run();
  EXPECT_EQ(world.observer.outcomes.back(), "job-3 succeeded");
}

TEST_F(EngineTest, AnnouncesAVerdictUntilItWasReported) {
  InstallOnTrial(v2);
  world.engine->SetHealth(kHealthy);
  world.Run();
  ASSERT_TRUE(world.Start());
  EXPECT_EQ(world.engine->phase(), Phase::kConfirmed);
  ASSERT_TRUE(world.Offer(v2).ok());
  EXPECT_THAT(world.observer.outcomes,
              ElementsAre("job-1 succeeded", "job-1 succeeded", "job-1 succeeded"));
  world.engine->OutcomeReported("another");
  EXPECT_EQ(world.engine->phase(), Phase::kConfirmed);
  InstallOnTrial(v3, "job-2");
}

TEST_F(EngineTest, TakesOneOrderAtATime) {
  EXPECT_EQ(world.Offer(v2, "").code(), Code::kInvalidArgument);
  EXPECT_EQ(world.Offer(v2, std::string(65, 'j')).code(), Code::kInvalidArgument);
  ASSERT_TRUE(world.Offer(v2).ok());
  EXPECT_TRUE(world.Offer(v2).ok());
  EXPECT_EQ(world.Offer(v3, "job-2").code(), Code::kFailedPrecondition);
  world.RunTo(Phase::kDownloading);
  EXPECT_EQ(world.Offer(v3, "job-2").code(), Code::kFailedPrecondition);
  world.Run();
  EXPECT_EQ(world.Offer(v3, "job-2").code(), Code::kFailedPrecondition);
}

TEST_F(EngineTest, AnotherOrderReplacesOneThatNobodyOffersAnyMore) {
  ASSERT_TRUE(world.Offer(v2).ok());
  world.RunTo(Phase::kDownloading);
  ASSERT_TRUE(world.Start());
  InstallOnTrial(v3, "job-2");
}

TEST_F(EngineTest, DoesNotTakeAnOrderThatItCannotNote) {
  world.memory.fails = true;
  EXPECT_EQ(world.Offer(v2).code(), Code::kDataLoss);
}

TEST_F(EngineTest, BeginsWithoutMemoryThatCannotBeRead) {
  ASSERT_TRUE(world.memory.Write(AsBytes("\x01\x02\x03")).ok());
  ASSERT_TRUE(world.Start());
  InstallOnTrial(v2);
}

TEST_F(EngineTest, WithdrawnWhileDownloadingDropsWhatCame) {
  world.Run();
  ASSERT_TRUE(world.Offer(v2).ok());
  world.RunTo(Phase::kDownloading);
  world.Run(Milliseconds(20));
  world.engine->Withdraw("another");
  EXPECT_EQ(world.engine->phase(), Phase::kDownloading);
  world.engine->Withdraw("job-1");
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
  EXPECT_EQ(world.session->store.part_count(), 1U);
  EXPECT_THAT(world.observer.outcomes, IsEmpty());
  InstallOnTrial(v3, "job-2");
}

TEST_F(EngineTest, WithdrawnWhenStagedIsNotInstalled) {
  ASSERT_TRUE(world.Offer(v2).ok());
  world.Run();
  world.engine->Withdraw("job-1");
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
  ASSERT_TRUE(world.Start());
  EXPECT_TRUE(world.session->Runs(v1));
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
}

TEST_F(EngineTest, WithdrawnOnTrialGoesBack) {
  InstallOnTrial(v2);
  world.engine->Withdraw("job-1");
  world.Run();
  EXPECT_EQ(world.observer.reboots_wanted, 1);
  ASSERT_TRUE(world.Start());
  EXPECT_TRUE(world.session->Runs(v1));
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
  EXPECT_THAT(world.observer.outcomes, IsEmpty());
}

TEST_F(EngineTest, ATrialThatNobodyOrderedProvesItselfToo) {
  world.Run();
  ASSERT_TRUE(world.session->Update(v2, 77).ok());
  ASSERT_TRUE(world.Start());
  EXPECT_EQ(world.engine->phase(), Phase::kTrial);
  world.engine->SetHealth(kHealthy);
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
  EXPECT_EQ(world.session->Query().confirmed, v2.digest);
  EXPECT_THAT(world.observer.outcomes, IsEmpty());
}

TEST_F(EngineTest, ReopensThePartWhenTheStoreFails) {
  world.Run();
  ASSERT_TRUE(world.Offer(v2).ok());
  world.RunTo(Phase::kDownloading);
  world.device.store.FailOperation(1, Code::kDataLoss);
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
}

}  // namespace
}  // namespace linnet::update
