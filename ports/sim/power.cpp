// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/power.hpp"

#include <array>

#include "base/view.hpp"

namespace linnet::sim {

std::string ToString(const Cut& cut) {
  static constexpr std::array<StringView, 7> kNames = {"before", "after", "prefix",    "bits",
                                                       "noisy",  "flips", "unreadable"};
  std::string text(kNames[static_cast<std::size_t>(cut.mode)]);
  if (cut.mode != CutMode::kUnreadable && cut.mode != CutMode::kBefore &&
      cut.mode != CutMode::kAfter) {
    text += std::to_string(cut.seed);
  }
  return text;
}

void Power::On() {
  on_ = true;
  plan_.reset();
  ++session_;
}

std::optional<Cut> Power::BeginOperation() {
  const std::uint64_t operation = operations_++;
  if (!plan_ || plan_->operation != operation) {
    return std::nullopt;
  }
  on_ = false;
  return plan_;
}

}  // namespace linnet::sim
