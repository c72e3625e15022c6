// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The jobs service: what devices ask over MQTT, what an administrator does, and the timers.
// From the "Jobs device MQTT API" and "Jobs notifications" chapters of the AWS IoT developer guide.
//
// One execution:
//   QUEUED -> IN_PROGRESS -> SUCCEEDED | FAILED | REJECTED        by the device
//   QUEUED | IN_PROGRESS -> TIMED_OUT | CANCELED | REMOVED        by the service
// QUEUED may end directly as well. Terminal stays terminal.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "twin/jobs_types.hpp"
#include "twin/topics.hpp"

namespace linnet::twin {

struct JobsOutcome {
  std::vector<Message> messages;  ///< To publish, in this order.
  /// Records that changed. One that the service no longer finds was deleted.
  std::set<std::string> jobs;
  std::set<ExecutionKey> executions;
};

struct NewJob {
  std::string id;
  Json document;
  std::string description;
  std::vector<std::string> targets;    ///< Thing names; the caller knows that they exist.
  std::optional<int> timeout_minutes;  ///< 1 to 10,080.
};

class JobsService {
 public:
  /// Makes the document that a device gets out of the stored one, each time that it is fetched: the
  /// place for links that expire.
  using Renderer =
      std::function<Json(const Json& document, const Execution& execution, UnixSeconds now)>;

  JobsService() = default;
  explicit JobsService(Renderer renderer) : renderer_(std::move(renderer)) {}

  /// Puts back stored records; nothing is published.
  void Restore(Job job);
  void Restore(Execution execution);

  /// Answers a request of one of the four jobs operations.
  JobsOutcome Handle(const Request& request, std::string_view payload, UnixSeconds now);

  /// Queues an execution for every target. Throws RequestError: InvalidRequest (what is wrong with
  /// it), ResourceAlreadyExists.
  JobsOutcome Create(const NewJob& job, UnixSeconds now);
  /// Cancels what is queued; with `force` also what is in progress. Throws RequestError:
  /// ResourceNotFound, InvalidStateTransition when the job is over already.
  JobsOutcome Cancel(const std::string& id, bool force, UnixSeconds now);
  /// Forgets a job that is over; with `force` any job. Throws RequestError: ResourceNotFound,
  /// InvalidStateTransition.
  JobsOutcome Delete(const std::string& id, bool force, UnixSeconds now);
  /// Ends every execution whose timer ran out: TIMED_OUT.
  JobsOutcome Tick(UnixSeconds now);

  [[nodiscard]] const Job* FindJob(const std::string& id) const;
  [[nodiscard]] const Execution* FindExecution(const ExecutionKey& key) const;
  /// In the order of creation.
  [[nodiscard]] std::vector<const Job*> Jobs() const;
  [[nodiscard]] std::vector<const Execution*> ExecutionsOf(std::string_view job) const;

 private:
  struct Call;
  class Watch;

  void GetPending(Call& call);
  void StartNext(Call& call);
  void Describe(Call& call);
  void Update(Call& call);
  void ApplyUpdate(Call& call, Execution& execution, ExecutionStatus status);
  void SetStatus(Execution& execution, ExecutionStatus status, JobsOutcome& outcome,
                 UnixSeconds now);
  void SettleJob(const std::string& id, JobsOutcome& outcome, UnixSeconds now);
  void EraseExecution(const ExecutionKey& key, JobsOutcome& outcome, UnixSeconds now);

  Job& RequireJob(const std::string& id);
  /// Queued and in progress, in the order in which the thing gets them.
  [[nodiscard]] std::vector<const Execution*> Pending(std::string_view thing) const;
  [[nodiscard]] Json Document(const Execution& execution, UnixSeconds now) const;
  [[nodiscard]] Json Description(const Execution& execution, bool with_document,
                                 UnixSeconds now) const;

  Renderer renderer_;
  std::map<std::string, Job> jobs_;
  std::map<ExecutionKey, Execution> executions_;
  std::uint64_t next_order_ = 1;
};

}  // namespace linnet::twin
