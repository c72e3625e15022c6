// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/job_execution.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "aws/machine.hpp"

namespace linnet::aws {
namespace {

TEST(JobStatus, ReadsWhatItWrites) {
  for (int i = 0; i <= static_cast<int>(JobStatus::kUnknown); ++i) {
    const auto status = static_cast<JobStatus>(i);
    EXPECT_EQ(ParseJobStatus(ToString(status)), status);
    EXPECT_EQ(IsLive(status), i <= 1) << ToString(status);
  }
  EXPECT_EQ(ToString(JobStatus::kInProgress), "IN_PROGRESS");
  EXPECT_EQ(ParseJobStatus("CANCELED"), JobStatus::kCanceled);
  EXPECT_EQ(ParseJobStatus("TIMED_OUT"), JobStatus::kTimedOut);
  EXPECT_EQ(ParseJobStatus("cancelled"), JobStatus::kUnknown);
  EXPECT_EQ(ParseJobStatus(""), JobStatus::kUnknown);
}

std::string Update(const StatusDetails& details, std::int64_t number = 0) {
  std::array<char, Request::kMaxPayload> out{};
  return std::string(*WriteJobUpdate({.status = JobStatus::kFailed,
                                      .details = &details,
                                      .expected_version = 12,
                                      .execution_number = number,
                                      .token = "t"},
                                     out));
}

TEST(JobUpdate, CarriesVersionDetailsAndToken) {
  StatusDetails details;
  EXPECT_EQ(Update(details),
            R"({"status":"FAILED","expectedVersion":"12","includeJobExecutionState":true,)"
            R"("clientToken":"t"})");
  const std::array pairs = {Detail{.key = "phase", .value = "download"},
                            Detail{.key = "percent", .value = "5"}};
  EXPECT_TRUE(details.Set(pairs).ok());
  EXPECT_EQ(Update(details, 3),
            R"({"status":"FAILED","statusDetails":{"phase":"download","percent":"5"},)"
            R"("expectedVersion":"12","executionNumber":3,"includeJobExecutionState":true,)"
            R"("clientToken":"t"})");
}

TEST(StatusDetails, RefusesWhatTheServiceWouldAndKeepsWhatItHas) {
  StatusDetails details;
  ASSERT_TRUE(details.Set(std::array{Detail{.key = "a", .value = "b"}}).ok());
  const std::string before = Update(details);
  const std::string long_key(65, 'k');
  const std::string long_value(256, 'v');
  const Detail bad[] = {{"", "v"},         {"k", ""},     {"a b", "v"},  {long_key, "v"},
                        {"k", long_value}, {"k", "a\nb"}, {"k", "\x7f"}, {"k", "\xc3"},
                        {"k", "\xff"},     {"a.b", "v"}};
  for (const Detail& detail : bad) {
    EXPECT_EQ(details.Set(std::array{detail}).code(), Code::kInvalidArgument)
        << detail.key << "=" << detail.value;
  }
  const std::vector<Detail> eleven(11, Detail{.key = "k", .value = "v"});
  EXPECT_EQ(details.Set(eleven).code(), Code::kTooLarge);
  const std::string large(255, 'v');
  EXPECT_EQ(
      details
          .Set(std::array{Detail{.key = "k", .value = large}, Detail{.key = "l", .value = large}})
          .code(),
      Code::kTooLarge);
  EXPECT_EQ(Update(details), before);
}

TEST(StatusDetails, TheLargestSetFitsARequest) {
  const std::string value((StatusDetails::kMaxBytes - 30U) / 10U, '"');
  const std::vector<Detail> pairs(10, Detail{.key = "k", .value = value});
  StatusDetails details;
  ASSERT_TRUE(details.Set(pairs).ok());
  std::array<char, Request::kMaxPayload> out{};
  EXPECT_TRUE(WriteJobUpdate({.status = JobStatus::kInProgress,
                              .details = &details,
                              .expected_version = INT64_MIN,
                              .execution_number = INT64_MAX,
                              .token = "123456789012345678901234"},
                             out)
                  .ok());
}

TEST(JobExecution, ReadsOnlyWhatFits) {
  JobExecution execution;
  const std::string long_id(65, 'j');
  execution.OnValue("jobId", {.kind = json::Kind::kString, .text = long_id});
  EXPECT_TRUE(execution.id.empty());
  execution.OnValue("jobId", {.kind = json::Kind::kNumber, .integral = true, .integer = 3});
  EXPECT_TRUE(execution.id.empty());
  execution.OnValue("jobId", {.kind = json::Kind::kString, .text = "j"});
  execution.OnValue("status", {.kind = json::Kind::kString, .text = "QUEUED"});
  execution.OnValue("versionNumber", {.kind = json::Kind::kNumber, .integral = true, .integer = 3});
  execution.OnValue("executionNumber",
                    {.kind = json::Kind::kNumber, .integral = true, .integer = 2});
  execution.OnValue("statusDetails.versionNumber",
                    {.kind = json::Kind::kNumber, .integral = true, .integer = 9});
  EXPECT_EQ(execution.id.view(), "j");
  EXPECT_EQ(execution.status, JobStatus::kQueued);
  EXPECT_EQ(execution.version, 3);
  EXPECT_EQ(execution.number, 2);
}

}  // namespace
}  // namespace linnet::aws
