// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// One cooperative loop: every service advances a little when it is called, and nothing blocks.
#pragma once

#include <array>
#include <cstddef>

#include "base/status.hpp"
#include "base/time.hpp"

namespace linnet::sched {

/// Something the loop keeps going.
class Task {
 public:
  /// Does a bounded amount of work and returns when it wants to be called again at the latest:
  /// `now` for "there is more to do", `kNever` for "only when something else happens".
  virtual Instant Run(Instant now) = 0;

 protected:
  ~Task() = default;  // nobody deletes through it
};

/// Calls its tasks in the order in which they were added.
class Loop {
 public:
  static constexpr std::size_t kMaxTasks = 16;

  /// `task` must outlive the loop. kResourceExhausted: the table is full.
  Status Add(Task& task);
  /// Runs each task once and returns the earliest time that one of them asked for.
  Instant RunOnce(Instant now);

 private:
  std::array<Task*, kMaxTasks> tasks_{};
  std::size_t count_ = 0;
};

}  // namespace linnet::sched
