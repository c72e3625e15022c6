// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The device's side of the jobs service; the administrator's side is in jobs_admin.cpp.
#include "twin/jobs_service.hpp"

#include <algorithm>

#include "twin/jobs_watch.hpp"
#include "twin/utf8.hpp"

namespace linnet::twin {
namespace {

constexpr std::size_t kMaxPendingListed = 10;
constexpr std::size_t kMaxClientToken = 64;
constexpr std::size_t kMaxDetails = 10;
constexpr std::size_t kMaxDetailKey = 128;
constexpr std::size_t kMaxDetailValue = 1024;
constexpr std::int64_t kMaxStepMinutes = 10080;
constexpr std::int64_t kStopStepTimer = -1;

// What a rejected answer carries.
struct Rejection {
  const char* code;
  std::string message;
  Json execution_state = nullptr;
};

[[noreturn]] void RefuseRequest(std::string message) {
  throw Rejection{"InvalidRequest", std::move(message)};
}

bool BoolOr(const Json& body, const char* key, bool fallback) {
  if (!body.contains(key)) {
    return fallback;
  }
  if (!body[key].is_boolean()) {
    RefuseRequest(std::string(key) + " must be true or false");
  }
  return body[key];
}

std::optional<std::int64_t> OptionalInteger(const Json& body, const char* key) {
  if (!body.contains(key) || body[key].is_null()) {
    return std::nullopt;
  }
  if (!body[key].is_number_integer()) {
    RefuseRequest(std::string(key) + " must be an integer");
  }
  return body[key].get<std::int64_t>();
}

// A string by the documentation; the service takes a number as well.
std::optional<std::int64_t> ExpectedVersion(const Json& body) {
  if (!body.contains("expectedVersion") || !body["expectedVersion"].is_string()) {
    return OptionalInteger(body, "expectedVersion");
  }
  const std::string text = body["expectedVersion"];
  const bool digits =
      !text.empty() && text.size() <= 18 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) {
    RefuseRequest("expectedVersion must be a version number");
  }
  return std::stoll(text);
}

void CheckDetail(const std::string& key, const Json& value) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
           c == '_' || c == '-';
  };
  if (key.empty() || key.size() > kMaxDetailKey || !std::all_of(key.begin(), key.end(), allowed)) {
    RefuseRequest("statusDetails keys must be 1 to 128 characters out of [a-zA-Z0-9:_-]");
  }
  if (!value.is_string()) {
    RefuseRequest("statusDetails values must be strings");
  }
  const std::string& text = value.get_ref<const std::string&>();
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (text.empty() || Utf8Length(text) > kMaxDetailValue || has_control) {
    RefuseRequest("statusDetails values must be 1 to 1024 characters without control characters");
  }
}

std::optional<std::map<std::string, std::string>> StatusDetails(const Json& body) {
  if (!body.contains("statusDetails") || body["statusDetails"].is_null()) {
    return std::nullopt;
  }
  const Json& details = body["statusDetails"];
  if (!details.is_object()) {
    RefuseRequest("statusDetails must be an object");
  }
  if (details.size() > kMaxDetails) {
    RefuseRequest("statusDetails may have at most 10 entries");
  }
  for (const auto& [key, value] : details.items()) {
    CheckDetail(key, value);
  }
  return details.get<std::map<std::string, std::string>>();
}

std::optional<std::int64_t> StepMinutes(const Json& body) {
  const auto minutes = OptionalInteger(body, "stepTimeoutInMinutes");
  if (minutes && *minutes != kStopStepTimer && (*minutes < 1 || *minutes > kMaxStepMinutes)) {
    RefuseRequest("stepTimeoutInMinutes must be between 1 and 10080, or -1");
  }
  return minutes;
}

void SetStepTimer(Execution& execution, std::optional<std::int64_t> minutes, UnixSeconds now) {
  if (!minutes) {
    return;
  }
  if (*minutes == kStopStepTimer) {
    execution.step_deadline.reset();
  } else {
    execution.step_deadline = now + *minutes * 60;
  }
}

