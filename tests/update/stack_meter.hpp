// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// How deep the stack of some code gets, on this machine.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <vector>

namespace linnet::update::testing {

/// Runs functions on a stack of its own that was painted before.
class StackMeter {
 public:
  StackMeter();
  StackMeter(const StackMeter&) = delete;
  StackMeter& operator=(const StackMeter&) = delete;

  void Run(const std::function<void()>& function);
  /// Bytes that any function so far has reached, from the top; forgets them.
  std::size_t TakePeak();

 private:
  static void Enter();

  std::vector<std::byte> stack_;
  ucontext_t inside_{};
  ucontext_t outside_{};
  const std::function<void()>* function_ = nullptr;
};

}  // namespace linnet::update::testing
