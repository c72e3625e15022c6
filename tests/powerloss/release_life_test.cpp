// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Power is cut at every flash operation of a release's life, and of the recovery from that; every
// start runs a complete release that was verified, all images of it and of no other, and a bounded
// number of them ends the matter.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "boot/testing/simulated_device.hpp"
#include "powerloss/replay_log.hpp"
#include "powerloss/shapes.hpp"
#include "sim/power_cut_sweep.hpp"
#include "sim/random.hpp"

namespace linnet {
namespace {

using boot::Decision;
using boot::testing::BoardShape;
using boot::testing::Session;
using boot::testing::SimulatedDevice;
using release::ReleaseState;
using release::testing::MakeRelease;
using release::testing::SampleRelease;

constexpr release::PartTag kTag = 0x5461'6731;

/// Most starts from any state until the application need do no more: the installation may have to
/// be done, three attempts end, and the way back is one start more.
constexpr int kMostStarts = 6;

/// Starts that are watched after a release was confirmed.
constexpr int kStartsWatched = 4;

class Life {
 public:
  explicit Life(const BoardShape& shape, std::uint32_t second_counter = 2)
      : shape_(shape),
        device_(shape),
        one_(MakeRelease(1, {.body_size = powerloss::BodySize(shape),
                             .counter = 1,
                             .parts = powerloss::PartsOf(shape, 1)})),
        two_(MakeRelease(2, {.body_size = powerloss::BodySize(shape),
                             .counter = second_counter,
                             .parts = powerloss::PartsOf(shape, 2)})) {}

  SimulatedDevice& device() { return device_; }
  const SampleRelease& one() const { return one_; }
  const SampleRelease& two() const { return two_; }

  /// A board that has adopted release 1 and keeps it in its store.
  void Factory() {
    device_.FlashRelease(one_);
    Session session(device_);
    ASSERT_TRUE(session.Runs(one_));
    ASSERT_TRUE(session.store.Mount().ok());
    ASSERT_TRUE(session.BackUp().ok());
  }

  /// One start, of which only the device itself takes part. False when power fails on the way.
  bool Start() {
    const Session session(device_);
    return device_.power.on();
  }

  /// An application that wants release 2, and accepts it when it runs.
  void WantTwo() {
    for (int i = 0; i < kMostStarts && device_.power.on(); ++i) {
      Session session(device_);
      if (session.decision.start == Decision::Start::kTrial) {
        IgnoreStatus(session.control.Accept(two_.digest));
      } else if (session.Runs(two_)) {
        return;
      } else {
        IgnoreStatus(session.Update(two_, kTag));
      }
    }
  }

  /// An application that never accepts release 2 once it was tried.
  void TryTwo(const std::function<void(Session&)>& in_trial) {
    bool tried = false;
    for (int i = 0; i < kMostStarts && device_.power.on(); ++i) {
      Session session(device_);
      if (session.decision.start == Decision::Start::kTrial) {
        tried = true;
        in_trial(session);
      } else if (tried) {
        return;
      } else {
        IgnoreStatus(session.Update(two_, kTag));
      }
    }
  }

  /// What must hold at every start, whatever happened before.
  void CheckStart(Session& session) {
    ASSERT_NE(session.decision.start, Decision::Start::kNothing) << "nothing to start";
    const SampleRelease& runs = session.Runs(two_) ? two_ : one_;
    ASSERT_TRUE(session.Runs(runs)) << "runs something else";
    ASSERT_TRUE(session.Holds(runs)) << "what runs is not complete";
    const release::ReleaseStatus status = session.Query();
    if (session.decision.start == Decision::Start::kConfirmed) {
      EXPECT_EQ(status.confirmed, runs.digest);
    } else {
      EXPECT_EQ(status.state, ReleaseState::kTrial);
      EXPECT_EQ(status.candidate, runs.digest);
    }
    EXPECT_LE(status.counter_floor[0], status.confirmed == two_.digest ? 2U : 1U)
        << "the counter rose before the release was accepted";
  }

  /// Left alone, the device ends with a confirmed release in a bounded number of starts, and stays
  /// with it. Each start is a new one for bytes that read differently from start to start.
  void CheckSettles(const SampleRelease* wanted = nullptr) {
    const SampleRelease* settled = nullptr;
    int left = kMostStarts;
    while (left-- > 0) {
      device_.power.On();
      Session session(device_);
      CheckStart(session);
      if (::testing::Test::HasFatalFailure()) {
        return;
      }
      if (session.decision.start == Decision::Start::kConfirmed) {
        const SampleRelease* runs = session.Runs(two_) ? &two_ : &one_;
        EXPECT_TRUE(settled == nullptr || settled == runs) << "confirmed one, then the other";
        EXPECT_TRUE(wanted == nullptr || wanted == runs) << "settled on the other release";
        left = settled == nullptr ? kStartsWatched : left;
        settled = runs;
      } else {
        EXPECT_EQ(settled, nullptr) << "confirmed, then on trial again";
      }
    }
    EXPECT_NE(settled, nullptr) << "not settled after " << kMostStarts << " starts";
  }

