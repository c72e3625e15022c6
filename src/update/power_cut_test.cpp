// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Power fails at every flash operation of a whole update; what comes after always ends well.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

#include "sim/power_cut_sweep.hpp"
#include "update/testing/release_set.hpp"
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

constexpr std::array kShapes = {
    boot::testing::BoardShape{"reference",
                              {4 * 4096, 4096, 4, boot::testing::kOnes},
                              {12 * 4096, 4096, 1, boot::testing::kOnes},
                              {2 * 4096, 4096, 4, boot::testing::kOnes}},
    boot::testing::BoardShape{"small_pages",
                              {16 * 512, 512, 8, boot::testing::kOnes},
                              {72 * 512, 512, 1, boot::testing::kOnes},
                              {4 * 1024, 1024, 8, boot::testing::kOnes}},
    boot::testing::BoardShape{"wide_units_zero",
                              {6 * 2048, 2048, 32, boot::testing::kZeros},
                              {40 * 1024, 1024, 16, boot::testing::kZeros},
                              {2 * 2048, 2048, 32, boot::testing::kZeros}},
};

/// The release takes its order as a package of two parts, from a release of two parts. Returns how
/// often the order was taken.
std::size_t LiveWithPackages(World& world, const testing::Octets& package) {
  std::size_t orders = 0;
  for (int start = 0; start < 12 && world.device.power.on(); ++start) {
    if (!world.Start(hal::ResetCause::kSoftware)) {
      continue;
    }
    if (world.engine->phase() != Phase::kRebooting && world.engine->phase() != Phase::kTrial) {
      world.source.file = package;
      IgnoreStatus(world.engine->Offer({.job_id = "job-1"}));
      ++orders;
    }
    world.engine->SetHealth(kHealthy);
    world.Run();
    const Phase phase = world.engine->phase();
    if (phase == Phase::kConfirmed || phase == Phase::kFailed) {
      break;
    }
  }
  world.Stop();
  return orders;
}

/// What comes over the air again after cuts: for each, the store's step back of two pages and what
/// was received and not programmed yet; and the head of the file whenever the order is taken.
class AirBudget {
 public:
  AirBudget(World& world, std::size_t parts) : world_(world), parts_(parts) {}

  void Begin() { world_.source.delivered = kept_ = orders_ = lives_ = 0; }
  void Live(const testing::Octets& package) {
    orders_ += LiveWithPackages(world_, package);
    ++lives_;
    if (lives_ == 1) {
      kept_ = world_.source.delivered;
      kept_orders_ = orders_;
    }
  }
  /// The life after the first cut begins anew.
  void Forget() {
    world_.source.delivered = kept_;
    orders_ = kept_orders_;
    lives_ = 1;
  }
  void Expect() {
    whole_ = whole_ == 0 ? world_.source.delivered : whole_;  // The first time nothing was cut.
    const std::size_t step =
        std::size_t{2} * world_.device.store.geometry().page_size + world_.source.piece;
    EXPECT_LE(world_.source.delivered,
              whole_ + (lives_ - 1) * step + (orders_ - 1) * (whole_ - parts_));
  }

 private:
  World& world_;
  std::size_t parts_;
  std::size_t whole_ = 0;
  std::size_t kept_ = 0;
  std::size_t kept_orders_ = 0;
  std::size_t orders_ = 0;
  std::size_t lives_ = 0;
};

/// Whatever runs has all that it names.
void ExpectWholeRelease(World& world) {
  EXPECT_EQ(world.engine->missing(), "");
  image::Manifest manifest;
  EXPECT_TRUE(ReadManifest(world.session->store, world.session->Query().confirmed, manifest).ok());
  EXPECT_EQ(FindMissing(manifest, image::ManifestKind::kCompanion, world.session->store), nullptr);
}

TEST(PowerCut, AnyCutOfAnUpdateOfTwoPartsEndsWithBoth) {
  const testing::Octets firmware7 = testing::Firmware(7, 600);
  const testing::Octets firmware8 = testing::Firmware(8, 700);
  const SampleRelease v1 = testing::MakeApplication(1, firmware7, 7);
  const SampleRelease v2 = testing::MakeApplication(2, firmware8, 8, 3500);
  const testing::Octets first = testing::MakePackage(v1, firmware7);
  const testing::Octets second = testing::MakePackage(v2, firmware8);
  std::uint64_t cases = 0;
  for (const boot::testing::BoardShape& shape : kShapes) {
    World world(v1, shape);
    AirBudget air(world, v2.file.size() + firmware8.size());
    sim::SweepScenario scenario;
    scenario.name = "two-parts/" + std::string(shape.name);
    scenario.setup = [&] {
      world.device.FlashExecutionArea(v1.file);
      LiveWithPackages(world, first);  // It gets the firmware that it names.
      ASSERT_TRUE(world.Start());
      world.engine->OutcomeReported("job-1");
      ASSERT_EQ(world.engine->missing(), "");
      world.Stop();
    };
    scenario.run = [&] {
      air.Begin();
      air.Live(second);
    };
    scenario.recover = [&] { air.Live(second); };
    scenario.forget = [&] { air.Forget(); };
    scenario.check = [&] {
      ASSERT_TRUE(world.Start());
      EXPECT_TRUE(world.session->Runs(v2));
      EXPECT_EQ(world.session->Query().confirmed, v2.digest);
      EXPECT_EQ(world.session->Query().state, release::ReleaseState::kReady);
      EXPECT_EQ(world.observer.outcomes.back(), "job-1 succeeded");
      ExpectWholeRelease(world);
      air.Expect();
      world.Stop();
    };
    const bool full = sim::FullSweeps();
    const sim::SweepResult result = sim::RunPowerCutSweep(
        world.device.power, world.flashes(), scenario, {.second_stride = full ? 37U : 0U});
    cases += result.cases;
    EXPECT_GT(result.operations, 20U);
  }
  std::printf("update of two parts: %llu power cuts in %zu geometries\n",
              static_cast<unsigned long long>(cases), kShapes.size());
}

}  // namespace
}  // namespace linnet::update
