// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From an order to the last byte: resuming, retrying, noticing changes, refusing early.
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
using ::testing::IsEmpty;
using testing::kHealthy;
using testing::MakeRelease;
using testing::SampleRelease;

TEST_F(EngineTest, GoesOnAfterAResetWhereItWas) {
  world.config.fetch.range_size = 500;
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
  const auto begin = world.source.offsets.begin() + static_cast<std::ptrdiff_t>(offsets);
  std::vector<std::uint32_t> after(begin, world.source.offsets.end());
  std::erase_if(after, [](std::uint32_t offset) { return offset <= 500 || offset > 12000; });
  ASSERT_FALSE(after.empty());
  EXPECT_GE(*std::ranges::min_element(after), 10000U - 2 * 4096U);
}

TEST_F(EngineTest, TellsPercentsInSteps) {
  world.source.piece = 50;
  InstallOnTrial(v2);
  EXPECT_LE(world.observer.percents.size(), 30U);
  EXPECT_GE(std::ranges::count_if(world.observer.percents, [](int p) { return p > 0; }), 9);
}

TEST_F(EngineTest, RetriesWithBackoffAndGoesOn) {
  world.source.failures = {{.after = 300}, {.after = 0}};
  const Instant begin = world.now;
  InstallOnTrial(v2);
  EXPECT_GE(world.now - begin, Seconds(2));
  // The head of the file, what lies behind the body, the file.
  EXPECT_THAT(world.source.offsets, ElementsAre(0, 300, 300, 2532, 0, 1000, 2000));
  EXPECT_EQ(world.source.delivered, 512 + (v2.file.size() - 2532) + v2.file.size());
}

TEST_F(EngineTest, GivesUpAfterItsAttemptsWithoutProgress) {
  world.source.always_fails = true;
  ASSERT_TRUE(world.Offer(v2).ok());
  world.Run();
  EXPECT_EQ(world.source.offsets.size(), 10U);
  EXPECT_THAT(world.observer.outcomes,
              ElementsAre("job-1 failed: given up after 10 attempts: Unavailable"));
}

TEST_F(EngineTest, ProgressRenewsTheAttemptsAndTheBackoff) {
  constexpr int kFailures = 20;
  for (int i = 0; i < kFailures; ++i) {
    world.source.failures.push_back({.after = 50});
  }
  const Instant begin = world.now;
  InstallOnTrial(v2);
  EXPECT_LE(world.now - begin, kFailures * Seconds(2) + Seconds(10))
      << "none waits longer than the first";
}

TEST_F(EngineTest, TheBudgetIsForTheWholeFileWhateverProgressThereIs) {
  world.config.fetch.budget = 15;
  ASSERT_TRUE(world.Start());
  for (int i = 0; i < 20; ++i) {
    world.source.failures.push_back({.after = 50});
  }
  ASSERT_TRUE(world.Offer(v2).ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kFailed);
  EXPECT_EQ(world.observer.faults.back(), Fault::kGaveUp);
}

TEST_F(EngineTest, BeginsAgainWhenTheFileHasChanged) {
  ASSERT_TRUE(world.Offer(v2).ok());
  while (world.source.offsets.size() < 4) {
    world.Run(Milliseconds(1));
  }
  world.source.etag = "\"v2\"";
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_THAT(world.source.offsets, ElementsAre(0, 2532, 0, 1000, 2000, 0, 2532, 0, 1000, 2000));
}

TEST_F(EngineTest, DoesNotMixFilesWhenTheServerDoes) {
  world.source.honours_validator = false;
  ASSERT_TRUE(world.Offer(v2).ok());
  while (world.source.offsets.size() < 4) {
    world.Run(Milliseconds(1));
  }
  world.source.etag = "\"v2\"";
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_THAT(world.source.offsets, ElementsAre(0, 2532, 0, 1000, 2000, 0, 2532, 0, 1000, 2000));
}

