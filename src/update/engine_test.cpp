// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From an order to a confirmed release, and back, on a simulated device.
#include "update/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "update/testing/rig.hpp"

namespace linnet::update {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kHealthy;
using testing::MakeRelease;
using testing::SampleRelease;
using testing::World;

class EngineTest : public ::testing::Test {
 public:
  EngineTest() { EXPECT_TRUE(world.Start()); }

  /// To the reset that installs `release`, and through it.
  void InstallOnTrial(const SampleRelease& release, std::string_view job = "job-1") {
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

TEST_F(EngineTest, GoesOnAfterAResetWhereItWas) {
  world.config.range_size = 500;
  world.source.piece = 100;
  const SampleRelease large = MakeRelease(2, {.body_size = 12000, .counter = {}});
  ASSERT_TRUE(world.Offer(large).ok());
  while (world.source.delivered < 10000) {
    world.Run(Milliseconds(20));
  }
  const std::size_t offsets = world.source.offsets.size();
  ASSERT_TRUE(world.Start(hal::ResetCause::kWatchdog));
  EXPECT_EQ(world.engine->job_id(), "job-1");
  world.Run(Seconds(10));
  EXPECT_EQ(world.source.offsets.size(), offsets) << "it goes on only when it is offered again";
  ASSERT_TRUE(world.Offer(large).ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_GE(world.source.offsets[offsets], 10000U - 2 * 4096U);
}

TEST_F(EngineTest, TellsPercentsInSteps) {
  world.source.piece = 50;
  InstallOnTrial(v2);
  EXPECT_LE(world.observer.percents.size(), 30U);
  EXPECT_GE(std::ranges::count_if(world.observer.percents, [](int p) { return p > 0; }), 9);
}

TEST_F(EngineTest, RetriesWithBackoffAndGoesOn) {
  world.source.failures = {{.after = 300}, {.after = 0}, {.after = 900}};
  const Instant begin = world.now;
  InstallOnTrial(v2);
  EXPECT_GE(world.now - begin, Seconds(2 + 3));
  EXPECT_THAT(std::vector(world.source.offsets.begin(), world.source.offsets.begin() + 4),
              ElementsAre(0, 300, 300, 1200));
  EXPECT_EQ(world.source.delivered, v2.file.size());
}

TEST_F(EngineTest, GivesUpAfterItsAttemptsWithoutProgress) {
  world.source.always_fails = true;
  ASSERT_TRUE(world.Offer(v2).ok());
  world.Run();
  EXPECT_EQ(world.source.offsets.size(), 10U);
  EXPECT_THAT(world.observer.outcomes,
              ElementsAre("job-1 failed: given up after 10 attempts: Unavailable"));
}

TEST_F(EngineTest, ProgressRenewsTheAttempts) {
  for (int i = 0; i < 20; ++i) {
    world.source.failures.push_back({.after = 50});
  }
  InstallOnTrial(v2);
}

TEST_F(EngineTest, BeginsAgainWhenTheFileHasChanged) {
  ASSERT_TRUE(world.Offer(v2).ok());
  while (world.source.offsets.size() < 2) {
    world.Run(Milliseconds(1));
  }
  world.source.etag = "\"v2\"";
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_THAT(world.source.offsets, ElementsAre(0, 1000, 2000, 0, 1000, 2000));
}

TEST_F(EngineTest, DoesNotMixFilesWhenTheServerDoes) {
  world.source.honours_validator = false;
  ASSERT_TRUE(world.Offer(v2).ok());
  while (world.source.offsets.size() < 2) {
    world.Run(Milliseconds(1));
  }
  world.source.etag = "\"v2\"";
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_THAT(world.source.offsets, ElementsAre(0, 1000, 2000, 0, 1000, 2000));
}

TEST_F(EngineTest, RemembersAcrossAResetWhichFileItsBytesAreOf) {
  const SampleRelease large = MakeRelease(2, {.body_size = 12000, .counter = {}});
  ASSERT_TRUE(world.Offer(large).ok());
  while (world.source.delivered < 9500) {
    world.Run(Milliseconds(20));
  }
  ASSERT_TRUE(world.Start());
  world.source.etag = "\"v2\"";
  world.source.offsets.clear();
  ASSERT_TRUE(world.Offer(large).ok());
  world.Run();
  ASSERT_GE(world.source.offsets.size(), 2U);
  EXPECT_GT(world.source.offsets[0], 0U);
  EXPECT_EQ(world.source.offsets[1], 0U);
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
}

TEST_F(EngineTest, AsksForTheOrderWhenTheLocationHasExpired) {
  world.source.failures = {{.after = 500, .code = Code::kPermissionDenied}};
  ASSERT_TRUE(world.Offer(v2).ok());
  world.Run();
  EXPECT_EQ(world.observer.orders_needed, 1);
  EXPECT_EQ(world.engine->phase(), Phase::kDownloading);
  ASSERT_TRUE(world.Offer(v2).ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_EQ(world.source.offsets[1], 500U);
}

struct Verdict {
  Code code;
  const char* outcome;
};

TEST_F(EngineTest, KnowsWhichFailuresAreFinal) {
  for (const Verdict& verdict :
       {Verdict{Code::kNotFound, "failed: the file is not there"},
        Verdict{Code::kUnsupported, "failed: the server does not serve ranges"},
        Verdict{Code::kOutOfRange, "rejected: the file is smaller than the order says"}}) {
    world.source.failures = {{.after = 0, .code = verdict.code}};
    ASSERT_TRUE(world.Offer(v2, "job").ok());
    world.Run();
    EXPECT_EQ(world.observer.outcomes.back(), std::string("job ") + verdict.outcome);
    world.engine->OutcomeReported("job");
  }
}

TEST_F(EngineTest, RefusesBeforeFetchingWhatTheOrderTells) {
  const auto expect = [&](const SampleRelease& release, std::string_view version,
                          const std::string& cause) {
    ASSERT_TRUE(world.Offer(release, "job", version).ok());
    world.Run();
    EXPECT_EQ(world.observer.outcomes.back(), "job rejected: " + cause);
    EXPECT_THAT(world.source.offsets, IsEmpty());
    world.engine->OutcomeReported("job");
  };
  expect(v2, "v1.0.0", "version 1.0.0 is running already");
  expect(v2, "0.9", "version 0.9.0 is older than 1.0.0, which runs");
  expect(MakeRelease(2, {.body_size = 17000, .counter = {}}), "",
         "the file is too large for the execution area");
  expect({.file = std::vector<std::byte>(32)}, "", "the file is too small to be an image");
}

TEST_F(EngineTest, RefusesByTheFirstBytes) {
  const auto expect = [&](const std::vector<std::byte>& file, const std::string& cause) {
    world.source.delivered = 0;
    ASSERT_TRUE(world.Offer({.file = file}, "job").ok());
    world.source.piece = 20;
    world.Run();
    EXPECT_EQ(world.observer.outcomes.back(), "job rejected: " + cause);
    EXPECT_LE(world.source.delivered, 40U);
    EXPECT_EQ(world.session->store.part_count(), 1U) << "only what runs";
    world.engine->OutcomeReported("job");
  };
  expect(std::vector<std::byte>(3000), std::string(image::ToText(image::Reason::kBadMagic)));
  expect(v1.file, "version 1.0.0 is running already");
  expect(std::vector(v2.file.begin(), v2.file.begin() + 1000), "the image is larger than its file");
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
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
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
  for (const std::string_view job : {"job-1", "job-2"}) {
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
