// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "vault_service/release_service.hpp"

#include <gtest/gtest.h>

#include "boot/testing/simulated_device.hpp"

namespace linnet::vault_service {
namespace {

using boot::testing::Session;
using boot::testing::SimulatedDevice;
using release::Outcome;
using release::PartKind;
using release::RejectReason;
using release::ReleaseState;
using release::testing::MakeRelease;
using release::testing::SampleRelease;

class ReleaseServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    device_.FlashExecutionArea(one_.file);
    Session session(device_);
    ASSERT_EQ(session.store.Mount(), OkStatus());
    ASSERT_EQ(session.BackUp(), OkStatus());
    ASSERT_EQ(session.Download(two_, 2), OkStatus());
  }
  void StageTwo() {
    Session session(device_);
    ASSERT_EQ(session.control.Stage(two_.digest), OkStatus());
  }
  static release::Event LastEvent(Session& session) {
    const release::ReleaseStatus status = session.Query();
    return status.events[status.event_count - 1U];
  }

  SimulatedDevice device_{boot::testing::kReferenceShape};
  const SampleRelease one_ = MakeRelease(1, {.body_size = 3000, .counter = 5});
  const SampleRelease two_ = MakeRelease(2, {.body_size = 3000, .counter = 6});
  const SampleRelease three_ = MakeRelease(3, {.body_size = 3000, .counter = 4});
};

TEST_F(ReleaseServiceTest, StageVerifiesAndSaysSo) {
  Session session(device_);
  ASSERT_EQ(session.control.Stage(two_.digest), OkStatus());
  const release::ReleaseStatus status = session.Query();
  EXPECT_EQ(status.state, ReleaseState::kStaged);
  EXPECT_EQ(status.candidate, two_.digest);
  EXPECT_EQ(status.confirmed, one_.digest);
  EXPECT_EQ(status.running, one_.digest);
  EXPECT_EQ(status.attempts_left, 3);
  EXPECT_EQ(status.install_starts_left, 10);
  EXPECT_EQ(status.counter_floor[0], 0U);
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kStaged);
  EXPECT_EQ(session.control.Stage(two_.digest), OkStatus()) << "whoever lost the answer asks again";
  EXPECT_EQ(session.Query().event_total, status.event_total);
}

TEST_F(ReleaseServiceTest, OneAtATime) {
  StageTwo();
  Session session(device_);
  ASSERT_EQ(session.decision.start, boot::Decision::Start::kTrial);
  EXPECT_EQ(session.control.Stage(one_.digest), Status(Code::kFailedPrecondition));
  EXPECT_EQ(session.control.Stage(two_.digest), Status(Code::kFailedPrecondition));
}

TEST_F(ReleaseServiceTest, TheConfirmedOneNeedsNoStaging) {
  Session session(device_);
  EXPECT_EQ(session.control.Stage(one_.digest), Status(Code::kAlreadyExists));
}

TEST_F(ReleaseServiceTest, OnlyWhatIsCompleteInTheStore) {
  Session session(device_);
  EXPECT_EQ(session.control.Stage(three_.digest), Status(Code::kNotFound));
  ASSERT_EQ(session.store.Mount(), OkStatus());
  ASSERT_EQ(session.store.Begin(PartKind::kApplication,
                                static_cast<std::uint32_t>(three_.file.size()), 3),
            OkStatus());
  ASSERT_EQ(session.store.Write(three_.file), OkStatus());
  EXPECT_EQ(session.control.Stage(three_.digest), Status(Code::kNotFound));
  EXPECT_EQ(session.Query().state, ReleaseState::kReady);
}

TEST_F(ReleaseServiceTest, NotWithoutTheWayBack) {
  Session session(device_);
  ASSERT_EQ(session.store.Mount(), OkStatus());
  ASSERT_EQ(session.store.Erase(one_.digest, {}), OkStatus());
  EXPECT_EQ(session.control.Stage(two_.digest), Status(Code::kFailedPrecondition));
  ASSERT_EQ(session.BackUp(), OkStatus());
  EXPECT_EQ(session.control.Stage(two_.digest), OkStatus());
}

TEST_F(ReleaseServiceTest, ADamagedWayBackIsNone) {
  Session session(device_);
  ASSERT_EQ(session.store.Mount(), OkStatus());
  const std::uint32_t at = session.store.Find(one_.digest)->offset + 1000;
  const std::byte bad = ~device_.store.Peek(at, 1)[0];
  device_.store.Poke(at, Bytes(&bad, 1));
  EXPECT_EQ(session.control.Stage(two_.digest), Status(Code::kFailedPrecondition));
}

