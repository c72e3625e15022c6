// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Stage() judges the whole set: each way in which one part can be wrong, with its code, its entry
// in the outcome log, and the part that decided.
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "boot/testing/simulated_device.hpp"

namespace linnet::vault_service {
namespace {

using boot::testing::BoardShape;
using boot::testing::kOnes;
using boot::testing::Session;
using boot::testing::SimulatedDevice;
using image::Reason;
using release::Outcome;
using release::testing::MakeBootImage;
using release::testing::MakeCompanion;
using release::testing::MakeRelease;
using release::testing::SamplePart;
using release::testing::SampleRelease;

constexpr BoardShape kShape = {"stage",
                               {4 * 1024, 1024, 4, kOnes},
                               {24 * 4096, 4096, 1, kOnes},
                               {2 * 4096, 4096, 4, kOnes},
                               {{{2 * 1024, 1024, 4, kOnes}}}};

class StageSetTest : public ::testing::Test {
 protected:
  static SamplePart Aux(std::uint8_t version, std::uint32_t counter = 5) {
    return MakeBootImage(1, version, {.body_size = 900, .counter = counter});
  }
  static SampleRelease With(std::vector<SamplePart> parts,
                            std::vector<image::Dependency> dependencies = {}) {
    return MakeRelease(2, {.body_size = 2000,
                           .counter = 5,
                           .dependencies = std::move(dependencies),
                           .parts = std::move(parts)});
  }
  void SetUp() override {
    device_.FlashRelease(one_);
    Session session(device_);
    ASSERT_TRUE(session.Runs(one_));
    ASSERT_EQ(session.store.Mount(), OkStatus());
    ASSERT_EQ(session.BackUp(), OkStatus());
  }
  void Expect(
      const SampleRelease& release, Code code, Reason reason, std::uint8_t image,
      bool companion = false, const std::function<void(Session&)>& spoil = [](Session&) {}) {
    Session session(device_);
    ASSERT_EQ(session.store.Mount(), OkStatus());
    ASSERT_EQ(session.DownloadAll(release, 40), OkStatus());
    spoil(session);
    EXPECT_EQ(session.control.Stage(release.digest), Status(code));
    const release::ReleaseStatus status = session.Query();
    EXPECT_EQ(status.state, release::ReleaseState::kReady);
    const release::Event event = status.events[status.event_count - 1U];
    EXPECT_EQ(event.outcome, Outcome::kStageRefused);
    EXPECT_EQ(event.detail, static_cast<std::uint8_t>(reason));
    EXPECT_EQ(event.image, image);
    EXPECT_EQ(event.companion, companion ? 1 : 0);
    EXPECT_EQ(event.release, release::PrefixOf(release.digest));
  }
  void Damage(Session& session, const SamplePart& part) {
    const std::uint32_t at = session.store.Find(part.entry.digest)->offset + 100;
    const std::byte bad = ~device_.store.Peek(at, 1)[0];
    device_.store.Poke(at, Bytes(&bad, 1));
  }

