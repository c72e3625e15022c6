// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "twin/jobs_service.hpp"

namespace linnet::twin {

/// Sends the notifications that a change of one thing's queue calls for. It remembers the queue
/// when it is made and compares on `Finish`: `notify` when executions came or went, `notify-next`
/// when another one is first now. An execution that only starts changes neither.
class JobsService::Watch {
 public:
  Watch(const JobsService& service, std::string thing);
  void Finish(JobsOutcome& outcome, UnixSeconds now) const;

 private:
  using Identity = std::pair<std::string, std::int64_t>;  // job, execution number

  [[nodiscard]] std::vector<Identity> Queue() const;

  const JobsService& service_;
  std::string thing_;
  std::vector<Identity> before_;
};

}  // namespace linnet::twin