TEST_F(ReleaseServiceTest, WhatDoesNotVerifyIsRefusedAndLogged) {
  SampleRelease bad = three_;
  bad.file[bad.file.size() - 10] ^= std::byte{1};  // in the signature, so the digest is right
  Session session(device_);
  ASSERT_EQ(session.store.Mount(), OkStatus());
  ASSERT_EQ(session.Download(bad, 3), OkStatus());
  EXPECT_EQ(session.control.Stage(bad.digest), Status(Code::kUnauthenticated));
  EXPECT_EQ(session.Query().state, ReleaseState::kReady);
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kStageRefused);
  EXPECT_EQ(LastEvent(session).release, release::PrefixOf(bad.digest));
  EXPECT_EQ(LastEvent(session).detail, static_cast<std::uint8_t>(image::Reason::kSignatureInvalid));
}

TEST_F(ReleaseServiceTest, BelowTheCounterIsRefused) {
  StageTwo();
  Session session(device_);
  ASSERT_EQ(session.control.Accept(two_.digest), OkStatus());
  EXPECT_EQ(session.Query().counter_floor[0], 6U);
  ASSERT_EQ(session.store.Mount(), OkStatus());
  ASSERT_EQ(session.store.Clean(session.Query(), 0), OkStatus());
  ASSERT_EQ(session.Download(three_, 3), OkStatus());
  EXPECT_EQ(session.control.Stage(three_.digest), Status(Code::kPermissionDenied));
}

TEST_F(ReleaseServiceTest, TooLargeForTheExecutionAreaIsRefused) {
  Session session(device_);
  const SampleRelease large = MakeRelease(9, {.body_size = 16384});
  ASSERT_EQ(session.store.Mount(), OkStatus());
  ASSERT_EQ(session.Download(large, 9), OkStatus());
  EXPECT_EQ(session.control.Stage(large.digest), Status(Code::kTooLarge));
}

TEST_F(ReleaseServiceTest, OnlyWhatRunsOnTrialAcceptsItself) {
  {
    Session session(device_);
    EXPECT_EQ(session.control.Accept(one_.digest), OkStatus()) << "it is confirmed";
    EXPECT_EQ(session.control.Accept(two_.digest), Status(Code::kPermissionDenied));
    EXPECT_EQ(session.control.Accept({}), Status(Code::kPermissionDenied));
    ASSERT_EQ(session.control.Stage(two_.digest), OkStatus());
    EXPECT_EQ(session.control.Accept(two_.digest), Status(Code::kPermissionDenied))
        << "staged, and not running";
    EXPECT_EQ(session.control.Accept(one_.digest), Status(Code::kFailedPrecondition));
  }
  Session trial(device_);
  EXPECT_EQ(trial.control.Accept(one_.digest), Status(Code::kPermissionDenied));
  EXPECT_EQ(trial.control.Accept(two_.digest), OkStatus());
  const release::ReleaseStatus status = trial.Query();
  EXPECT_EQ(status.state, ReleaseState::kReady);
  EXPECT_EQ(status.confirmed, two_.digest);
  EXPECT_FALSE(release::IsSet(status.candidate));
  EXPECT_EQ(trial.control.Accept(two_.digest), OkStatus()) << "again";
  EXPECT_EQ(trial.Query().event_total, status.event_total);
}

TEST_F(ReleaseServiceTest, RejectWithdrawsWhatIsStaged) {
  StageTwo();
  // The application asks before the next start.
  release::Record record(device_.record);
  ASSERT_EQ(record.Mount(), OkStatus());
  release::StoreView view(device_.store);
  ReleaseService service(
      {.record = &record, .store = &view, .images = device_.images, .running = one_.digest});
  EXPECT_EQ(service.Reject(one_.digest, RejectReason::kCancelled), Status(Code::kNotFound));
  EXPECT_EQ(service.Reject(two_.digest, RejectReason::kCancelled), OkStatus());
  EXPECT_EQ(service.Reject(two_.digest, RejectReason::kCancelled), Status(Code::kNotFound));
  Session session(device_);
  EXPECT_TRUE(session.Runs(one_));
  EXPECT_EQ(LastEvent(session).outcome, Outcome::kRejected);
  EXPECT_EQ(LastEvent(session).detail, static_cast<std::uint8_t>(RejectReason::kCancelled));
  EXPECT_EQ(session.control.Stage(two_.digest), OkStatus()) << "and may be staged again";
}

TEST_F(ReleaseServiceTest, ARejectedTrialStagesNothingBeforeTheRestart) {
  StageTwo();
  Session trial(device_);
  ASSERT_EQ(trial.control.Reject(two_.digest, RejectReason::kUnhealthy), OkStatus());
  EXPECT_EQ(trial.control.Stage(two_.digest), Status(Code::kFailedPrecondition));
}

TEST_F(ReleaseServiceTest, ARecordThatCannotBeWrittenChangesNothing) {
  Session session(device_);
  device_.record.FailOperation(0, Code::kDataLoss);
  EXPECT_EQ(session.control.Stage(two_.digest), Status(Code::kDataLoss));
  EXPECT_EQ(session.Query().state, ReleaseState::kReady);
}

}  // namespace
}  // namespace linnet::vault_service
