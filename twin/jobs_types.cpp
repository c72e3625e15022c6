// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/jobs_types.hpp"

#include <algorithm>
#include <array>

namespace linnet::twin {
namespace {

constexpr std::array<std::string_view, 8> kExecutionNames = {
    "QUEUED", "IN_PROGRESS", "SUCCEEDED", "FAILED", "TIMED_OUT", "REJECTED", "REMOVED", "CANCELED"};
static_assert(kExecutionNames.size() == static_cast<std::size_t>(ExecutionStatus::kCanceled) + 1);

constexpr std::array<std::string_view, 3> kJobNames = {"IN_PROGRESS", "COMPLETED", "CANCELED"};
static_assert(kJobNames.size() == static_cast<std::size_t>(JobStatus::kCanceled) + 1);

template <typename Enum, std::size_t kSize>
std::optional<Enum> Lookup(const std::array<std::string_view, kSize>& names,
                           std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) {
    return std::nullopt;
  }
  return static_cast<Enum>(found - names.begin());
}

template <typename T>
Json Nullable(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <typename T>
std::optional<T> Optional(const Json& value) {
  return value.is_null() ? std::nullopt : std::optional<T>(value.get<T>());
}

}  // namespace

std::string_view ToString(ExecutionStatus status) {
  return kExecutionNames.at(static_cast<std::size_t>(status));
}

std::string_view ToString(JobStatus status) {
  return kJobNames.at(static_cast<std::size_t>(status));
}

std::optional<ExecutionStatus> ParseExecutionStatus(std::string_view text) {
  return Lookup<ExecutionStatus>(kExecutionNames, text);
}

std::optional<JobStatus> ParseJobStatus(std::string_view text) {
  return Lookup<JobStatus>(kJobNames, text);
}

bool IsTerminal(ExecutionStatus status) {
  return status != ExecutionStatus::kQueued && status != ExecutionStatus::kInProgress;
}

std::optional<UnixSeconds> Execution::ExpiresAt() const {
  if (deadline && step_deadline) {
    return std::min(*deadline, *step_deadline);
  }
  return deadline ? deadline : step_deadline;
}

Json SummaryOf(const Execution& execution) {
  Json summary = {{"jobId", execution.job},
                  {"queuedAt", execution.queued_at},
                  {"lastUpdatedAt", execution.updated_at},
                  {"versionNumber", execution.version},
                  {"executionNumber", execution.number}};
  if (execution.started_at != 0) {
    summary["startedAt"] = execution.started_at;
  }
  return summary;
}

Json StateOf(const Execution& execution) {
  return {{"status", ToString(execution.status)},
          {"statusDetails", Json(execution.details)},
          {"versionNumber", execution.version}};
}

Json DescriptionOf(const Execution& execution, const Json* document, UnixSeconds now) {
  Json description = SummaryOf(execution);
  description.update(StateOf(execution));
  description["thingName"] = execution.thing;
  if (document != nullptr) {
    description["jobDocument"] = *document;
  }
  if (const auto expires = execution.ExpiresAt()) {
    description["approximateSecondsBeforeTimedOut"] = std::max<UnixSeconds>(0, *expires - now);
  }
  return description;
}

Json ToJson(const Job& job) {
  return {{"jobId", job.id},
          {"document", job.document},
          {"description", job.description},
          {"targets", job.targets},
          {"inProgressTimeoutInMinutes", Nullable(job.timeout_minutes)},
          {"status", ToString(job.status)},
          {"createdAt", job.created_at},
          {"lastUpdatedAt", job.updated_at}};
}

Json ToJson(const Execution& execution) {
  Json json = SummaryOf(execution);
  json.update(StateOf(execution));
  json["thingName"] = execution.thing;
  json["order"] = execution.order;
  json["deadline"] = Nullable(execution.deadline);
  json["stepDeadline"] = Nullable(execution.step_deadline);
  return json;
}

Job JobFromJson(const Json& json) {
  Job job;
  job.id = json.at("jobId");
  job.document = json.at("document");
  job.description = json.at("description");
  job.targets = json.at("targets").get<std::vector<std::string>>();
  job.timeout_minutes = Optional<int>(json.at("inProgressTimeoutInMinutes"));
  job.status = ParseJobStatus(json.at("status").get<std::string>()).value();
  job.created_at = json.at("createdAt");
  job.updated_at = json.at("lastUpdatedAt");
  return job;
}

Execution ExecutionFromJson(const Json& json) {
  Execution execution;
  execution.job = json.at("jobId");
  execution.thing = json.at("thingName");
  execution.status = ParseExecutionStatus(json.at("status").get<std::string>()).value();
  execution.details = json.at("statusDetails").get<std::map<std::string, std::string>>();
  execution.queued_at = json.at("queuedAt");
  execution.started_at = json.value("startedAt", UnixSeconds{0});
  execution.updated_at = json.at("lastUpdatedAt");
  execution.version = json.at("versionNumber");
  execution.number = json.at("executionNumber");
  execution.order = json.at("order");
  execution.deadline = Optional<UnixSeconds>(json.at("deadline"));
  execution.step_deadline = Optional<UnixSeconds>(json.at("stepDeadline"));
  return execution;
}

}  // namespace linnet::twin
