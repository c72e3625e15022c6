// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/job_execution.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "json/utf8.hpp"

namespace linnet::aws {

namespace {

constexpr std::array<std::string_view, 9> kNames = {
    "QUEUED",   "IN_PROGRESS", "SUCCEEDED", "FAILED",  "TIMED_OUT",
    "REJECTED", "REMOVED",     "CANCELED",  "UNKNOWN",
};

Status CheckKey(std::string_view key) {
  constexpr std::size_t kMaxKey = 64;
  return key.size() > kMaxKey ? Code::kInvalidArgument : CheckThingName(key);
}

Status CheckValue(std::string_view value) {
  json::Utf8Checker utf8;
  bool good = !value.empty() && value.size() <= 255;
  for (const char c : value) {
    const auto byte = static_cast<std::uint8_t>(c);
    good = good && byte >= 0x20 && byte != 0x7F && utf8.Push(byte).ok();
  }
  return good && utf8.between() ? OkStatus() : Code::kInvalidArgument;
}

}  // namespace

std::string_view ToString(JobStatus status) {
  return kNames[static_cast<std::size_t>(status)];
}

JobStatus ParseJobStatus(std::string_view text) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), text);
  return found == kNames.end() ? JobStatus::kUnknown
                               : static_cast<JobStatus>(found - kNames.begin());
}

void JobExecution::OnValue(std::string_view path, const json::Event& event) {
  const bool text = event.kind == json::Kind::kString && event.whole();
  if (path == "jobId" && text) {
    IgnoreStatus(id.Assign(event.text));
  } else if (path == "status" && text) {
    status = ParseJobStatus(event.text);
  } else if (path == "versionNumber" && event.integral) {
    version = event.integer;
  } else if (path == "executionNumber" && event.integral) {
    number = event.integer;
  }
}

Status StatusDetails::Set(std::span<const Detail> details) {
  std::size_t size = 0;
  for (const Detail& detail : details) {
    LINNET_TRY(CheckKey(detail.key));
    LINNET_TRY(CheckValue(detail.value));
    size += 2 + detail.key.size() + detail.value.size();
  }
  if (details.size() > kMaxPairs || size > kMaxBytes) {
    return Code::kTooLarge;
  }
  size_ = 0;
  for (const Detail& detail : details) {
    Put(detail.key);
    Put(detail.value);
  }
  return OkStatus();
}

void StatusDetails::Put(std::string_view text) {
  bytes_[size_++] = static_cast<char>(text.size());
  std::copy(text.begin(), text.end(), bytes_.begin() + size_);
  size_ += text.size();
}

void StatusDetails::Write(json::Writer& json) const {
  std::string_view rest(bytes_.data(), size_);
  const auto take = [&rest] {
    const auto size = static_cast<std::uint8_t>(rest.front());
    const std::string_view text = rest.substr(1, size);
    rest.remove_prefix(1U + size);
    return text;
  };
  json.BeginObject();
  while (!rest.empty()) {
    json.Key(take());
    json.String(take());
  }
  json.EndObject();
}

Result<std::string_view> WriteJobUpdate(const JobUpdate& update, std::span<char> out) {
  json::Writer json(out);
  json.BeginObject();
  json.Member("status", ToString(update.status));
  if (!update.details->empty()) {
    json.Key("statusDetails");
    update.details->Write(json);
  }
  // The documented type is a string, although numbers are taken too.
  std::array<char, 20> version{};
  json.Member("expectedVersion", Format(version, "{}", update.expected_version));
  if (update.execution_number > 0) {
    json.Member("executionNumber", update.execution_number);
  }
  json.Key("includeJobExecutionState");
  json.Bool(true);
  json.Member("clientToken", update.token);
  json.EndObject();
  return json.Finish();
}

Result<std::string_view> WriteJobGet(bool with_document, std::string_view token,
                                     std::span<char> out) {
  json::Writer json(out);
  json.BeginObject();
  json.Key("includeJobDocument");
  json.Bool(with_document);
  json.Member("clientToken", token);
  json.EndObject();
  return json.Finish();
}

}  // namespace linnet::aws
