// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/store.hpp"

#include <algorithm>

namespace linnet::twin {
namespace {

Json ToRecord(const Shadow& shadow) {
  return {{"desired", shadow.desired.state},   {"desiredMetadata", shadow.desired.metadata},
          {"reported", shadow.reported.state}, {"reportedMetadata", shadow.reported.metadata},
          {"version", shadow.version},         {"exists", shadow.exists},
          {"deletedAt", shadow.deleted_at}};
}

Shadow ShadowFromRecord(const Json& record) {
  Shadow shadow;
  shadow.desired = {record.at("desired"), record.at("desiredMetadata")};
  shadow.reported = {record.at("reported"), record.at("reportedMetadata")};
  shadow.version = record.at("version");
  shadow.exists = record.at("exists");
  shadow.deleted_at = record.at("deletedAt");
  return shadow;
}

std::vector<TelemetryRecord> ReadTelemetry(Statement& rows) {
  std::vector<TelemetryRecord> records;
  while (rows.Step()) {
    records.push_back({rows.Integer(0), rows.Text(1), rows.Integer(2), rows.Text(3), rows.Text(4)});
  }
  return records;
}

}  // namespace

std::string Store::Meta(const std::string& key) {
  Statement row = database_.Prepare("SELECT value FROM meta WHERE key = ?");
  row.Bind(key);
  return row.Step() ? row.Text(0) : std::string();
}

void Store::SetMeta(const std::string& key, const std::string& value) {
  database_.Prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
      .Bind(key)
      .Bind(value)
      .Run();
}

std::map<std::string, UnixSeconds> Store::Things() {
  std::map<std::string, UnixSeconds> things;
  Statement rows = database_.Prepare("SELECT name, created_at FROM things");
  while (rows.Step()) {
    things[rows.Text(0)] = rows.Integer(1);
  }
  return things;
}

void Store::AddThing(const std::string& name, UnixSeconds now) {
  database_.Prepare("INSERT INTO things (name, created_at) VALUES (?, ?)")
      .Bind(name)
      .Bind(now)
      .Run();
}

void Store::RemoveThing(const std::string& name) {
  database_.Prepare("DELETE FROM things WHERE name = ?").Bind(name).Run();
}

void Store::AddCertificate(const CertificateRecord& certificate) {
  database_
      .Prepare(
          "INSERT INTO certificates (id, thing, pem, status, created_at) VALUES (?, ?, ?, ?, ?)")
      .Bind(certificate.id)
      .Bind(certificate.thing)
      .Bind(certificate.pem)
      .Bind(certificate.status)
      .Bind(certificate.created_at)
      .Run();
}

void Store::RevokeCertificates(const std::string& thing) {
  database_.Prepare("UPDATE certificates SET status = 'REVOKED' WHERE thing = ?").Bind(thing).Run();
}

std::vector<CertificateRecord> Store::Certificates(const std::string& thing) {
  Statement rows = database_.Prepare(
      "SELECT id, thing, pem, status, created_at FROM certificates WHERE ?1 = '' OR thing = ?1 "
      "ORDER BY created_at");
  rows.Bind(thing);
  std::vector<CertificateRecord> certificates;
  while (rows.Step()) {
    certificates.push_back(
        {rows.Text(0), rows.Text(1), rows.Text(2), rows.Text(3), rows.Integer(4)});
  }
  return certificates;
}

void Store::LoadShadows(ShadowService& service) {
  Statement rows = database_.Prepare("SELECT thing, name, record FROM shadows");
  while (rows.Step()) {
    service.Restore({rows.Text(0), rows.Text(1)}, ShadowFromRecord(Json::parse(rows.Text(2))));
  }
}

void Store::SaveShadow(const ShadowKey& key, const Shadow& shadow) {
  database_.Prepare("INSERT OR REPLACE INTO shadows (thing, name, record) VALUES (?, ?, ?)")
      .Bind(key.first)
      .Bind(key.second)
      .Bind(ToRecord(shadow).dump())
      .Run();
}

void Store::LoadJobs(JobsService& service) {
  Statement jobs = database_.Prepare("SELECT record FROM jobs");
  while (jobs.Step()) {
    service.Restore(JobFromJson(Json::parse(jobs.Text(0))));
  }
  Statement executions = database_.Prepare("SELECT record FROM executions");
  while (executions.Step()) {
    service.Restore(ExecutionFromJson(Json::parse(executions.Text(0))));
  }
}

void Store::SaveJobs(const JobsService& service, const JobsOutcome& outcome) {
  Database::Transaction transaction(database_);
  for (const std::string& id : outcome.jobs) {
    if (const Job* job = service.FindJob(id)) {
      database_.Prepare("INSERT OR REPLACE INTO jobs (id, record) VALUES (?, ?)")
          .Bind(id)
          .Bind(ToJson(*job).dump())
          .Run();
    } else {
      database_.Prepare("DELETE FROM jobs WHERE id = ?").Bind(id).Run();
    }
  }
  for (const ExecutionKey& key : outcome.executions) {
    if (const Execution* execution = service.FindExecution(key)) {
      database_.Prepare("INSERT OR REPLACE INTO executions (job, thing, record) VALUES (?, ?, ?)")
          .Bind(key.first)
          .Bind(key.second)
          .Bind(ToJson(*execution).dump())
          .Run();
    } else {
      database_.Prepare("DELETE FROM executions WHERE job = ? AND thing = ?")
          .Bind(key.first)
          .Bind(key.second)
          .Run();
    }
  }
  transaction.Commit();
}

void Store::LoadStreams(StreamsService& service) {
  Statement rows = database_.Prepare("SELECT record FROM streams");
  while (rows.Step()) {
    service.Restore(StreamFromJson(Json::parse(rows.Text(0))));
  }
}

void Store::SaveStream(const Stream& stream) {
  database_.Prepare("INSERT OR REPLACE INTO streams (id, record) VALUES (?, ?)")
      .Bind(stream.id)
      .Bind(ToJson(stream).dump())
      .Run();
}

void Store::RemoveStream(const std::string& id) {
  database_.Prepare("DELETE FROM streams WHERE id = ?").Bind(id).Run();
}

std::int64_t Store::AddTelemetry(const TelemetryRecord& record) {
  constexpr std::int64_t kTrimEvery = 256;
  database_.Prepare("INSERT INTO telemetry (thing, at_ms, topic, payload) VALUES (?, ?, ?, ?)")
      .Bind(record.thing)
      .Bind(record.at_ms)
      .Bind(record.topic)
      .Bind(record.payload)
      .Run();
  const std::int64_t id = database_.LastRowId();
  if (id % kTrimEvery == 0) {
    database_
        .Prepare(
            "DELETE FROM telemetry WHERE thing = ?1 AND id <= "
            "(SELECT id FROM telemetry WHERE thing = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)")
        .Bind(record.thing)
        .Bind(kTelemetryPerThing)
        .Run();
  }
  return id;
}

std::vector<TelemetryRecord> Store::TelemetryAfter(const std::string& thing, std::int64_t after,
                                                   std::int64_t limit) {
  Statement rows = database_.Prepare(
      "SELECT id, thing, at_ms, topic, payload FROM telemetry "
      "WHERE (?1 = '' OR thing = ?1) AND id > ?2 ORDER BY id LIMIT ?3");
  rows.Bind(thing).Bind(after).Bind(limit);
  return ReadTelemetry(rows);
}

std::vector<TelemetryRecord> Store::LastTelemetry(const std::string& thing, std::int64_t limit) {
  Statement rows = database_.Prepare(
      "SELECT id, thing, at_ms, topic, payload FROM telemetry "
      "WHERE ?1 = '' OR thing = ?1 ORDER BY id DESC LIMIT ?2");
  rows.Bind(thing).Bind(limit);
  std::vector<TelemetryRecord> records = ReadTelemetry(rows);
  std::reverse(records.begin(), records.end());
  return records;
}

}  // namespace linnet::twin
