// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/update/stack_meter.hpp"

#include <algorithm>

namespace linnet::update::testing {

namespace {

constexpr std::size_t kStack = std::size_t{256} * 1024;
constexpr std::byte kPaint{0xA5};

StackMeter* g_meter = nullptr;  // NOLINT: what a context is entered with is an int

}  // namespace

StackMeter::StackMeter() : stack_(kStack, kPaint) {}

void StackMeter::Enter() {
  (*g_meter->function_)();
}

void StackMeter::Run(const std::function<void()>& function) {
  function_ = &function;
  g_meter = this;
  ::getcontext(&inside_);
  inside_.uc_stack.ss_sp = stack_.data();
  inside_.uc_stack.ss_size = stack_.size();
  inside_.uc_link = &outside_;
  ::makecontext(&inside_, &StackMeter::Enter, 0);
  ::swapcontext(&outside_, &inside_);
}

std::size_t StackMeter::TakePeak() {
  const auto deepest =
      std::ranges::find_if(stack_, [](std::byte value) { return value != kPaint; });
  const auto peak = static_cast<std::size_t>(stack_.end() - deepest);
  std::ranges::fill(stack_, kPaint);
  return peak;
}

}  // namespace linnet::update::testing
