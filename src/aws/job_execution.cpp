// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/job_execution.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/utf8.hpp"
#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

constexpr const char* kNames =
    "QUEUED|IN_PROGRESS|SUCCEEDED|FAILED|TIMED_OUT|REJECTED|REMOVED|CANCELED|UNKNOWN";

Status CheckKey(StringView key) {
  constexpr std::size_t kMaxKey = 64;
  return key.size() > kMaxKey ? Code::kInvalidArgument : CheckThingName(key);
}

Status CheckValue(StringView value) {
  Utf8Checker utf8;
  bool good = !value.empty() && value.size() <= 255;
  for (const char c : value) {
    const auto byte = static_cast<std::uint8_t>(c);
    good = good && byte >= 0x20 && byte != 0x7F && utf8.Push(byte).ok();
  }
  return good && utf8.between() ? OkStatus() : Code::kInvalidArgument;
}

}  // namespace

StringView ToString(JobStatus status) {
  return WordAt(static_cast<std::size_t>(status), kNames);
}

JobStatus ParseJobStatus(StringView text) {
  constexpr auto kUnknown = static_cast<std::size_t>(JobStatus::kUnknown);
  return static_cast<JobStatus>(std::min(IndexOf(text, kNames), kUnknown));
}

void JobExecution::OnValue(StringView path, const json::Event& event) {
  enum : std::size_t { kId, kStatus, kVersion, kNumber };
  const std::size_t field = IndexOf(path, "jobId|status|versionNumber|executionNumber");
  const bool text = event.kind == json::Kind::kString && event.whole();
  if (field == kId && text) {
    IgnoreStatus(id.Assign(event.text));
  } else if (field == kStatus && text) {
    status = ParseJobStatus(event.text);
  } else if (field == kVersion && event.integral) {
    version = event.integer;
  } else if (field == kNumber && event.integral) {
    number = event.integer;
  }
}

Status StatusDetails::Set(Span<const Detail> details) {
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

void StatusDetails::Put(StringView text) {
  bytes_[size_++] = static_cast<char>(text.size());
  std::copy(text.begin(), text.end(), bytes_.begin() + size_);
  size_ += text.size();
}

void StatusDetails::Write(json::Writer& json) const {
  StringView rest(bytes_.data(), size_);
  const auto take = [&rest] {
    const auto size = static_cast<std::uint8_t>(rest.front());
    const StringView text = rest.substr(1, size);
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

Result<StringView> WriteJobUpdate(const JobUpdate& update, Span<char> out) {
  json::Writer json(out);
  json.BeginObject();
  json.Member("status"sv, ToString(update.status));
  if (!update.details->empty()) {
    json.Key("statusDetails"sv);
    update.details->Write(json);
  }
  // The documented type is a string, although numbers are taken too.
  std::array<char, 20> version{};
  json.Member("expectedVersion"sv, Format(version, "{}", update.expected_version));
  if (update.execution_number > 0) {
    json.Member("executionNumber"sv, update.execution_number);
  }
  if (update.step_minutes > 0) {
    json.Member("stepTimeoutInMinutes"sv, std::int64_t{update.step_minutes});
  }
  json.Key("includeJobExecutionState"sv);
  json.Bool(true);
  json.Member("clientToken"sv, update.token);
  json.EndObject();
  return json.Finish();
}

Result<StringView> WriteJobGet(bool with_document, StringView token, Span<char> out) {
  json::Writer json(out);
  json.BeginObject();
  json.Key("includeJobDocument"sv);
  json.Bool(with_document);
  json.Member("clientToken"sv, token);
  json.EndObject();
  return json.Finish();
}

}  // namespace linnet::aws
