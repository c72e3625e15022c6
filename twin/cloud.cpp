// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/cloud.hpp"

#include <chrono>

#include "twin/throttle.hpp"
#include "twin/utf8.hpp"

namespace linnet::twin {
namespace {

constexpr const char* kActive = "ACTIVE";

std::string DetailsText(const std::map<std::string, std::string>& details) {
  std::string text;
  for (const auto& [key, value] : details) {
    text.append("  ").append(key).append("=").append(value);
  }
  return text;
}

std::int64_t NowMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

const char* Verb(Operation operation) {
  switch (operation) {
    case Operation::kShadowGet:
      return "/get";
    case Operation::kShadowUpdate:
      return "/update";
    default:
      return "/delete";
  }
}

}  // namespace

Cloud::Cloud(Database& database, const Authority& authority, EventLog& events, const Links& links,
             Faults& faults, StreamObjects& objects, Clock clock)
    : store_(database),
      authority_(authority),
      events_(events),
      faults_(faults),
      clock_(std::move(clock)),
      jobs_([&links](const Json& document, const Execution& execution, UnixSeconds now) {
        return links.Render(document, {execution.thing, execution.job, execution.number}, now);
      }),
      streams_(objects) {
  store_.LoadShadows(shadows_);
  store_.LoadJobs(jobs_);
  store_.LoadStreams(streams_);
}

void Cloud::OnMessage(std::string_view topic, std::string_view payload) {
  if (const auto thing = ParseTelemetryTopic(topic)) {
    OnTelemetry(*thing, topic, payload);
    return;
  }
  const auto request = ParseRequestTopic(topic);
  if (!request) {
    return;
  }
  if (faults_.Use(Fault::kThrottled)) {
    Publish({ThrottledAnswer(*request, payload, clock_())});
    return;
  }
  switch (request->operation) {
    case Operation::kShadowGet:
    case Operation::kShadowUpdate:
    case Operation::kShadowDelete:
      OnShadow(*request, shadows_.Handle(*request, payload, clock_()));
      break;
    case Operation::kStreamDescribe:
    case Operation::kStreamGet:
      OnStreams(*request, streams_.Handle(*request, payload));
      break;
    default:
      OnJobs(jobs_.Handle(*request, payload, clock_()));
      break;
  }
}

void Cloud::Tick() {
  OnJobs(jobs_.Tick(clock_()));
}

void Cloud::SetConnected(const std::string& thing, bool connected) {
  if (connected) {
    connected_.insert(thing);
  } else {
    connected_.erase(thing);
  }
}

void Cloud::OnTelemetry(const std::string& thing, std::string_view topic,
                        std::string_view payload) {
  const Json body = IsUtf8(payload) ? Json::parse(payload, nullptr, /*allow_exceptions=*/false)
                                    : Json(Json::value_t::discarded);
  if (body.is_discarded()) {
    events_.Add({0, 0, "telemetry", thing,
                 std::to_string(payload.size()) + " bytes that are not JSON, dropped"});
    return;
  }
  store_.AddTelemetry({0, thing, NowMs(), std::string(topic), body.dump()});
  events_.Add({0, 0, "telemetry", thing, body.dump(), {{"topic", topic}, {"payload", body}}});
}

void Cloud::OnShadow(const Request& request, const ShadowOutcome& outcome) {
  if (outcome.saved) {
    store_.SaveShadow(*outcome.saved, *shadows_.Find(*outcome.saved));
  }
  Publish(outcome.messages);
  if (request.operation == Operation::kShadowGet) {
    return;
  }
  const Json answer = Json::parse(outcome.messages.back().payload);
  if (!outcome.saved) {
    const std::string why = answer.value("message", "");
    events_.Add({0,
                 0,
                 "shadow",
                 request.thing,
                 "refused: " + why,
                 {{"name", request.shadow}, {"rejected", answer}}});
    return;
  }
  const std::string what = request.operation == Operation::kShadowDelete
                               ? "deleted"
                               : answer.value("state", Json(nullptr)).dump();
  events_.Add({0,
               0,
               "shadow",
               request.thing,
               "version " + std::to_string(answer.value("version", 0)) + "  " + what,
               {{"name", request.shadow}, {"accepted", answer}}});
}

void Cloud::OnJobs(const JobsOutcome& outcome) {
  if (!outcome.jobs.empty() || !outcome.executions.empty()) {
    store_.SaveJobs(jobs_, outcome);
  }
  Publish(outcome.messages);
  for (const ExecutionKey& key : outcome.executions) {
    const Execution* execution = jobs_.FindExecution(key);
    if (execution == nullptr) {
      events_.Add({0,
                   0,
                   "job",
                   key.second,
                   key.first + "  removed",
                   {{"jobId", key.first}, {"status", "REMOVED"}}});
      continue;
    }
    Json data = StateOf(*execution);
    data["jobId"] = execution->job;
    events_.Add({0, 0, "job", execution->thing,
                 execution->job + "  " + std::string(ToString(execution->status)) +
                     DetailsText(execution->details),
                 std::move(data)});
  }
}

void Cloud::Publish(const std::vector<Message>& messages) {
  if (publisher_) {
    for (const Message& message : messages) {
      publisher_(message);
    }
  }
}

void Cloud::RequireThing(const std::string& name) {
  if (!store_.Things().contains(name)) {
    throw RequestError("ResourceNotFound", "There is no thing '" + name + "': create it first");
  }
}

void Cloud::CreateThing(const std::string& name) {
  if (!IsThingName(name)) {
    throw RequestError("InvalidRequest", "The thing name '" + name +
                                             "' must be 1 to 128 characters out of [a-zA-Z0-9:_-]");
  }
  if (store_.Things().contains(name)) {
    throw RequestError("ResourceAlreadyExists", "There is a thing '" + name + "' already");
  }
  store_.AddThing(name, clock_());
  events_.Add({0, 0, "thing", name, "created"});
}

void Cloud::DeleteThing(const std::string& name) {
  RequireThing(name);
  RevokeCertificates(name);
  store_.RemoveThing(name);
  events_.Add({0, 0, "thing", name, "deleted"});
}

Json Cloud::Things() {
  Json list = Json::array();
  for (const auto& [name, created_at] : store_.Things()) {
    Json thing = {
        {"thingName", name}, {"createdAt", created_at}, {"connected", connected_.contains(name)}};
    thing["certificates"] = store_.Certificates(name).size();
    list.push_back(std::move(thing));
  }
  return list;
}

Json Cloud::DescribeThing(const std::string& name) {
  RequireThing(name);
  Json certificates = Json::array();
  for (const CertificateRecord& record : store_.Certificates(name)) {
    certificates.push_back({{"certificateId", record.id},
                            {"status", record.status},
                            {"createdAt", record.created_at}});
  }
  const auto shadow = shadows_.Document({name, ""}, clock_());
  return {{"thingName", name},
          {"createdAt", store_.Things().at(name)},
          {"connected", connected_.contains(name)},
          {"certificates", std::move(certificates)},
          {"namedShadows", shadows_.NamedShadows(name)},
          {"shadow", shadow ? *shadow : Json(nullptr)}};
}

Json Cloud::IssueCertificate(const std::string& thing, const std::string& request_pem) {
  RequireThing(thing);
  Key key;
  try {
    key = KeyOfRequest(request_pem);
  } catch (const std::runtime_error& error) {
    throw RequestError("InvalidRequest",
                       std::string("The certificate request is not valid: ") + error.what());
  }
  const Certificate certificate = authority_.IssueForThing(thing, key, clock_());
  const CertificateRecord record{CertificateId(certificate), thing, CertificateToPem(certificate),
                                 kActive, clock_()};
  store_.AddCertificate(record);
  events_.Add({0,
               0,
               "thing",
               thing,
               "certificate " + record.id.substr(0, 12) + " issued",
               {{"certificateId", record.id}}});
  return {{"certificateId", record.id}, {"certificatePem", record.pem}};
}

void Cloud::RevokeCertificates(const std::string& thing) {
  RequireThing(thing);
  store_.RevokeCertificates(thing);
  std::vector<Certificate> revoked;
  for (const CertificateRecord& record : store_.Certificates("")) {
    if (record.status != kActive) {
      revoked.push_back(CertificateFromPem(record.pem));
    }
  }
  authority_.WriteRevocationList(revoked, clock_());
  events_.Add({0, 0, "thing", thing, "certificates revoked"});
  if (on_revoked_) {
    on_revoked_(thing);
  }
}

Json Cloud::ShadowRequest(Operation operation, const ShadowKey& key, const std::string& payload) {
  RequireThing(key.first);
  if (!key.second.empty() && !IsShadowName(key.second)) {
    throw RequestError("InvalidRequest", "The shadow name '" + key.second +
                                             "' must be 1 to 64 characters out of [a-zA-Z0-9:_-]");
  }
  const std::string topic = ShadowPrefix(key.first, key.second) + Verb(operation);
  const Request request{operation, topic, key.first, key.second, ""};
  const ShadowOutcome outcome = shadows_.Handle(request, payload, clock_());
  // As with AWS: an administrator's update and delete are published, a read and a refusal are not.
  const bool accepted = outcome.messages.back().topic.ends_with("/accepted");
  const Json answer = Json::parse(outcome.messages.back().payload);
  if (accepted && operation != Operation::kShadowGet) {
    OnShadow(request, outcome);
  }
  return {{accepted ? "accepted" : "rejected", answer}};
}

void Cloud::CreateJob(const Json& wish) {
  NewJob job;
  try {
    job.id = wish.at("jobId");
    job.document = wish.at("document");
    job.targets = wish.at("targets").get<std::vector<std::string>>();
    job.description = wish.value("description", "");
    if (wish.contains("inProgressTimeoutInMinutes")) {
      job.timeout_minutes = wish["inProgressTimeoutInMinutes"].get<int>();
    }
  } catch (const Json::exception& error) {
    throw RequestError("InvalidRequest", std::string("The job is not complete: ") + error.what());
  }
  for (const std::string& thing : job.targets) {
    RequireThing(thing);
  }
  OnJobs(jobs_.Create(job, clock_()));
}

void Cloud::CancelJob(const std::string& id, bool force) {
  OnJobs(jobs_.Cancel(id, force, clock_()));
}

void Cloud::DeleteJob(const std::string& id, bool force) {
  OnJobs(jobs_.Delete(id, force, clock_()));
}

Json Cloud::JobSummary(const Job& job) const {
  Json executions = Json::array();
  for (const Execution* execution : jobs_.ExecutionsOf(job.id)) {
    executions.push_back(DescriptionOf(*execution, nullptr, clock_()));
  }
  Json summary = ToJson(job);
  summary["executions"] = std::move(executions);
  return summary;
}

Json Cloud::Jobs() const {
  Json list = Json::array();
  for (const Job* job : jobs_.Jobs()) {
    list.push_back(JobSummary(*job));
  }
  return list;
}

Json Cloud::DescribeJob(const std::string& id) const {
  const Job* job = jobs_.FindJob(id);
  if (job == nullptr) {
    throw RequestError("ResourceNotFound", "There is no job '" + id + "'");
  }
  return JobSummary(*job);
}

}  // namespace linnet::twin
