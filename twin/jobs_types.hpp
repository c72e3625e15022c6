// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Jobs and their executions as AWS IoT Jobs keeps them, and their JSON forms.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "twin/message.hpp"

namespace linnet::twin {

using Json = nlohmann::json;

enum class ExecutionStatus {
  kQueued,
  kInProgress,
  kSucceeded,
  kFailed,
  kTimedOut,
  kRejected,
  kRemoved,
  kCanceled,
};

enum class JobStatus { kInProgress, kCompleted, kCanceled };

/// AWS's spelling: "QUEUED", "IN_PROGRESS", …
std::string_view ToString(ExecutionStatus status);
std::string_view ToString(JobStatus status);
std::optional<ExecutionStatus> ParseExecutionStatus(std::string_view text);
std::optional<JobStatus> ParseJobStatus(std::string_view text);

/// Everything but queued and in progress; terminal stays terminal.
bool IsTerminal(ExecutionStatus status);

struct Job {
  std::string id;
  Json document;
  std::string description;
  std::vector<std::string> targets;
  std::optional<int>
      timeout_minutes;  ///< In-progress timer of every execution, 1 minute to 7 days.
  JobStatus status = JobStatus::kInProgress;
  UnixSeconds created_at = 0;
  UnixSeconds updated_at = 0;
};

/// Which execution: job id, thing name.
using ExecutionKey = std::pair<std::string, std::string>;

/// One thing's run of a job.
struct Execution {
  std::string job;
  std::string thing;
  ExecutionStatus status = ExecutionStatus::kQueued;
  std::map<std::string, std::string> details;
  UnixSeconds queued_at = 0;
  UnixSeconds started_at = 0;  ///< 0 while queued.
  UnixSeconds updated_at = 0;
  std::int64_t version = 1;
  std::int64_t number = 1;
  std::uint64_t order = 0;              ///< Place in the queue among executions of the same second.
  std::optional<UnixSeconds> deadline;  ///< In-progress timer of the job.
  std::optional<UnixSeconds> step_deadline;  ///< Step timer that the device sets.

  [[nodiscard]] ExecutionKey key() const { return {job, thing}; }
  /// The earlier of the two deadlines.
  [[nodiscard]] std::optional<UnixSeconds> ExpiresAt() const;
};

/// The entry of jobs/get and jobs/notify.
Json SummaryOf(const Execution& execution);
/// {status, statusDetails, versionNumber}.
Json StateOf(const Execution& execution);
/// The `execution` member of describe, start-next and notify-next; without a document when
/// `document` is null.
Json DescriptionOf(const Execution& execution, const Json* document, UnixSeconds now);

/// Records as the database and the admin API carry them.
Json ToJson(const Job& job);
Json ToJson(const Execution& execution);
Job JobFromJson(const Json& json);
Execution ExecutionFromJson(const Json& json);

}  // namespace linnet::twin
