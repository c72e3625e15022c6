// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Power is cut at every flash operation of making room in the store, and of the download that needs
// it: releases of one to four boot images, of which each kept one stays complete.
#include <gtest/gtest.h>

#include <algorithm>

#include "boot/testing/simulated_device.hpp"
#include "powerloss/replay_log.hpp"
#include "powerloss/shapes.hpp"
#include "sim/power_cut_sweep.hpp"

namespace linnet {
namespace {

using boot::testing::BoardShape;
using boot::testing::Session;
using boot::testing::SimulatedDevice;
using release::testing::SamplePart;
using release::testing::SampleRelease;

constexpr release::PartTag kTag = 0x434C'4541;

SampleRelease Release(const BoardShape& shape, std::uint8_t version) {
  return release::testing::MakeRelease(version, {.body_size = powerloss::BodySize(shape),
                                                 .counter = 1,
                                                 .parts = powerloss::PartsOf(shape, version)});
}

class CleanPower : public ::testing::TestWithParam<const BoardShape*> {
 protected:
  /// Release 2 is confirmed; what release 1 alone had lies in the store as garbage.
  void TwoIsConfirmed() {
    device_.FlashRelease(one_);
    {
      Session session(device_);
      ASSERT_TRUE(session.Runs(one_));
      ASSERT_EQ(session.Update(two_, kTag), OkStatus());
    }
    Session session(device_);
    ASSERT_EQ(session.control.Accept(two_.digest), OkStatus());
    ASSERT_EQ(session.store.Mount(), OkStatus());
    ASSERT_TRUE(session.store.Find(one_.digest).ok()) << "there is no garbage";
  }
  /// An application that wants release 3, and accepts it when it runs.
  void WantThree() {
    Session session(device_);
    if (session.decision.start == boot::Decision::Start::kTrial) {
      IgnoreStatus(session.control.Accept(three_.digest));
    } else if (session.Runs(two_)) {
      IgnoreStatus(session.Update(three_, kTag + 10));
    }
  }
  static bool Holds(Session& session, SimulatedDevice& device, const crypto::Digest& digest,
                    const std::vector<std::byte>& file) {
    const Result<release::Part> part = session.store.Find(digest);
    std::vector<std::byte> found(file.size());
    return part.ok() && part->length == file.size() &&
           device.store.Read(part->offset, found).ok() && found == file;
  }
  void ExpectHolds(Session& session, const SampleRelease& release) {
    EXPECT_TRUE(Holds(session, device_, release.digest, release.file)) << "the application is lost";
    for (const SamplePart& part : release.parts) {
      EXPECT_TRUE(Holds(session, device_, part.entry.digest, part.file))
          << "image " << int{part.entry.index} << " is lost";
    }
  }

  powerloss::ReplayLog log_;
  SimulatedDevice device_{*GetParam()};
  const SampleRelease one_ = Release(*GetParam(), 1);
  const SampleRelease two_ = Release(*GetParam(), 2);
  const SampleRelease three_ = Release(*GetParam(), 3);
};

TEST_P(CleanPower, RoomForTheNextRelease) {
  const sim::SweepScenario scenario = {
      .name = "clean/" + std::string(GetParam()->name),
      .setup = [this] { TwoIsConfirmed(); },
      .run = [this] { WantThree(); },
      .recover = [this] { WantThree(); },
      .forget = nullptr,
      .check =
          [this] {
            {
              Session session(device_);
              ASSERT_TRUE(session.Runs(two_) || session.Runs(three_));
              ASSERT_EQ(session.store.Mount(), OkStatus());
              ExpectHolds(session, two_);
            }
            WantThree();
            WantThree();
            Session session(device_);
            EXPECT_TRUE(session.Runs(three_) && session.Holds(three_)) << "no longer updates";
            ASSERT_EQ(session.store.Mount(), OkStatus());
            ExpectHolds(session, two_);
            ExpectHolds(session, three_);
            EXPECT_FALSE(session.store.Find(one_.digest).ok()) << "the garbage is still there";
          },
  };
  const sim::SweepResult result = sim::RunPowerCutSweep(device_.power, device_.flashes(), scenario,
                                                        powerloss::Options(*GetParam()));
  sim::PrintSweep("powerloss", scenario, result);
}

INSTANTIATE_TEST_SUITE_P(Shapes, CleanPower, ::testing::ValuesIn(powerloss::ShapesAndSets()),
                         [](const auto& shape) { return std::string(shape.param->name); });

}  // namespace
}  // namespace linnet