// The statuses that a device may ask for.
ExecutionStatus RequestedStatus(const Json& body) {
  if (!body.contains("status") || !body["status"].is_string()) {
    RefuseRequest("status is required");
  }
  const auto status = ParseExecutionStatus(body["status"].get<std::string>());
  const bool allowed = status == ExecutionStatus::kInProgress ||
                       status == ExecutionStatus::kSucceeded ||
                       status == ExecutionStatus::kFailed || status == ExecutionStatus::kRejected;
  if (!allowed) {
    RefuseRequest("status must be IN_PROGRESS, SUCCEEDED, FAILED or REJECTED");
  }
  return *status;
}

}  // namespace

// One request on its way through the service.
struct JobsService::Call {
  const Request& request;
  UnixSeconds now;
  Json body = Json::object();
  Json client_token = nullptr;
  JobsOutcome outcome = {};

  void Parse(std::string_view payload) {
    if (payload.empty()) {
      return;
    }
    body = IsUtf8(payload) ? Json::parse(payload, nullptr, /*allow_exceptions=*/false)
                           : Json(Json::value_t::discarded);
    if (!body.is_object()) {
      body = Json::object();
      throw Rejection{"InvalidJson", "The payload is not a JSON object in UTF-8"};
    }
    if (body.contains("clientToken")) {
      const Json& token = body["clientToken"];
      if (!token.is_string() || token.get_ref<const std::string&>().size() > kMaxClientToken) {
        RefuseRequest("clientToken must be a string of at most 64 bytes");
      }
      client_token = token;
    }
  }

  void Publish(const char* suffix, Json answer) {
    answer["timestamp"] = now;
    if (!client_token.is_null()) {
      answer["clientToken"] = client_token;
    }
    outcome.messages.push_back({request.topic + suffix, answer.dump()});
  }
};

JobsOutcome JobsService::Handle(const Request& request, std::string_view payload, UnixSeconds now) {
  Call call{request, now};
  try {
    call.Parse(payload);
    switch (request.operation) {
      case Operation::kJobsGetPending:
        GetPending(call);
        break;
      case Operation::kJobsStartNext:
        StartNext(call);
        break;
      case Operation::kJobDescribe:
        Describe(call);
        break;
      default:
        Update(call);
        break;
    }
  } catch (const Rejection& rejection) {
    Json answer = {{"code", rejection.code}, {"message", rejection.message}};
    if (!rejection.execution_state.is_null()) {
      answer["executionState"] = rejection.execution_state;
    }
    call.Publish("/rejected", std::move(answer));
  }
  return std::move(call.outcome);
}

void JobsService::GetPending(Call& call) {
  Json queued = Json::array();
  Json in_progress = Json::array();
  std::vector<const Execution*> pending = Pending(call.request.thing);
  pending.resize(std::min(pending.size(), kMaxPendingListed));
  for (const Execution* execution : pending) {
    Json& list = execution->status == ExecutionStatus::kQueued ? queued : in_progress;
    list.push_back(SummaryOf(*execution));
  }
  call.Publish("/accepted", {{"queuedJobs", queued}, {"inProgressJobs", in_progress}});
}

void JobsService::StartNext(Call& call) {
  const auto details = StatusDetails(call.body);
  const auto step_minutes = StepMinutes(call.body);
  const std::vector<const Execution*> pending = Pending(call.request.thing);
  if (pending.empty()) {
    call.Publish("/accepted", Json::object());
    return;
  }
  Execution& execution = executions_.at(pending.front()->key());
  SetStepTimer(execution, step_minutes, call.now);
  if (execution.status == ExecutionStatus::kQueued) {
    const Watch watch(*this, call.request.thing);
    if (details) {
      execution.details = *details;
    }
    SetStatus(execution, ExecutionStatus::kInProgress, call.outcome, call.now);
    watch.Finish(call.outcome, call.now);
  }
  call.outcome.executions.insert(execution.key());
  call.Publish("/accepted", {{"execution", Description(execution, true, call.now)}});
}

void JobsService::Describe(Call& call) {
  const bool with_document = BoolOr(call.body, "includeJobDocument", true);
  const auto number = OptionalInteger(call.body, "executionNumber");
  if (call.request.job == "$next") {
    const std::vector<const Execution*> pending = Pending(call.request.thing);
    Json answer = Json::object();
    if (!pending.empty()) {
      answer["execution"] = Description(*pending.front(), with_document, call.now);
    }
    call.Publish("/accepted", std::move(answer));
    return;
  }
  const Execution* execution = FindExecution({call.request.job, call.request.thing});
  if (execution == nullptr || (number && *number != execution->number)) {
    throw Rejection{"ResourceNotFound", "No such job execution: " + call.request.job};
  }
  if (IsTerminal(execution->status)) {
    throw Rejection{"TerminalStateReached", "The job execution is over: " + call.request.job,
                    StateOf(*execution)};
  }
  call.Publish("/accepted", {{"execution", Description(*execution, with_document, call.now)}});
}

