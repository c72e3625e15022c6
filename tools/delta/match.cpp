// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/delta/match.hpp"

#include <divsufsort.h>

#include <algorithm>
#include <stdexcept>

namespace linnet::delta {
namespace {

/// An exact match must be this much better than going on as before.
constexpr std::uint32_t kWorthAJump = 8;

std::uint32_t EqualPrefix(Bytes a, Bytes b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  static_cast<void>(other);
  return static_cast<std::uint32_t>(end - a.begin());
}

class SuffixArray {
 public:
  explicit SuffixArray(Bytes text) : text_(text), order_(text.size()) {
    if (!text.empty() && divsufsort(reinterpret_cast<const sauchar_t*>(text.data()), order_.data(),
                                    static_cast<saidx_t>(text.size())) != 0) {
      throw std::bad_alloc();
    }
  }

  /// The longest match of the front of `wanted`.
  [[nodiscard]] Stretch Longest(Bytes wanted) const {
    const auto place = std::ranges::lower_bound(order_, wanted, Less{}, [this](saidx_t at) {
      return text_.subspan(static_cast<std::size_t>(at));
    });
    Stretch best;
    const auto consider = [&](saidx_t at) {
      const auto length = EqualPrefix(text_.subspan(static_cast<std::size_t>(at)), wanted);
      if (length > best.length) {
        best = {0, static_cast<std::uint32_t>(at), length};
      }
    };
    if (place != order_.end()) {
      consider(*place);
    }
    if (place != order_.begin()) {
      consider(*(place - 1));
    }
    return best;
  }

 private:
  struct Less {
    bool operator()(Bytes a, Bytes b) const { return std::ranges::lexicographical_compare(a, b); }
  };

  Bytes text_;
  std::vector<saidx_t> order_;
};

class Finder {
 public:
  Finder(Bytes base, Bytes target) : base_(base), target_(target), suffixes_(base) {}

  std::vector<Stretch> Run() {
    Stretch current{};  // from the start on, as if nothing had changed
    for (std::uint32_t at = 0; at < target_.size();) {
      Stretch match = suffixes_.Longest(target_.subspan(at));
      match.target = at;
      const std::uint32_t kept = EqualAlong(current, at, match.length);
      if (match.length > kept + kWorthAJump) {
        Join(current, match);
        current = match;
        at += match.length;
      } else {
        // As good as that along the old stretch: go on to where it ends.
        at += kept == match.length && kept > 0 ? kept : 1;
      }
    }
    current.length = ReachForward(current, static_cast<std::uint32_t>(target_.size()));
    Keep(current);
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool EqualAt(std::int64_t base, std::uint32_t target) const {
    return base >= 0 && base < static_cast<std::int64_t>(base_.size()) &&
           base_[static_cast<std::size_t>(base)] == target_[target];
  }
  static std::int64_t BaseFor(const Stretch& stretch, std::uint32_t target) {
    return std::int64_t{target} - stretch.target + stretch.base;
  }

  [[nodiscard]] std::uint32_t EqualAlong(const Stretch& stretch, std::uint32_t begin,
                                         std::uint32_t length) const {
    std::uint32_t equal = 0;
    for (std::uint32_t at = begin; at < begin + length; ++at) {
      equal += EqualAt(BaseFor(stretch, at), at) ? 1 : 0;
    }
    return equal;
  }

  /// How long the stretch is when it goes on to where more bytes differ than are equal.
  [[nodiscard]] std::uint32_t ReachForward(const Stretch& stretch, std::uint32_t end) const {
    std::int64_t score = 0;
    std::int64_t best_score = 0;
    std::uint32_t best = stretch.length;
    for (std::uint32_t at = stretch.target + stretch.length; at < end; ++at) {
      const std::int64_t base = BaseFor(stretch, at);
      if (base >= static_cast<std::int64_t>(base_.size())) {
        break;
      }
      score += EqualAt(base, at) ? 1 : -1;
      if (score > best_score) {
        best_score = score;
        best = at + 1 - stretch.target;
      }
    }
    return best;
  }

  /// How many bytes before its start resemble the base, too.
  [[nodiscard]] std::uint32_t ReachBack(const Stretch& stretch, std::uint32_t begin) const {
    std::int64_t score = 0;
    std::int64_t best_score = 0;
    std::uint32_t best = 0;
    for (std::uint32_t back = 1; back <= stretch.target - begin && back <= stretch.base; ++back) {
      score += EqualAt(stretch.base - back, stretch.target - back) ? 1 : -1;
      if (score > best_score) {
        best_score = score;
        best = back;
      }
    }
    return best;
  }

  /// Ends `before` and begins `next` somewhere between the two.
  void Join(Stretch before, Stretch& next) {
    const std::uint32_t end = before.target + before.length;
    before.length = ReachForward(before, next.target);
    const std::uint32_t back = ReachBack(next, end);
    const std::uint32_t reached = before.target + before.length;
    std::uint32_t begin = next.target - back;
    if (begin < reached) {
      begin = BestSplit(before, next, begin, reached);
      before.length = begin - before.target;
    }
    next.base -= next.target - begin;
    next.length += next.target - begin;
    next.target = begin;
    Keep(before);
  }

  /// Both claim [begin, end): where the first should end.
  [[nodiscard]] std::uint32_t BestSplit(const Stretch& before, const Stretch& next,
                                        std::uint32_t begin, std::uint32_t end) const {
    std::int64_t score = 0;
    std::int64_t best_score = 0;
    std::uint32_t best = begin;
    for (std::uint32_t at = begin; at < end; ++at) {
      score += EqualAt(BaseFor(before, at), at) ? 1 : 0;
      score -= EqualAt(BaseFor(next, at), at) ? 1 : 0;
      if (score > best_score) {
        best_score = score;
        best = at + 1;
      }
    }
    return best;
  }

  void Keep(const Stretch& stretch) {
    if (stretch.length > 0) {
      found_.push_back(stretch);
    }
  }

  Bytes base_;
  Bytes target_;
  SuffixArray suffixes_;
  std::vector<Stretch> found_;
};

}  // namespace

std::vector<Stretch> FindStretches(Bytes base, Bytes target) {
  return Finder(base, target).Run();
}

}  // namespace linnet::delta
