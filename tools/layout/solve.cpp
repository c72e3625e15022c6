// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/solve.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace linnet::layout {

namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max() / 4;

std::uint64_t Up(std::uint64_t value, std::uint64_t unit) {
  return unit <= 1 ? value : (value + unit - 1) / unit * unit;
}

/// A block to be placed: its first and its last byte may be of different worlds.
struct Item {
  std::uint64_t size = 0;
  std::uint64_t unit = 1;
  std::uint64_t residue = 0;  ///< The start is this much above a multiple of `unit`.
  bool first_secure = false;
  bool last_secure = false;
};

class Packer {
 public:
  Packer(const Problem& problem, std::vector<Item> items)
      : problem_(problem), items_(std::move(items)) {}

  /// The offsets of the items, or empty when they do not fit.
  std::vector<std::uint64_t> Pack() {
    const std::size_t sets = std::size_t{1} << items_.size();
    table_.assign(sets * 2, {});
    table_[0] = table_[1] = {.end = 0};
    for (std::size_t set = 0; set < sets; ++set) {
      for (std::size_t world = 0; world < 2; ++world) {
        Extend(set, world);
      }
    }
    return Trace(sets - 1);
  }

 private:
  struct State {
    std::uint64_t end = kNever;
    std::uint64_t start = 0;
    std::uint8_t item = 0;
    std::uint8_t from = 0;
  };

  void Extend(std::size_t set, std::size_t world) {
    const State state = table_[set * 2 + world];
    if (state.end >= kNever) {
      return;
    }
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if ((set >> i & 1U) != 0) {
        continue;
      }
      const bool change = set != 0 && items_[i].first_secure != (world == 1);
      const std::uint64_t start = Lowest(items_[i], state.end, change);
      const std::uint64_t end = start + items_[i].size;
      State& next = table_[(set | std::size_t{1} << i) * 2 + (items_[i].last_secure ? 1 : 0)];
      if (end <= problem_.size && end < next.end) {
        next = {end, start, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(world)};
      }
    }
  }

  [[nodiscard]] bool SameUnit(std::uint64_t a, std::uint64_t b) const {
    return problem_.protection != 0 && a / problem_.protection == b / problem_.protection;
  }

  /// The lowest start at or above `cursor` that its alignment and the fixed blocks allow.
  [[nodiscard]] std::uint64_t Lowest(const Item& item, std::uint64_t cursor, bool change) const {
    if (change) {
      cursor = Up(cursor, problem_.protection);
    }
    for (bool again = true; again && cursor <= problem_.size;) {
      again = false;
      const std::uint64_t below = cursor > item.residue ? cursor - item.residue : 0;
      cursor = Up(below, item.unit) + item.residue;
      for (const Block& block : problem_.fixed) {
        const std::uint64_t block_end = block.offset + block.size;
        const std::uint64_t end = cursor + item.size;
        const bool covers = cursor < block_end && block.offset < end;
        const bool shares = block.offset >= end && block.secure != item.last_secure &&
                            SameUnit(end - 1, block.offset);
        if (covers || shares) {
          cursor = block_end;
          again = true;
        } else if (block_end <= cursor && block.secure != item.first_secure &&
                   SameUnit(block_end - 1, cursor)) {
          cursor = Up(block_end, problem_.protection);
          again = true;
        }
      }
    }
    return cursor;
  }

  [[nodiscard]] std::vector<std::uint64_t> Trace(std::size_t set) const {
    std::size_t world = table_[set * 2].end <= table_[set * 2 + 1].end ? 0 : 1;
    std::vector<std::uint64_t> offsets;
    if (table_[set * 2 + world].end >= kNever) {
      return offsets;
    }
    offsets.resize(items_.size());
    while (set != 0) {
      const State& state = table_[set * 2 + world];
      offsets[state.item] = state.start;
      set &= ~(std::size_t{1} << state.item);
      world = state.from;
    }
    return offsets;
  }

  const Problem& problem_;
  std::vector<Item> items_;
  std::vector<State> table_;
};

/// Solves for one place of the slot's start within a protection unit.
class ResidueSolver {
 public:
  ResidueSolver(const Problem& problem, std::uint64_t residue)
      : problem_(problem), residue_(residue), unit_(std::max(problem.protection, problem.page)) {}

  std::optional<Solution> Best() const {
    // With one world the steps are the slot's, so the first ones have no room behind the head.
    std::uint64_t low = problem_.protection != 0 ? 0 : problem_.head / unit_;
    std::uint64_t high = problem_.size / unit_ + 1;
    std::optional<Solution> best;
    while (low + 1 < high) {
      const std::uint64_t middle = (low + high) / 2;
      std::optional<Solution> found = Try(middle);
      if (found) {
        best = std::move(found);
        low = middle;
      } else {
        high = middle;
      }
    }
    return best;
  }

 private:
  /// `steps` protection units of application, or pages of slot where there is one world.
  [[nodiscard]] std::optional<Solution> Try(std::uint64_t steps) const {
    Solution solution;
    const bool two = problem_.protection != 0;
    const std::uint64_t front =
        two ? Up(residue_ + problem_.head, unit_) - residue_ : problem_.head;
    solution.slot_size = two ? front + steps * unit_ : steps * unit_;
    if (solution.slot_size <= front) {
      return std::nullopt;
    }
    std::vector<Item> items;
    for (const Block& block : problem_.free) {
      const bool secure = two && block.secure;
      items.push_back({block.size, block.unit, 0, secure, secure});
    }
    items.push_back({solution.slot_size, unit_, residue_, two && problem_.head != 0, false});
    if (problem_.second_slot) {
      items.push_back({solution.slot_size, problem_.page, 0, false, false});
    }
    const std::vector<std::uint64_t> offsets = Packer(problem_, std::move(items)).Pack();
    if (offsets.empty()) {
      return std::nullopt;
    }
    const std::size_t count = problem_.free.size();
    solution.offsets.assign(offsets.begin(), offsets.begin() + static_cast<std::ptrdiff_t>(count));
    solution.slot = offsets[count];
    solution.second = problem_.second_slot ? offsets[count + 1] : 0;
    solution.app = solution.slot + front;
    solution.app_size = solution.slot_size - front;
    return solution;
  }

  const Problem& problem_;
  std::uint64_t residue_;
  std::uint64_t unit_;
};

}  // namespace

std::optional<Solution> Solve(const Problem& problem) {
  if (problem.free.size() > kMaxFree || problem.page == 0) {
    return std::nullopt;
  }
  std::optional<Solution> best;
  const std::uint64_t unit = std::max(problem.protection, problem.page);
  for (std::uint64_t residue = 0; residue < unit; residue += problem.page) {
    std::optional<Solution> found = ResidueSolver(problem, residue).Best();
    if (found && (!best || found->app_size > best->app_size)) {
      best = std::move(found);
    }
  }
  return best;
}

}  // namespace linnet::layout
