// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/power_cut_sweep.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace linnet::sim {

namespace {

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::string Id(const std::string& prefix, const Cut& cut) {
  return prefix + "/op" + std::to_string(cut.operation) + "/" + ToString(cut);
}

/// Every way in which one operation may be cut.
std::vector<Cut> Variants(std::uint64_t operation, std::uint32_t seeds, bool unreadable) {
  std::vector<Cut> cuts = {{operation, CutMode::kBefore, 0}, {operation, CutMode::kAfter, 0}};
  for (const CutMode mode : {CutMode::kTornPrefix, CutMode::kTornBits, CutMode::kUnstableBits,
                             CutMode::kUnstableSession}) {
    for (std::uint32_t seed = 0; seed < seeds; ++seed) {
      cuts.push_back({operation, mode, seed});
    }
  }
  if (unreadable) {
    cuts.push_back({operation, CutMode::kUnreadable, 0});
  }
  return cuts;
}

class Sweep {
 public:
  Sweep(Power& power, const std::vector<NorFlash*>& flashes, const SweepScenario& scenario,
        const SweepOptions& options)
      : power_(power), flashes_(flashes), scenario_(scenario), options_(options) {}

  SweepResult Run() {
    const std::vector<NorFlash::Snapshot> blank = Save();
    power_.On();
    scenario_.setup();
    const std::vector<NorFlash::Snapshot> start = Save();
    const std::uint64_t erases = Erases();
    result_.operations = Count(scenario_.run);
    result_.erases = Erases() - erases;
    if (Wanted(scenario_.name)) {
      Finish(scenario_.name);
    }
    for (std::uint64_t operation = 0; operation < result_.operations;
         operation += options_.stride) {
      for (const Cut& cut : Variants(operation, options_.seeds, options_.unreadable)) {
        RunCase(start, cut);
      }
    }
    Restore(blank);
    power_.On();
    SetCurrentCase({});
    return result_;
  }

 private:
  std::vector<NorFlash::Snapshot> Save() const {
    std::vector<NorFlash::Snapshot> snapshots;
    for (const NorFlash* flash : flashes_) {
      snapshots.push_back(flash->Save());
    }
    return snapshots;
  }

  void Restore(const std::vector<NorFlash::Snapshot>& snapshots) {
    for (std::size_t i = 0; i < flashes_.size(); ++i) {
      flashes_[i]->Restore(snapshots[i]);
    }
  }

  std::uint64_t Erases() const {
    std::uint64_t erases = 0;
    for (const NorFlash* flash : flashes_) {
      erases += flash->erases();
    }
    return erases;
  }

  void Forget() const {
    if (scenario_.forget) {
      scenario_.forget();
    }
  }

  std::uint64_t Count(const std::function<void()>& step) {
    power_.ResetCount();
    step();
    return power_.operations();
  }

  /// A case runs unless the environment names another one.
  bool Wanted(const std::string& id) const { return only_.empty() || only_ == id; }
  /// Whether `id`, or a case below it, is to run.
  bool WantedBelow(const std::string& id) const {
    return Wanted(id) || only_.starts_with(id + "/");
  }
  bool Stopped() const { return failures_ >= options_.max_failures; }

  void CutDuring(const std::function<void()>& step, const Cut& cut) {
    power_.ResetCount();
    power_.PlanCut(cut);
    step();
    EXPECT_FALSE(power_.on()) << "the same start did not reach the operation to cut: the scenario "
                                 "is not deterministic";
    power_.On();
  }

  void RunCase(const std::vector<NorFlash::Snapshot>& start, const Cut& cut) {
    const std::string id = Id(scenario_.name, cut);
    if (Stopped() || !WantedBelow(id)) {
      return;
    }
    Restore(start);
    power_.SetSession(0);
    power_.On();
    SetCurrentCase(id);
    {
      const ::testing::ScopedTrace trace(__FILE__, __LINE__, "LINNET_CASE=" + id);
      CutDuring(scenario_.run, cut);
    }
    const std::vector<NorFlash::Snapshot> after = Save();
    const std::uint32_t session = power_.session();
    Forget();
    const std::uint64_t operations = scenario_.recover ? Count(scenario_.recover) : 0;
    if (Wanted(id)) {
      Finish(id);
    }
    if (options_.second_stride == 0) {
      return;
    }
    for (std::uint64_t i = 0; i < operations; i += options_.second_stride) {
      for (const Cut& second : Variants(i, 1, options_.unreadable)) {
        Restore(after);
        power_.SetSession(session);
        RunSecond(id, second);
      }
    }
  }

  void RunSecond(const std::string& first, const Cut& cut) {
    const std::string id = Id(first, cut);
    if (Stopped() || !Wanted(id)) {
      return;
    }
    power_.On();
    Forget();
    SetCurrentCase(id);
    // Torn bytes may read differently now, so that recovery may need fewer operations this time.
    power_.ResetCount();
    power_.PlanCut(cut);
    scenario_.recover();
    power_.On();
    scenario_.recover();
    Finish(id);
  }

  void Finish(const std::string& id) {
    ++result_.cases;
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, "LINNET_CASE=" + id);
    const int before = Failures();
    scenario_.check();
    if (Failures() > before) {
      ++failures_;
    }
  }

  static int Failures() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    return info == nullptr ? 0 : info->result()->total_part_count();
  }

  Power& power_;
  const std::vector<NorFlash*>& flashes_;
  const SweepScenario& scenario_;
  const SweepOptions& options_;
  const std::string only_{Environment("LINNET_CASE")};
  SweepResult result_;
  std::uint32_t failures_ = 0;
};

}  // namespace

bool FullSweeps() {
  return Environment("LINNET_FULL") == "1";
}

SweepResult RunPowerCutSweep(Power& power, const std::vector<NorFlash*>& flashes,
                             const SweepScenario& scenario, const SweepOptions& options) {
  return Sweep(power, flashes, scenario, options).Run();
}

}  // namespace linnet::sim
