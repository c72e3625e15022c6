// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/power_cut_sweep.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/view.hpp"
#include "sim/random.hpp"

namespace linnet::sim {

namespace {

StringView Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? StringView() : StringView(value);
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

/// Operations and bytes programmed, of all flashes.
struct Cost {
  std::uint64_t operations = 0;
  std::uint64_t bytes = 0;
};

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
    NoteErases();
    begun_ = Spent();
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
    for (std::uint32_t number = 0; number < options_.random_triples; ++number) {
      RunTriple(start, number);
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
  Cost Spent() const {
    Cost spent;
    for (const NorFlash* flash : flashes_) {
      spent.operations += flash->programs() + flash->erases();
      spent.bytes += flash->programmed_bytes();
    }
    return spent;
  }
  /// Goes back to `state`, which a case reached at that cost.
  void Begin(const std::vector<NorFlash::Snapshot>& state, const Cost& cost = {}) {
    Restore(state);
    begun_ = Spent();
    begun_.operations -= cost.operations;
    begun_.bytes -= cost.bytes;
  }
  Cost CaseCost() const {
    const Cost now = Spent();
    return {now.operations - begun_.operations, now.bytes - begun_.bytes};
  }

  void NoteErases() {
    for (const NorFlash* flash : flashes_) {
      std::vector<std::uint32_t>& erases = start_erases_.emplace_back();
      for (std::uint32_t page = 0; page < flash->geometry().size / flash->geometry().page_size;
           ++page) {
        erases.push_back(flash->page_erases(page));
      }
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
    Begin(start);
    power_.SetSession(0);
    power_.On();
    SetCurrentCase(id);
    {
      const ::testing::ScopedTrace trace(__FILE__, __LINE__, "LINNET_CASE=" + id);
      CutDuring(scenario_.run, cut);
    }
    const std::vector<NorFlash::Snapshot> after = Save();
    const std::uint32_t session = power_.session();
    const Cost cost = CaseCost();
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
        Begin(after, cost);
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

  /// A cut of `step` somewhere among its operations, or, when it needs fewer now, nowhere.
  void CutAnywhere(const std::function<void()>& step, std::uint64_t operations,
                   SeededRandom& random) {
    const auto mode = static_cast<CutMode>(random.Below(options_.unreadable ? 7 : 6));
    power_.ResetCount();
    power_.PlanCut(
        {random.Below(operations), mode, static_cast<std::uint32_t>(random.Below(1000))});
    step();
    power_.On();
  }

  void RunTriple(const std::vector<NorFlash::Snapshot>& start, std::uint32_t number) {
    const std::string id = scenario_.name + "/triple" + std::to_string(number);
    if (Stopped() || !Wanted(id) || !scenario_.recover || result_.operations == 0) {
      return;
    }
    SeededRandom random(number);
    Begin(start);
    power_.SetSession(0);
    power_.On();
    SetCurrentCase(id);
    CutAnywhere(scenario_.run, result_.operations, random);
    for (int i = 0; i < 2; ++i) {
      Forget();
      CutAnywhere(scenario_.recover, 1 + random.Below(result_.operations), random);
    }
    Forget();
    scenario_.recover();
    Finish(id);
  }

  void TakeCost() {
    const Cost cost = CaseCost();
    result_.most_operations = std::max(result_.most_operations, cost.operations);
    result_.most_bytes = std::max(result_.most_bytes, cost.bytes);
    for (std::size_t i = 0; i < flashes_.size(); ++i) {
      for (std::uint32_t page = 0; page < start_erases_[i].size(); ++page) {
        result_.most_page_erases = std::max(
            result_.most_page_erases, flashes_[i]->page_erases(page) - start_erases_[i][page]);
      }
    }
  }

  void Finish(const std::string& id) {
    ++result_.cases;
    TakeCost();
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
  std::vector<std::vector<std::uint32_t>> start_erases_;  // By flash and page.
  Cost begun_;
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

void PrintSweep(const char* what, const SweepScenario& scenario, const SweepResult& result) {
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf(
      "%s: %-34s %4llu operations %7llu cases, at most %5llu operations, %7llu bytes, %u "
      "erases of a page\n",
      what, scenario.name.c_str(), number(result.operations), number(result.cases),
      number(result.most_operations), number(result.most_bytes), result.most_page_erases);
}

}  // namespace linnet::sim
