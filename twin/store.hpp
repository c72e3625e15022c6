// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The twin's records in its database.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "twin/database.hpp"
#include "twin/jobs_service.hpp"
#include "twin/shadow_service.hpp"
#include "twin/streams_service.hpp"

namespace linnet::twin {

struct CertificateRecord {
  std::string id;
  std::string thing;
  std::string pem;
  std::string status;  ///< ACTIVE or REVOKED.
  UnixSeconds created_at = 0;
};

struct TelemetryRecord {
  std::int64_t id = 0;
  std::string thing;
  std::int64_t at_ms = 0;
  std::string topic;
  std::string payload;
};

class Store {
 public:
  /// Of every thing, the last so many telemetry messages are kept.
  static constexpr std::int64_t kTelemetryPerThing = 10000;

  explicit Store(Database& database) : database_(database) {}

  [[nodiscard]] std::string Meta(const std::string& key);
  void SetMeta(const std::string& key, const std::string& value);

  /// Name to time of creation.
  [[nodiscard]] std::map<std::string, UnixSeconds> Things();
  void AddThing(const std::string& name, UnixSeconds now);
  void RemoveThing(const std::string& name);

  void AddCertificate(const CertificateRecord& certificate);
  void RevokeCertificates(const std::string& thing);
  /// Of one thing, or of all when `thing` is empty.
  [[nodiscard]] std::vector<CertificateRecord> Certificates(const std::string& thing);

  void LoadShadows(ShadowService& service);
  void SaveShadow(const ShadowKey& key, const Shadow& shadow);

  void LoadJobs(JobsService& service);
  /// Stores or removes what an outcome names.
  void SaveJobs(const JobsService& service, const JobsOutcome& outcome);

  void LoadStreams(StreamsService& service);
  void SaveStream(const Stream& stream);
  void RemoveStream(const std::string& id);

  std::int64_t AddTelemetry(const TelemetryRecord& record);
  /// At most `limit` records of `thing` (of all when empty) with an id above `after`, oldest first.
  [[nodiscard]] std::vector<TelemetryRecord> TelemetryAfter(const std::string& thing,
                                                            std::int64_t after, std::int64_t limit);
  /// The last `limit` records of `thing` (of all when empty), oldest first.
  [[nodiscard]] std::vector<TelemetryRecord> LastTelemetry(const std::string& thing,
                                                           std::int64_t limit);

 private:
  Database& database_;
};

}  // namespace linnet::twin
