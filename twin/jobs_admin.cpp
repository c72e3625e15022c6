// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The administrator's side of the jobs service, its timers and its records.
#include <algorithm>

#include "twin/jobs_service.hpp"
#include "twin/jobs_watch.hpp"

namespace linnet::twin {
namespace {

constexpr std::size_t kMaxDocument = 32768;
constexpr std::size_t kMaxTargets = 100;
constexpr std::size_t kMaxDescription = 2028;
constexpr int kMaxTimeoutMinutes = 10080;

void CheckNewJob(const NewJob& job) {
  const auto refuse = [](const std::string& text) { throw RequestError("InvalidRequest", text); };
  if (!IsJobId(job.id)) {
    refuse("The job id '" + job.id + "' must be 1 to 64 characters out of [a-zA-Z0-9_-]");
  }
  if (!job.document.is_object()) {
    refuse("The job document must be a JSON object");
  }
  if (job.document.dump().size() > kMaxDocument) {
    refuse("The job document is larger than 32,768 bytes");
  }
  if (job.targets.empty() || job.targets.size() > kMaxTargets) {
    refuse("A job needs 1 to 100 things as its targets");
  }
  if (std::set<std::string>(job.targets.begin(), job.targets.end()).size() != job.targets.size()) {
    refuse("A thing may be a target only once");
  }
  if (job.description.size() > kMaxDescription) {
    refuse("The description is longer than 2,028 bytes");
  }
  if (job.timeout_minutes &&
      (*job.timeout_minutes < 1 || *job.timeout_minutes > kMaxTimeoutMinutes)) {
    refuse("The in-progress timeout must be 1 to 10,080 minutes");
  }
}

}  // namespace

void JobsService::Restore(Job job) {
  const std::string id = job.id;
  jobs_[id] = std::move(job);
}

void JobsService::Restore(Execution execution) {
  next_order_ = std::max(next_order_, execution.order + 1);
  const ExecutionKey key = execution.key();
  executions_[key] = std::move(execution);
}

JobsOutcome JobsService::Create(const NewJob& job, UnixSeconds now) {
  CheckNewJob(job);
  if (jobs_.contains(job.id)) {
    throw RequestError("ResourceAlreadyExists", "There is a job '" + job.id + "' already");
  }
  JobsOutcome outcome;
  jobs_[job.id] = Job{job.id,
                      job.document,
                      job.description,
                      job.targets,
                      job.timeout_minutes,
                      JobStatus::kInProgress,
                      now,
                      now};
  outcome.jobs.insert(job.id);
  for (const std::string& thing : job.targets) {
    const Watch watch(*this, thing);
    Execution execution;
    execution.job = job.id;
    execution.thing = thing;
    execution.queued_at = now;
    execution.updated_at = now;
    execution.order = next_order_++;
    executions_[execution.key()] = execution;
    outcome.executions.insert(execution.key());
    watch.Finish(outcome, now);
  }
  return outcome;
}

JobsOutcome JobsService::Cancel(const std::string& id, bool force, UnixSeconds now) {
  Job& job = RequireJob(id);
  const auto executions = ExecutionsOf(id);
  // Cancelled without force, it goes on where it was in progress; with force it ends there, too.
  const bool again = force && job.status == JobStatus::kCanceled &&
                     std::ranges::any_of(executions, [](const Execution* execution) {
                       return !IsTerminal(execution->status);
                     });
  if (job.status != JobStatus::kInProgress && !again) {
    throw RequestError("InvalidStateTransition", "The job '" + id + "' is over already: " +
                                                     std::string(ToString(job.status)));
  }
  job.status = JobStatus::kCanceled;
  job.updated_at = now;
  JobsOutcome outcome;
  outcome.jobs.insert(id);
  for (const std::string& thing : job.targets) {
    const auto found = executions_.find({id, thing});
    if (found == executions_.end() || IsTerminal(found->second.status) ||
        (!force && found->second.status == ExecutionStatus::kInProgress)) {
      continue;
    }
    const Watch watch(*this, thing);
    SetStatus(found->second, ExecutionStatus::kCanceled, outcome, now);
    watch.Finish(outcome, now);
  }
  return outcome;
}

JobsOutcome JobsService::Delete(const std::string& id, bool force, UnixSeconds now) {
  const Job& job = RequireJob(id);
  const auto executions = ExecutionsOf(id);
  const bool active = std::any_of(
      executions.begin(), executions.end(),
      [](const Execution* execution) { return execution->status == ExecutionStatus::kInProgress; });
  if (!force && (job.status == JobStatus::kInProgress || active)) {
    throw RequestError("InvalidStateTransition",
                       "The job '" + id + "' is in progress: cancel it first, or force");
  }
  JobsOutcome outcome;
  for (const Execution* execution : executions) {
    EraseExecution(execution->key(), outcome, now);
  }
  outcome.jobs.insert(id);
  jobs_.erase(id);
  return outcome;
}

JobsOutcome JobsService::Tick(UnixSeconds now) {
  JobsOutcome outcome;
  for (auto& [key, execution] : executions_) {
    const auto expires = execution.ExpiresAt();
    if (IsTerminal(execution.status) || !expires || *expires > now) {
      continue;
    }
    const Watch watch(*this, execution.thing);
    SetStatus(execution, ExecutionStatus::kTimedOut, outcome, now);
    watch.Finish(outcome, now);
  }
  return outcome;
}

// A job is complete when its last execution is over.
void JobsService::SettleJob(const std::string& id, JobsOutcome& outcome, UnixSeconds now) {
  Job& job = RequireJob(id);
  const auto executions = ExecutionsOf(id);
  const bool over =
      std::all_of(executions.begin(), executions.end(),
                  [](const Execution* execution) { return IsTerminal(execution->status); });
  if (over && job.status == JobStatus::kInProgress) {
    job.status = JobStatus::kCompleted;
    job.updated_at = now;
    outcome.jobs.insert(id);
  }
}

void JobsService::EraseExecution(const ExecutionKey& key, JobsOutcome& outcome, UnixSeconds now) {
  const Watch watch(*this, key.second);
  executions_.erase(key);
  outcome.executions.insert(key);
  watch.Finish(outcome, now);
}

Job& JobsService::RequireJob(const std::string& id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) {
    throw RequestError("ResourceNotFound", "There is no job '" + id + "'");
  }
  return found->second;
}

const Job* JobsService::FindJob(const std::string& id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}

const Execution* JobsService::FindExecution(const ExecutionKey& key) const {
  const auto found = executions_.find(key);
  return found == executions_.end() ? nullptr : &found->second;
}

std::vector<const Job*> JobsService::Jobs() const {
  std::vector<const Job*> jobs;
  for (const auto& [id, job] : jobs_) {
    jobs.push_back(&job);
  }
  std::stable_sort(jobs.begin(), jobs.end(),
                   [](const Job* a, const Job* b) { return a->created_at < b->created_at; });
  return jobs;
}

std::vector<const Execution*> JobsService::ExecutionsOf(std::string_view job) const {
  std::vector<const Execution*> executions;
  for (const auto& [key, execution] : executions_) {
    if (execution.job == job) {
      executions.push_back(&execution);
    }
  }
  return executions;
}

}  // namespace linnet::twin