  SimulatedDevice device_{kShape};
  const SampleRelease one_ = MakeRelease(1, {.body_size = 2000, .counter = 5, .parts = {Aux(1)}});
};

TEST_F(StageSetTest, ACompleteSetIsStagedWithAllItsCounters) {
  const SampleRelease two = With({Aux(2, 6), MakeCompanion(1, 500, 3)}, {{1, {2, 0, 0, 0}}});
  Session session(device_);
  ASSERT_EQ(session.Update(two, 40), OkStatus());
  EXPECT_EQ(session.record.data().candidate_counter[0], 5U);
  EXPECT_EQ(session.record.data().candidate_counter[1], 6U);
}

TEST_F(StageSetTest, MissingBootImage) {
  const SamplePart aux = Aux(2);
  Expect(With({aux}), Code::kNotFound, Reason::kPartMissing, 1, false, [&](Session& session) {
    ASSERT_EQ(session.store.Erase(aux.entry.digest, {}), OkStatus());
  });
}

TEST_F(StageSetTest, HalfWrittenBootImage) {
  const SamplePart aux = Aux(2);
  Expect(With({aux}), Code::kNotFound, Reason::kPartMissing, 1, false, [&](Session& session) {
    ASSERT_EQ(session.store.Erase(aux.entry.digest, {}), OkStatus());
    ASSERT_EQ(session.store.Begin(release::PartKind::kBootImage,
                                  static_cast<std::uint32_t>(aux.file.size()), 99),
              OkStatus());
    ASSERT_EQ(session.store.Write(aux.file), OkStatus());
  });
}

TEST_F(StageSetTest, DamagedBootImage) {
  const SamplePart aux = Aux(2);
  Expect(With({aux}), Code::kUnauthenticated, Reason::kDigestMismatch, 1, false,
         [&](Session& session) { Damage(session, aux); });
}

TEST_F(StageSetTest, BootImageOfAForeignKey) {
  const SamplePart aux = MakeBootImage(1, 2, {.body_size = 900, .counter = 5, .key = 3});
  Expect(With({aux}), Code::kUnauthenticated, Reason::kSignatureMissing, 1);
}

TEST_F(StageSetTest, BootImageThatDoesNotFit) {
  const SamplePart aux = MakeBootImage(1, 2, {.body_size = 2040, .counter = 5});
  Expect(With({aux}), Code::kTooLarge, Reason::kTooLarge, 1);
}

TEST_F(StageSetTest, CountersBelowEqualAndAbove) {
  Session first(device_);
  const SampleRelease raised = With({Aux(2, 7)});
  ASSERT_EQ(first.Update(raised, 40), OkStatus());
  Session trial(device_);
  ASSERT_EQ(trial.control.Accept(raised.digest), OkStatus());
  const auto make = [](std::uint8_t version, std::uint32_t counter) {
    return MakeRelease(version,
                       {.body_size = 2000, .counter = 5, .parts = {Aux(version, counter)}});
  };
  Expect(make(3, 6), Code::kPermissionDenied, Reason::kCounterTooLow, 1);
  for (const std::uint8_t version : {std::uint8_t{4}, std::uint8_t{5}}) {
    Session session(device_);
    ASSERT_EQ(session.Update(make(version, version == 4 ? 7 : 8), 40), OkStatus());
    ASSERT_EQ(session.control.Reject(make(version, version == 4 ? 7 : 8).digest,
                                     release::RejectReason::kCancelled),
              OkStatus());
  }
}

TEST_F(StageSetTest, VersionsAndLengthsMustBeThoseOfTheManifest) {
  SamplePart aux = Aux(2);
  aux.entry.version.revision = 1;
  Expect(With({aux}), Code::kMismatch, Reason::kPartMismatch, 1);
  aux = Aux(2);
  ++aux.entry.length;
  Expect(With({aux}), Code::kMismatch, Reason::kPartMismatch, 1);
}

TEST_F(StageSetTest, DependenciesAreMetInsideTheSetOrNotAtAll) {
  Expect(With({Aux(2)}, {{1, {2, 0, 0, 1}}}), Code::kMismatch, Reason::kDependencyUnmet, 0);
  Expect(With({Aux(2)}, {{3, {0, 0, 0, 0}}}), Code::kMismatch, Reason::kDependencyUnmet, 0);
  Expect(With({}, {{1, {1, 0, 0, 0}}}), Code::kMismatch, Reason::kDependencyUnmet, 0);
  const SamplePart needy =
      MakeBootImage(1, 3, {.body_size = 900, .counter = 5, .dependencies = {{0, {3, 0, 0, 0}}}});
  Expect(With({needy}), Code::kMismatch, Reason::kDependencyUnmet, 1);
}

TEST_F(StageSetTest, MissingDamagedOrWrongCompanion) {
  const SamplePart firmware = MakeCompanion(0x81, 700, 4);
  Expect(With({firmware}), Code::kNotFound, Reason::kPartMissing, 0x81, true,
         [&](Session& session) {
           ASSERT_EQ(session.store.Erase(firmware.entry.digest, {}), OkStatus());
         });
  Expect(With({firmware}), Code::kUnauthenticated, Reason::kDigestMismatch, 0x81, true,
         [&](Session& session) { Damage(session, firmware); });
  SamplePart longer = MakeCompanion(2, 700, 5);
  ++longer.entry.length;
  Expect(With({longer}), Code::kMismatch, Reason::kPartMismatch, 2, true);
}

TEST_F(StageSetTest, NotWithoutEveryImageOfTheWayBack) {
  const SampleRelease two = With({Aux(2)});
  Session session(device_);
  ASSERT_EQ(session.store.Mount(), OkStatus());
  ASSERT_EQ(session.DownloadAll(two, 40), OkStatus());
  ASSERT_EQ(session.store.Erase(one_.parts[0].entry.digest, {}), OkStatus());
  EXPECT_EQ(session.control.Stage(two.digest), Status(Code::kFailedPrecondition));
  ASSERT_EQ(session.BackUp(), OkStatus());
  EXPECT_EQ(session.control.Stage(two.digest), OkStatus());
}

}  // namespace
}  // namespace linnet::vault_service
