// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Everything that the twin knows, without a socket: things, certificates, shadows, jobs, telemetry
// and events over one database. MQTT messages come in through `OnMessage`, an administrator's
// wishes through the other calls; what has to be published leaves through the publisher.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "twin/authority.hpp"
#include "twin/events.hpp"
#include "twin/faults.hpp"
#include "twin/links.hpp"
#include "twin/store.hpp"

namespace linnet::twin {

class Cloud {
 public:
  using Publisher = std::function<void(const Message&)>;
  using Clock = std::function<UnixSeconds()>;

  /// Loads what is stored. `authority`, `events`, `links`, `faults` and `objects` outlive the
  /// cloud.
  Cloud(Database& database, const Authority& authority, EventLog& events, const Links& links,
        Faults& faults, StreamObjects& objects, Clock clock);

  void set_publisher(Publisher publisher) { publisher_ = std::move(publisher); }
  /// Called after a thing's certificates were revoked, so that the broker reads the new list and
  /// the thing goes.
  using OnRevoked = std::function<void(const std::string& thing)>;
  void set_on_revoked(OnRevoked on_revoked) { on_revoked_ = std::move(on_revoked); }

  /// A message that a thing published.
  void OnMessage(std::string_view topic, std::string_view payload);
  /// Runs the timers of jobs; call it about once a second.
  void Tick();
  /// The broker says that a thing came or went.
  void SetConnected(const std::string& thing, bool connected);
  /// The broker is gone, and every connection with it.
  void ForgetConnections() { connected_.clear(); }

  /// The calls below throw RequestError when they refuse.
  void CreateThing(const std::string& name);
  /// Also revokes its certificates. Its shadow stays, as AWS's does.
  void DeleteThing(const std::string& name);
  [[nodiscard]] Json Things();
  [[nodiscard]] Json DescribeThing(const std::string& name);
  /// Issues a certificate for the key of a PKCS#10 request: {certificateId, certificatePem}.
  Json IssueCertificate(const std::string& thing, const std::string& request_pem);
  void RevokeCertificates(const std::string& thing);

  /// The shadow service's own answer for one of its requests, {"accepted": …} or {"rejected": …}.
  Json ShadowRequest(Operation operation, const ShadowKey& key, const std::string& payload);

  void CreateJob(const Json& wish);
  void CancelJob(const std::string& id, bool force);
  void DeleteJob(const std::string& id, bool force);
  [[nodiscard]] Json Jobs() const;
  [[nodiscard]] Json DescribeJob(const std::string& id) const;

  /// {"streamId", "description", "files": [{"fileId", "object"}]}; they return the whole record.
  Json CreateStream(const Json& wish);
  Json UpdateStream(const Json& wish);
  void DeleteStream(const std::string& id);
  [[nodiscard]] Json Streams() const;
  [[nodiscard]] Json DescribeStream(const std::string& id) const;

  [[nodiscard]] Store& store() { return store_; }
  [[nodiscard]] EventLog& events() { return events_; }

 private:
  void RequireThing(const std::string& name);
  void OnTelemetry(const std::string& thing, std::string_view topic, std::string_view payload);
  void OnShadow(const Request& request, const ShadowOutcome& outcome);
  void OnJobs(const JobsOutcome& outcome);
  void OnStreams(const Request& request, const StreamsOutcome& outcome);
  Json SaveStream(const Stream& stream, const char* what);
  void Publish(const std::vector<Message>& messages);
  [[nodiscard]] Json JobSummary(const Job& job) const;

  Store store_;
  const Authority& authority_;
  EventLog& events_;
  Faults& faults_;
  Clock clock_;
  Publisher publisher_;
  OnRevoked on_revoked_;
  ShadowService shadows_;
  JobsService jobs_;
  StreamsService streams_;
  std::set<std::string> connected_;
};

}  // namespace linnet::twin