void JobsService::Update(Call& call) {
  const ExecutionStatus status = RequestedStatus(call.body);
  const auto number = OptionalInteger(call.body, "executionNumber");
  const auto expected = ExpectedVersion(call.body);
  const auto found = executions_.find({call.request.job, call.request.thing});
  if (found == executions_.end() || (number && *number != found->second.number)) {
    throw Rejection{"ResourceNotFound", "No such job execution: " + call.request.job};
  }
  Execution& execution = found->second;
  if (IsTerminal(execution.status)) {
    throw Rejection{"InvalidStateTransition",
                    "A job execution in " + std::string(ToString(execution.status)) + " stays so",
                    StateOf(execution)};
  }
  if (expected && *expected != execution.version) {
    throw Rejection{"VersionMismatch",
                    "The expected version does not match " + std::to_string(execution.version),
                    StateOf(execution)};
  }
  ApplyUpdate(call, execution, status);
}

void JobsService::ApplyUpdate(Call& call, Execution& execution, ExecutionStatus status) {
  // Everything is read before anything changes: a refused update leaves no trace.
  const auto details = StatusDetails(call.body);
  const auto step_minutes = StepMinutes(call.body);
  const bool with_state = BoolOr(call.body, "includeJobExecutionState", false);
  const bool with_document = BoolOr(call.body, "includeJobDocument", false);

  const Watch watch(*this, call.request.thing);
  if (details) {
    execution.details = *details;
  }
  SetStepTimer(execution, step_minutes, call.now);
  SetStatus(execution, status, call.outcome, call.now);
  Json answer = Json::object();
  if (with_state) {
    answer["executionState"] = StateOf(execution);
  }
  if (with_document) {
    answer["jobDocument"] = Document(execution, call.now);
  }
  call.Publish("/accepted", std::move(answer));
  watch.Finish(call.outcome, call.now);
}

void JobsService::SetStatus(Execution& execution, ExecutionStatus status, JobsOutcome& outcome,
                            UnixSeconds now) {
  const bool starts =
      status == ExecutionStatus::kInProgress && execution.status == ExecutionStatus::kQueued;
  execution.status = status;
  execution.updated_at = now;
  ++execution.version;
  if (starts) {
    execution.started_at = now;
    if (const auto minutes = RequireJob(execution.job).timeout_minutes) {
      execution.deadline = now + UnixSeconds{*minutes} * 60;
    }
  }
  outcome.executions.insert(execution.key());
  if (IsTerminal(status)) {
    execution.deadline.reset();
    execution.step_deadline.reset();
    SettleJob(execution.job, outcome, now);
  }
}

std::vector<const Execution*> JobsService::Pending(std::string_view thing) const {
  std::vector<const Execution*> pending;
  for (const auto& [key, execution] : executions_) {
    if (execution.thing == thing && !IsTerminal(execution.status)) {
      pending.push_back(&execution);
    }
  }
  const auto place = [](const Execution* execution) {
    const bool queued = execution->status == ExecutionStatus::kQueued;
    return std::tuple(queued, queued ? execution->queued_at : execution->started_at,
                      execution->order);
  };
  std::sort(pending.begin(), pending.end(),
            [&place](const Execution* a, const Execution* b) { return place(a) < place(b); });
  return pending;
}

Json JobsService::Document(const Execution& execution, UnixSeconds now) const {
  const Json& stored = jobs_.at(execution.job).document;
  return renderer_ ? renderer_(stored, execution, now) : stored;
}

Json JobsService::Description(const Execution& execution, bool with_document,
                              UnixSeconds now) const {
  if (!with_document) {
    return DescriptionOf(execution, nullptr, now);
  }
  const Json document = Document(execution, now);
  return DescriptionOf(execution, &document, now);
}

}  // namespace linnet::twin