  /// From here an application can still bring the device to release 2.
  void CheckCanUpdate() {
    WantTwo();
    Session session(device_);
    CheckStart(session);
    EXPECT_TRUE(session.Runs(two_) && session.decision.start == Decision::Start::kConfirmed)
        << "the update no longer succeeds";
    EXPECT_TRUE(session.store.Mount().ok());
    EXPECT_TRUE(session.store.Find(two_.digest).ok()) << "what runs is not in the store";
  }

  /// Release 2 no longer verifies anywhere.
  void SpoilTwo() {
    device_.execution.Poke(100, std::array<std::byte, 1>{});
    SpoilInStore(two_.digest);
  }
  void SpoilInStore(const crypto::Digest& digest) {
    release::StoreView view(device_.store);
    ASSERT_TRUE(view.Mount().ok());
    std::size_t index = 0;
    while (const release::Part* part = view.FindNext(digest, index)) {
      device_.store.Poke(part->offset + 100, std::array<std::byte, 1>{});
    }
    ASSERT_NE(index, 0U);
  }

  using Snapshots = std::vector<sim::NorFlash::Snapshot>;
  Snapshots Save() {
    Snapshots snapshots;
    for (const sim::NorFlash* flash : device_.flashes()) {
      snapshots.push_back(flash->Save());
    }
    return snapshots;
  }
  void Restore(const Snapshots& snapshots) {
    for (std::size_t i = 0; i < snapshots.size(); ++i) {
      device_.flashes()[i]->Restore(snapshots[i]);
    }
    device_.power.On();
  }

  /// Sixteen starts, half of them cut at some operation in some way.
  void Walk(std::uint32_t seed) {
    sim::SeededRandom random(seed);
    const SampleRelease* confirmed = &one_;
    for (int i = 0; i < 16; ++i) {
      device_.power.On();
      device_.power.ResetCount();
      if (random.Below(2) == 0) {
        device_.power.PlanCut({random.Below(60), static_cast<sim::CutMode>(random.Below(7)),
                               static_cast<std::uint32_t>(random.Below(1000))});
      }
      Session session(device_);
      if (!device_.power.on()) {
        continue;
      }
      CheckStart(session);
      if (session.decision.start == Decision::Start::kConfirmed) {
        ASSERT_TRUE(confirmed == nullptr || session.Runs(*confirmed)) << "start " << i;
        confirmed = session.Runs(two_) ? &two_ : &one_;
        IgnoreStatus(session.Update(random.Below(2) == 0 ? one_ : two_, kTag + random.Below(2)));
      } else if (random.Below(4) == 0) {
        IgnoreStatus(
            session.control.Reject(session.decision.running, release::RejectReason::kUnspecified));
      } else if (random.Below(2) == 0) {
        const Status accepted = session.control.Accept(session.decision.running);
        // Cut in between, it has happened or not; the next start tells.
        confirmed = accepted.ok() ? (session.Runs(two_) ? &two_ : &one_) : nullptr;
      }
    }
  }

  void Sweep(const std::string& name, const std::function<void()>& setup,
             const std::function<void()>& run, const std::function<void()>& check) {
    const sim::SweepScenario scenario = {
        .name = name + "/" + std::string(shape_.name),
        .setup = setup,
        .run = run,
        .recover = [this] { Start(); },
        .forget = nullptr,
        .check = check,
    };
    const sim::SweepResult result = sim::RunPowerCutSweep(device_.power, device_.flashes(),
                                                          scenario, powerloss::Options(shape_));
    sim::PrintSweep("powerloss", scenario, result);
  }

