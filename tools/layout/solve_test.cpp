// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The solver against a search over every place of every block, on small flashes.
#include "tools/layout/solve.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace linnet::layout {
namespace {

constexpr std::uint64_t kPage = 0x1000;

struct Placed {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool secure = false;
};

/// Says by itself, in no way that the solver uses, what a legal layout is: a world for each byte.
bool IsLegal(const Problem& problem, const std::vector<Placed>& placed) {
  for (std::size_t i = 0; i < placed.size(); ++i) {
    if (placed[i].end > problem.size) {
      return false;
    }
    for (std::size_t j = i + 1; j < placed.size(); ++j) {
      const bool apart = placed[i].end <= placed[j].begin || placed[j].end <= placed[i].begin;
      const bool one_unit =
          problem.protection != 0 && placed[i].secure != placed[j].secure &&
          placed[i].begin / problem.protection <= (placed[j].end - 1) / problem.protection &&
          placed[j].begin / problem.protection <= (placed[i].end - 1) / problem.protection;
      if (!apart || one_unit) {
        return false;
      }
    }
  }
  return true;
}

class Exhaustive {
 public:
  explicit Exhaustive(const Problem& problem) : problem_(problem) {
    for (const Block& block : problem.fixed) {
      placed_.push_back({block.offset, block.offset + block.size, block.secure});
    }
  }

  /// The largest application, or 0.
  std::uint64_t Best() {
    Place(0);
    return best_;
  }

 private:
  void Place(std::size_t index) {  // NOLINT(misc-no-recursion): as deep as there are blocks
    if (index == problem_.free.size()) {
      PlaceSlot();
      return;
    }
    const Block& block = problem_.free[index];
    for (std::uint64_t at = 0; at + block.size <= problem_.size; at += block.unit) {
      placed_.push_back({at, at + block.size, block.secure});
      if (IsLegal(problem_, placed_)) {
        Place(index + 1);
      }
      placed_.pop_back();
    }
  }

  void PlaceSlot() {
    for (std::uint64_t slot = 0; slot < problem_.size; slot += kPage) {
      for (std::uint64_t end = slot + kPage; end <= problem_.size; end += kPage) {
        TrySlot(slot, end);
      }
    }
  }

  void TrySlot(std::uint64_t slot, std::uint64_t end) {
    const std::uint64_t unit = std::max(problem_.protection, std::uint64_t{1});
    const std::uint64_t app = (slot + problem_.head + unit - 1) / unit * unit;
    const bool whole = problem_.protection == 0 || end % problem_.protection == 0;
    if (app >= end || !whole || end - app <= best_) {
      return;
    }
    placed_.push_back({slot, app, problem_.protection != 0});
    placed_.push_back({app, end, false});
    if (problem_.head == 0) {
      placed_.erase(placed_.end() - 2);
    }
    if (IsLegal(problem_, placed_) && (!problem_.second_slot || HasSecond(end - slot))) {
      best_ = end - app;
    }
    placed_.resize(placed_.size() - (problem_.head == 0 ? 1 : 2));
  }

  bool HasSecond(std::uint64_t size) {
    for (std::uint64_t at = 0; at + size <= problem_.size; at += kPage) {
      placed_.push_back({at, at + size, false});
      const bool fits = IsLegal(problem_, placed_);
      placed_.pop_back();
      if (fits) {
        return true;
      }
    }
    return false;
  }

  const Problem& problem_;
  std::vector<Placed> placed_;
  std::uint64_t best_ = 0;
};

Problem Draw(std::mt19937& random) {
  const auto pick = [&](std::uint64_t low, std::uint64_t high) {
    return low + random() % (high - low + 1);
  };
  Problem problem{.size = 16 * kPage, .page = kPage};
  problem.protection = pick(0, 2) == 0 ? 0 : (pick(0, 1) == 0 ? 2 : 4) * kPage;
  problem.head = pick(0, 1) == 0 ? 0x200 : 0x200 + pick(1, 3) * 0x1700;
  problem.second_slot = pick(0, 3) == 0;
  const bool two = problem.protection != 0;
  problem.fixed.push_back({pick(1, 3) * kPage, 1, two, 0});
  if (pick(0, 2) == 0) {
    problem.fixed.push_back({kPage, 1, two && pick(0, 1) == 1, pick(4, 15) * kPage});
  }
  for (std::uint64_t i = pick(0, 3); i > 0; --i) {
    const bool aligned = two && pick(0, 1) == 1;
    const std::uint64_t unit = aligned ? problem.protection : kPage;
    const std::uint64_t size = aligned ? unit : pick(1, 3) * kPage;
    problem.free.push_back({size, unit, two && pick(0, 1) == 1, 0});
  }
  return problem;
}

TEST(Solve, FindsWhatSearchingEveryPlaceFinds) {
  std::mt19937 random(20);
  int solved = 0;
  for (int round = 0; round < 250; ++round) {
    const Problem problem = Draw(random);
    const std::uint64_t best = Exhaustive(problem).Best();
    const std::optional<Solution> solution = Solve(problem);
    ASSERT_EQ(solution ? solution->app_size : 0, best) << "round " << round;
    solved += solution ? 1 : 0;
  }
  EXPECT_GT(solved, 150) << "most of the problems should have a solution";
}

TEST(Solve, ManyBlocksAreFine) {
  Problem problem{.size = 256 * kPage, .page = kPage, .protection = 4 * kPage, .head = 0x200};
  problem.fixed.push_back({8 * kPage, 1, true, 0});
  for (std::size_t i = 0; i < 10; ++i) {
    problem.free.push_back({(i % 3 + 1) * kPage, kPage, i % 2 == 0, 0});
  }
  const std::optional<Solution> solution = Solve(problem);
  ASSERT_TRUE(solution);
  EXPECT_GT(solution->app_size, 200 * kPage);
  problem.free.resize(kMaxFree + 1, problem.free[0]);
  EXPECT_FALSE(Solve(problem)) << "beyond the stated limit";
}

}  // namespace
}  // namespace linnet::layout
