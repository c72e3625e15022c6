// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Power is cut at every flash operation of a snapshot log, and of what settles it. What one start
// has read and settled is what every later start reads, whatever the torn bytes do.
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "release/snapshot_log.hpp"
#include "sim/nor_flash.hpp"
#include "sim/power_cut_sweep.hpp"

namespace linnet::release {
namespace {

constexpr std::uint32_t kStartsWatched = 8;

std::string Text(std::uint32_t i) {
  return "snapshot " + std::to_string(i) + " " + std::string(150, static_cast<char>('a' + i % 26));
}

class SnapshotLogPower : public ::testing::TestWithParam<hal::FlashGeometry> {
 protected:
  struct Start {
    Status status;
    std::string text;  // "" when there is none: nothing to settle, whoever starts from it writes
  };

  SnapshotLog NewLog() { return SnapshotLog(flash_, {0, flash_.geometry().size / 2}); }

  /// What a device does at each start. Ok: what it read is final.
  Start Settle() {
    SnapshotLog log = NewLog();
    std::vector<std::byte> buffer(400);
    Status status = log.Load(buffer);
    if (status == Code::kNotFound) {
      return {OkStatus(), ""};
    }
    const Bytes content = Bytes(buffer).first(log.size());
    if (status.ok() && !log.settled()) {
      status = log.AppendRolling(content);
    }
    return {status, std::string(AsText(content))};
  }
  /// Once a start has settled, what it read may not change any more.
  void Note(const Start& start) {
    if (start.status.ok() && !start.text.empty()) {
      settled_.insert(start.text);
    }
  }
  void Append(std::uint32_t first, std::uint32_t count) {
    SnapshotLog log = NewLog();
    const Status mounted = log.Mount();
    for (std::uint32_t i = first; i < first + count; ++i) {
      const bool usable = mounted.ok() || mounted == Code::kNotFound;
      if (!usable || !log.Append(AsBytes(Text(i))).ok()) {
        return;
      }
      newest_ = i;
    }
  }

  void Sweep(const std::string& name, std::uint32_t before, std::uint32_t count) {
    before_ = before;
    const sim::SweepScenario scenario = {
        .name = name + "/unit" + std::to_string(GetParam().program_unit),
        .setup = [=, this] { Append(0, before); },
        .run =
            [=, this] {
              newest_ = before == 0 ? std::nullopt : std::optional(before - 1);
              Append(before, count);
            },
        .recover = [this] { Note(Settle()); },
        .forget = [this] { settled_.clear(); },
        .check = [this] { Check(); },
    };
    const bool full = sim::FullSweeps();
    const sim::SweepResult result = sim::RunPowerCutSweep(
        flash_.power(), {&flash_}, scenario,
        {.seeds = full ? 8U : 4U, .unreadable = true, .second_stride = full ? 1U : 2U});
    sim::PrintSweep("powerloss", scenario, result);
  }

  void Check() {
    for (std::uint32_t i = 0; i < kStartsWatched; ++i) {
      flash_.power().On();
      const Start start = Settle();
      ASSERT_EQ(start.status, OkStatus());
      Note(start);
    }
    ASSERT_LE(settled_.size(), 1U) << "one start read this, another that";
    ASSERT_TRUE(before_ == 0 || settled_.size() == 1) << "none is left";
    for (const std::string& text : settled_) {
      EXPECT_TRUE((newest_ && text == Text(*newest_)) || text == Text(newest_ ? *newest_ + 1 : 0))
          << "neither the last one that was written nor the next: " << text;
    }
    settled_.clear();
  }

  sim::NorFlash flash_{GetParam()};
  std::uint32_t before_ = 0;             // snapshots that setup wrote
  std::optional<std::uint32_t> newest_;  // that was written completely
  std::set<std::string> settled_;
};

TEST_P(SnapshotLogPower, TheFirstOnes) {
  Sweep("log_first", 0, 3);
}

TEST_P(SnapshotLogPower, AppendingAndRolling) {
  Sweep("log_roll", 3, 8);
}

/// Many cuts in a row: what an earlier start has settled holds although later ones are cut as well.
TEST_P(SnapshotLogPower, RandomCutsInEveryStart) {
  const std::uint32_t walks = sim::FullSweeps() ? 100'000 : 5'000;
  const sim::NorFlash::Snapshot blank = flash_.Save();
  for (std::uint32_t walk = 0; walk < walks; ++walk) {
    sim::SeededRandom random(walk);
    const auto cut = [&] {
      return sim::Cut{random.Below(9), static_cast<sim::CutMode>(random.Below(7)),
                      static_cast<std::uint32_t>(random.Below(1000))};
    };
    const auto start = [&](bool cut_it) {
      flash_.power().On();
      flash_.power().ResetCount();
      if (cut_it) {
        flash_.power().PlanCut(cut());
      }
    };
    flash_.Restore(blank);
    settled_.clear();
    start(false);
    Append(0, 1 + static_cast<std::uint32_t>(random.Below(6)));
    start(true);
    Append(10, 2);
    for (int i = 0; i < 8; ++i) {
      start(random.Below(2) == 0);
      const Start read = Settle();
      if (flash_.power().on()) {
        ASSERT_EQ(read.status, OkStatus()) << "walk " << walk;
        Note(read);
      }
      ASSERT_LE(settled_.size(), 1U) << "walk " << walk << ", start " << i;
    }
    start(false);
    Note(Settle());
    ASSERT_EQ(settled_.size(), 1U) << "walk " << walk;
  }
}

INSTANTIATE_TEST_SUITE_P(Geometries, SnapshotLogPower,
                         ::testing::Values(hal::FlashGeometry{2048, 1024, 4, std::byte{0xFF}},
                                           hal::FlashGeometry{2048, 512, 1, std::byte{0x00}},
                                           hal::FlashGeometry{4096, 2048, 32, std::byte{0xFF}}),
                         [](const auto& geometry) {
                           return "unit" + std::to_string(geometry.param.program_unit);
                         });

}  // namespace
}  // namespace linnet::release
