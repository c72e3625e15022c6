// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/jobs_watch.hpp"

#include <algorithm>

namespace linnet::twin {
namespace {

constexpr std::size_t kMaxNotified = 10;

}  // namespace

JobsService::Watch::Watch(const JobsService& service, std::string thing)
    : service_(service), thing_(std::move(thing)), before_(Queue()) {}

std::vector<JobsService::Watch::Identity> JobsService::Watch::Queue() const {
  std::vector<Identity> queue;
  for (const Execution* execution : service_.Pending(thing_)) {
    queue.emplace_back(execution->job, execution->number);
  }
  return queue;
}

void JobsService::Watch::Finish(JobsOutcome& outcome, UnixSeconds now) const {
  const std::vector<Identity> after = Queue();
  const std::string prefix = "$aws/things/" + thing_ + "/jobs/";
  const std::vector<const Execution*> pending = service_.Pending(thing_);
  if (!std::is_permutation(before_.begin(), before_.end(), after.begin(), after.end())) {
    Json lists = Json::object();
    for (std::size_t i = 0; i < std::min(pending.size(), kMaxNotified); ++i) {
      lists[std::string(ToString(pending[i]->status))].push_back(SummaryOf(*pending[i]));
    }
    outcome.messages.push_back(
        {prefix + "notify", Json{{"timestamp", now}, {"jobs", lists}}.dump()});
  }
  const bool same_head =
      before_.empty() == after.empty() && (after.empty() || before_.front() == after.front());
  if (!same_head) {
    Json body = {{"timestamp", now}};
    if (!pending.empty()) {
      body["execution"] = service_.Description(*pending.front(), true, now);
    }
    outcome.messages.push_back({prefix + "notify-next", body.dump()});
  }
}

}  // namespace linnet::twin