TEST_F(EngineTest, TheSameContentGoesOnWhateverItsLocationAndValidatorAreCalled) {
  const SampleRelease large = MakeRelease(2, {.body_size = 12000, .counter = {}});
  ASSERT_TRUE(world.Offer(large).ok());
  while (world.source.delivered < 9500) {
    world.Run(Milliseconds(20));
  }
  ASSERT_TRUE(world.Start());
  world.source.etag = "\"another\"";
  world.source.delivered = 0;
  ASSERT_TRUE(world.Offer(large, "job-2").ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_LE(world.source.delivered, large.file.size() - 9500 + 8192U + 1500);
}

TEST_F(EngineTest, OtherContentUnderTheSameNameIsFetchedFromItsBeginning) {
  const SampleRelease large = MakeRelease(2, {.body_size = 12000, .counter = {}});
  const SampleRelease other = MakeRelease(3, {.body_size = 12000, .counter = {}});
  ASSERT_TRUE(world.Offer(large).ok());
  while (world.source.delivered < 9500) {
    world.Run(Milliseconds(20));
  }
  ASSERT_TRUE(world.Start());
  world.source.delivered = 0;
  ASSERT_TRUE(world.Offer(other).ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_GE(world.source.delivered, other.file.size());
  ASSERT_TRUE(world.Start(hal::ResetCause::kSoftware));
  EXPECT_TRUE(world.session->Runs(other));
}

TEST_F(EngineTest, ASizeThatTheOrderDoesNotStateComesFromTheServer) {
  world.source.file = v2.file;
  ASSERT_TRUE(world.engine->Offer({.job_id = "job-1"}).ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
}

TEST_F(EngineTest, AFileWithoutAnySizeIsRefused) {
  world.source.file = v2.file;
  world.source.tells_size = false;
  ASSERT_TRUE(world.engine->Offer({.job_id = "job-1"}).ok());
  world.Run();
  EXPECT_THAT(world.observer.outcomes.back(), HasSubstr("neither the order nor the server"));
  EXPECT_EQ(world.observer.faults.back(), Fault::kSize);
}

TEST_F(EngineTest, AFileOfAnotherSizeThanOrderedIsRefused) {
  world.source.file = v2.file;
  ASSERT_TRUE(world.engine->Offer({.job_id = "job-1", .size = 99}).ok());
  world.Run();
  EXPECT_THAT(world.observer.outcomes.back(), HasSubstr("the order says 99 bytes"));
}

TEST_F(EngineTest, AFileThatChangesAgainAndAgainIsGivenUp) {
  ASSERT_TRUE(world.Offer(v2).ok());
  for (int i = 0; i < 10000 && world.engine->phase() != Phase::kFailed; ++i) {
    if (world.engine->phase() == Phase::kDownloading) {
      world.source.etag += "x";
    }
    world.Run(Milliseconds(20));
  }
  EXPECT_EQ(world.observer.faults.back(), Fault::kChanging);
}

TEST_F(EngineTest, ResetsWithoutEndDuringOneDownloadAreALoop) {
  world.config.max_resumes = 3;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(world.Start());
    ASSERT_TRUE(world.Offer(v2).ok());
    world.Run(Milliseconds(20));
  }
  EXPECT_EQ(world.engine->phase(), Phase::kFailed);
  EXPECT_EQ(world.observer.faults.back(), Fault::kLoop);
}

TEST_F(EngineTest, KeepsToARateAndWaitsWhileHeld) {
  world.Run();
  world.engine->SetRate(100);
  const Instant begin = world.now;
  ASSERT_TRUE(world.Offer(v2).ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_GE(world.now - begin, Milliseconds(2000 * 1000 / 100));
}

TEST_F(EngineTest, NothingIsAskedForWhileHeld) {
  world.Run();
  world.engine->Hold(true);
  ASSERT_TRUE(world.Offer(v2).ok());
  world.Run(Seconds(100));
  EXPECT_THAT(world.source.offsets, IsEmpty());
  world.engine->Hold(false);
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
}

TEST_F(EngineTest, WithoutAnyOrderWhatWasLeftIsCleanedUp) {
  world.Run();
  ASSERT_TRUE(world.Offer(v2).ok());
  world.RunTo(Phase::kDownloading);
  world.Run(Milliseconds(20));
  world.engine->NoOrder();
  EXPECT_EQ(world.engine->phase(), Phase::kDownloading) << "it has one";
  ASSERT_TRUE(world.Start());
  EXPECT_EQ(world.session->store.part_count(), 2U);
  world.engine->NoOrder();
  EXPECT_EQ(world.engine->job_id(), "");
  EXPECT_EQ(world.session->store.part_count(), 1U);
}

TEST_F(EngineTest, WithoutItsOrderATrialGoesBackAndAVerdictIsForgotten) {
  InstallOnTrial(v2);
  world.engine->NoOrder();
  EXPECT_EQ(world.engine->phase(), Phase::kReverting);
  ASSERT_TRUE(world.Start());
  EXPECT_TRUE(world.session->Runs(v1));
  InstallOnTrial(v3, "job-3");
  world.engine->SetHealth(kHealthy);
  world.Run();
  ASSERT_TRUE(world.Start());
  EXPECT_EQ(world.engine->phase(), Phase::kConfirmed);
  world.engine->NoOrder();
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
}

TEST_F(EngineTest, ATrialThatDoesNotEndIsTheWatchdogs) {
  InstallOnTrial(v2);
  EXPECT_FALSE(world.engine->overdue(world.now + Seconds(600)));
  EXPECT_TRUE(world.engine->overdue(world.now + Seconds(600 + 121)));
}

TEST_F(EngineTest, AsksForTheOrderWhenTheLocationHasExpired) {
  world.source.failures = {
      {.after = SIZE_MAX}, {.after = SIZE_MAX}, {.after = 500, .code = Code::kPermissionDenied}};
  ASSERT_TRUE(world.Offer(v2).ok());
  world.Run();
  EXPECT_EQ(world.observer.orders_needed, 1);
  EXPECT_EQ(world.engine->phase(), Phase::kDownloading);
  ASSERT_TRUE(world.Offer(v2).ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
  EXPECT_EQ(world.source.offsets[3], 500U);
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
  const auto expect = [&](StringView version, const std::string& cause) {
    ASSERT_TRUE(world.Offer(v2, "job", version).ok());
    world.Run();
    EXPECT_EQ(world.observer.outcomes.back(), "job rejected: " + cause);
    EXPECT_THAT(world.source.offsets, IsEmpty());
    world.engine->OutcomeReported("job");
  };
  expect("v1.0.0", "version 1.0.0 is running already");
  expect("0.9", "version 0.9.0 is older than 1.0.0, which runs");
}

TEST_F(EngineTest, RefusesAFileOfAnotherVersionThanOrdered) {
  world.Run();
  const std::uint64_t programs = world.device.store.programs();
  ASSERT_TRUE(world.Offer(v3, "job-1", "v2.0.0").ok());
  world.Run();
  EXPECT_EQ(world.observer.outcomes.back(),
            "job-1 rejected: version 2.0.0 is ordered, and the file has 3.0.0");
  EXPECT_EQ(world.observer.faults.back(), Fault::kNotOrdered);
  EXPECT_EQ(world.device.store.programs(), programs) << "before the first flash write";
  world.engine->OutcomeReported("job-1");
  ASSERT_TRUE(world.Offer(v3, "job-2", "3.0.0").ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
}

TEST_F(EngineTest, WhatIsNoVersionIsNotHeldAgainstTheFile) {
  ASSERT_TRUE(world.Offer(v2, "job-1", "spring-release").ok());
  world.Run();
  EXPECT_EQ(world.engine->phase(), Phase::kRebooting);
}

TEST_F(EngineTest, RefusesAnOlderCounterThanTheRecordHasWithoutAFlashWrite) {
  InstallOnTrial(MakeRelease(2, {.body_size = 2000, .counter = 7}));
  world.engine->SetHealth(kHealthy);
  world.Run();
  world.engine->OutcomeReported("job-1");
  ASSERT_TRUE(world.Offer(v1, "older").ok());
  world.Run();  // With it goes what the last update has left over.
  world.engine->OutcomeReported("older");
  const std::uint64_t programs = world.device.store.programs();
  ASSERT_TRUE(world.Offer(MakeRelease(3, {.body_size = 2000, .counter = 6}), "job-2").ok());
  world.Run();
  EXPECT_THAT(world.observer.outcomes.back(), HasSubstr("security counter 6, at least 7"));
  EXPECT_EQ(world.observer.faults.back(), Fault::kNotTrusted);
  EXPECT_EQ(world.device.store.programs(), programs);
}

TEST_F(EngineTest, AVerdictOfTheCloudsOwnEndsWhatIsWorkedOn) {
  world.Run();
  ASSERT_TRUE(world.Offer(v2).ok());
  ASSERT_TRUE(world.RunTo(Phase::kDownloading));
  world.engine->OutcomeReported("another");
  EXPECT_EQ(world.engine->phase(), Phase::kDownloading);
  world.engine->OutcomeReported("job-1");
  EXPECT_EQ(world.engine->phase(), Phase::kIdle);
  EXPECT_EQ(world.session->store.part_count(), 1U) << "what runs";
  EXPECT_TRUE(world.Offer(v3, "job-2").ok());
}

TEST_F(EngineTest, RefusesByTheFirstBytesWithoutAFlashWrite) {
  world.Run();
  const auto expect = [&](const std::vector<std::byte>& file, Fault fault, const char* words) {
    world.source.delivered = 0;
    ASSERT_TRUE(world.Offer({.file = file}, "job").ok());
    const std::uint64_t programs = world.device.store.programs();
    world.Run();
    EXPECT_THAT(world.observer.outcomes.back(), HasSubstr(words));
    EXPECT_EQ(world.observer.faults.back(), fault);
    EXPECT_LE(world.source.delivered, 1200U);
    EXPECT_EQ(world.device.store.programs(), programs);
    world.engine->OutcomeReported("job");
  };
  expect(std::vector<std::byte>(3000), Fault::kFormat, "neither a package nor an image");
  expect(std::vector<std::byte>(20), Fault::kFormat, "neither a package nor an image");
  expect(v1.file, Fault::kRunning, "version 1.0.0 is running already");
  expect(std::vector(v2.file.begin(), v2.file.begin() + 1000), Fault::kSize, "too early");
  expect(MakeRelease(2, {.body_size = 17000, .counter = {}}).file, Fault::kTooLarge,
         "do not fit into 16384");
}

}  // namespace
}  // namespace linnet::update
