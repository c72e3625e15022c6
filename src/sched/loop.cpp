// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "sched/loop.hpp"

#include <algorithm>

namespace linnet::sched {

Status Loop::Add(Task& task) {
  if (count_ == tasks_.size()) {
    return Code::kResourceExhausted;
  }
  tasks_[count_++] = &task;
  return OkStatus();
}

Instant Loop::RunOnce(Instant now) {
  Instant next = kNever;
  for (std::size_t i = 0; i < count_; ++i) {
    next = std::min(next, tasks_[i]->Run(now));
  }
  return next;
}

}  // namespace linnet::sched