 private:
  const BoardShape& shape_;
  SimulatedDevice device_;
  SampleRelease one_;
  SampleRelease two_;
};

class ReleaseLife : public ::testing::TestWithParam<const BoardShape*> {
 protected:
  powerloss::ReplayLog log_;
  Life life_{*GetParam()};
};

TEST_P(ReleaseLife, FirstStartAdopts) {
  life_.Sweep(
      "adopt", [&] { life_.device().FlashRelease(life_.one()); }, [&] { life_.Start(); },
      [&] { life_.CheckSettles(&life_.one()); });
}

TEST_P(ReleaseLife, UpdateToAcceptance) {
  life_.Sweep(
      "update", [&] { life_.Factory(); }, [&] { life_.WantTwo(); },
      [&] {
        life_.CheckSettles();
        life_.CheckCanUpdate();
      });
}

TEST_P(ReleaseLife, RejectInTrial) {
  life_.Sweep(
      "reject", [&] { life_.Factory(); },
      [&] {
        life_.TryTwo([&](Session& session) {
          IgnoreStatus(
              session.control.Reject(life_.two().digest, release::RejectReason::kUnhealthy));
        });
      },
      [&] {
        life_.CheckSettles(&life_.one());
        life_.CheckCanUpdate();
      });
}

TEST_P(ReleaseLife, AttemptsRunOut) {
  life_.Sweep(
      "attempts", [&] { life_.Factory(); }, [&] { life_.TryTwo([](Session&) {}); },
      [&] {
        life_.CheckSettles(&life_.one());
        life_.CheckCanUpdate();
      });
}

TEST_P(ReleaseLife, RepairOfADamagedExecutionArea) {
  life_.Sweep(
      "repair",
      [&] {
        life_.Factory();
        for (std::size_t i = 0; i < life_.device().images.size(); ++i) {
          life_.device().area(i).Poke(100, std::array<std::byte, 1>{});
        }
      },
      [&] { life_.Start(); }, [&] { life_.CheckSettles(&life_.one()); });
}

/// Release 1 is copied into the store and marked as golden.
TEST_P(ReleaseLife, KeepsAGoldenRelease) {
  const auto keep = [this] {
    Session session(life_.device());
    if (session.store.Mount().ok() && session.BackUp().ok()) {
      IgnoreStatus(session.control.MarkGolden(life_.one().digest));
    }
  };
  life_.Sweep(
      "keep",
      [&] {
        life_.device().FlashRelease(life_.one());
        ASSERT_TRUE(life_.Start());
      },
      keep,
      [&] {
        life_.CheckSettles(&life_.one());
        keep();
        Session session(life_.device());
        EXPECT_EQ(session.Query().golden, life_.one().digest);
        ASSERT_TRUE(session.store.Mount().ok());
        EXPECT_TRUE(session.store.Find(life_.one().digest).ok());
      });
}

/// The candidate is damaged in the store after it was staged, in each of its images in turn: it is
/// not installed, or, where that image is in place already, runs and is not accepted.
TEST_P(ReleaseLife, ADamagedCandidateIsGivenUp) {
  for (std::size_t image = 0; image < life_.device().images.size(); ++image) {
    life_.Sweep(
        "damaged_image" + std::to_string(image),
        [&] {
          life_.Factory();
          {
            Session session(life_.device());
            ASSERT_TRUE(session.Update(life_.two(), kTag).ok());
          }
          life_.SpoilInStore(image == 0 ? life_.two().digest
                                        : life_.two().parts.at(image - 1).entry.digest);
        },
        [&] { life_.Start(); }, [&] { life_.CheckSettles(&life_.one()); });
  }
}

/// The confirmed release is damaged where it runs and in the store: what is left is the golden one.
TEST_P(ReleaseLife, FallbackToTheGoldenRelease) {
  Life life(*GetParam(), 1);
  life.Sweep(
      "golden",
      [&] {
        life.Factory();
        {
          Session session(life.device());
          ASSERT_TRUE(session.control.MarkGolden(life.one().digest).ok());
        }
        life.WantTwo();
        life.SpoilTwo();
      },
      [&] { life.Start(); }, [&] { life.CheckSettles(&life.one()); });
}

/// Any number of cuts, anywhere, with an application that does anything: what was confirmed stays
/// until the other release accepts itself.
TEST_P(ReleaseLife, RandomCutsInEveryStart) {
  const std::uint32_t walks = sim::FullSweeps() ? 1000 : 40;
  const char* only = std::getenv("LINNET_CASE");
  life_.Factory();
  const auto factory = life_.Save();
  std::uint32_t cases = 0;
  for (std::uint32_t walk = 0; walk < walks && !HasFailure(); ++walk) {
    const std::string id = "walk/" + std::string(GetParam()->name) + "/" + std::to_string(walk);
    if (only != nullptr && id != only) {
      continue;
    }
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, "LINNET_CASE=" + id);
    sim::SetCurrentCase(id);
    life_.Restore(factory);
    life_.device().power.SetSession(0);
    life_.Walk(walk);
    life_.CheckSettles();
    life_.CheckCanUpdate();
    ++cases;
  }
  sim::SetCurrentCase({});
  std::printf("powerloss: walk/%-29s %7u cases of sixteen starts\n",
              std::string(GetParam()->name).c_str(), cases);
}

INSTANTIATE_TEST_SUITE_P(Shapes, ReleaseLife, ::testing::ValuesIn(powerloss::ShapesAndSets()),
                         [](const auto& shape) { return std::string(shape.param->name); });

}  // namespace
}  // namespace linnet
