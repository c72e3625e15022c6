// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The parts of the Jobs service's messages: statuses, executions, status details, updates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "aws/topics.hpp"
#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/view.hpp"
#include "json/event.hpp"
#include "json/writer.hpp"

namespace linnet::aws {

enum class JobStatus : std::uint8_t {
  kQueued,
  kInProgress,
  kSucceeded,
  kFailed,
  kTimedOut,
  kRejected,
  kRemoved,
  kCanceled,
  kUnknown,
};
/// As the service writes it: "IN_PROGRESS".
StringView ToString(JobStatus status);
/// kUnknown for any other text.
JobStatus ParseJobStatus(StringView text);

/// The execution still wants something from the device.
constexpr bool IsLive(JobStatus status) {
  return status == JobStatus::kQueued || status == JobStatus::kInProgress;
}

/// `execution` or `executionState` of a message, without the document.
struct JobExecution {
  FixedString<kMaxJobId> id;  ///< Empty: there is none.
  JobStatus status = JobStatus::kUnknown;
  std::int64_t version = 0;  ///< `versionNumber`: counts updates of this execution. 0: not said.
  std::int64_t number = 0;   ///< `executionNumber`: tells a retry from the first run. 0: not said.

  /// `path` is the one inside the execution.
  void OnValue(StringView path, const json::Event& event);
};

/// One pair of statusDetails. `key` is 1 to 64 of `[a-zA-Z0-9:_-]`; `value` is 1 to 255 bytes of
/// UTF-8 without control characters.
struct Detail {
  StringView key;
  StringView value;
};

/// A bounded copy of statusDetails. An update replaces what the service has, so each one carries
/// the whole set.
class StatusDetails {
 public:
  static constexpr std::size_t kMaxPairs = 10;
  static constexpr std::size_t kMaxBytes = 384;  ///< Keys, values, and two bytes for each pair.

  /// Replaces everything, or nothing. kInvalidArgument: a key or value that the service would not
  /// take. kTooLarge: over kMaxPairs or kMaxBytes.
  Status Set(Span<const Detail> details);
  void Clear() { size_ = 0; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// Writes one object.
  void Write(json::Writer& json) const;

 private:
  void Put(StringView text);

  std::array<char, kMaxBytes> bytes_{};
  std::size_t size_ = 0;
};

struct JobUpdate {
  JobStatus status = JobStatus::kInProgress;
  const StatusDetails* details = nullptr;
  std::int64_t expected_version = 0;
  std::int64_t execution_number = 0;
  /// `stepTimeoutInMinutes`: the service ends the execution when it hears nothing for that long. 0:
  /// not said, which leaves the service's timer as it is.
  std::uint32_t step_minutes = 0;
  StringView token{};
};

/// Body of `jobs/J/update`; asks for the resulting state. kTooLarge.
Result<StringView> WriteJobUpdate(const JobUpdate& update, Span<char> out);
/// Body of `jobs/J/get`. kTooLarge.
Result<StringView> WriteJobGet(bool with_document, StringView token, Span<char> out);

}  // namespace linnet::aws
