// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Power is cut at every flash operation of a recovery: the upload, and the start that adopts it.
// Nothing but the release that was uploaded ever starts, and whoever uploads again gets it started.
#include <gtest/gtest.h>

#include "powerloss/replay_log.hpp"
#include "powerloss/shapes.hpp"
#include "recovery/area_images.hpp"
#include "sim/power_cut_sweep.hpp"

namespace linnet {
namespace {

using boot::testing::BoardShape;
using boot::testing::Session;
using boot::testing::SimulatedDevice;
using release::testing::SampleRelease;

class RecoveryPower : public ::testing::TestWithParam<const BoardShape*> {
 protected:
  /// What boot-recovery does with a start: run what boot decides, else take the upload and reset.
  void StartAndRecover() {
    if (Start()) {
      return;
    }
    release::Record record(device_.record);
    if (!record.Mount().ok()) {
      return;
    }
    const std::array<hal::Flash*, 1> areas{&device_.execution};
    recovery::AreaImages images({&device_.verifier, &record, areas});
    if (Upload(images).ok()) {
      static_cast<void>(Start());
    }
  }
  bool Start() {
    Session session(device_);
    const bool something = session.decision.start != boot::Decision::Start::kNothing;
    if (something && device_.power.on()) {
      EXPECT_TRUE(session.Runs(wanted_) && session.Holds(wanted_)) << "something else was started";
    }
    return something;
  }
  Status Upload(recovery::Images& images) const {
    const crypto::Digest sha = crypto::Hash(wanted_.file);
    LINNET_TRY(images.Begin(0, static_cast<std::uint32_t>(wanted_.file.size()), &sha));
    while (images.position() < wanted_.file.size()) {
      const Bytes rest = Bytes(wanted_.file).subspan(images.position());
      LINNET_TRY(images.Append(rest.first(std::min<std::size_t>(rest.size(), 413))));
    }
    return images.Finish();
  }

  void Sweep(const std::string& name, const std::function<void()>& setup) {
    const sim::SweepScenario scenario = {
        .name = name + "/" + std::string(GetParam()->name),
        .setup = setup,
        .run = [this] { StartAndRecover(); },
        .recover = [this] { StartAndRecover(); },
        .forget = nullptr,
        .check =
            [this] {
              Session session(device_);
              EXPECT_TRUE(session.Runs(wanted_) && session.Holds(wanted_)) << "not recovered";
            },
    };
    const sim::SweepResult result = sim::RunPowerCutSweep(
        device_.power, device_.flashes(), scenario, powerloss::Options(*GetParam()));
    sim::PrintSweep("powerloss", scenario, result);
  }

  powerloss::ReplayLog log_;
  SimulatedDevice device_{*GetParam()};
  SampleRelease wanted_ =
      release::testing::MakeRelease(2, {.body_size = powerloss::BodySize(*GetParam())});
};

TEST_P(RecoveryPower, OfAnEmptyBoard) {
  Sweep("recover_empty", [] { /* nothing was ever flashed */ });
}

// The confirmed release is damaged, and the store does not hold it.
TEST_P(RecoveryPower, OfADamagedRelease) {
  const SampleRelease lost =
      release::testing::MakeRelease(1, {.body_size = powerloss::BodySize(*GetParam())});
  Sweep("recover_damaged", [&] {
    device_.FlashExecutionArea(lost.file);
    ASSERT_TRUE(Session(device_).Runs(lost));
    std::vector<std::byte> damaged = lost.file;
    damaged[damaged.size() / 2] ^= std::byte{1};
    device_.FlashExecutionArea(damaged);
  });
}

INSTANTIATE_TEST_SUITE_P(Shapes, RecoveryPower, ::testing::ValuesIn(powerloss::Shapes()),
                         [](const auto& shape) { return std::string(shape.param->name); });

}  // namespace
}  // namespace linnet
