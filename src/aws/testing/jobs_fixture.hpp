// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A Jobs machine behind a client, on virtual time, and the words of the Jobs service.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "aws/jobs.hpp"
#include "aws/testing/fake_cloud.hpp"
#include "base/view.hpp"
#include "net/url.hpp"

namespace linnet::aws::testing {

inline std::string Document(const std::string& version = "v2", unsigned size = 4096,
                            const std::string& url = "https://h/a") {
  return R"({"operation":"app_fw_update","fwversion":")" + version + R"(","size":)" +
         std::to_string(size) + R"(,"location":{"url":")" + url + R"("}})";
}

inline std::string Execution(const std::string& id, const std::string& status, int version,
                             const std::string& document = "") {
  return R"({"jobId":")" + id + R"(","thingName":"b",)" +
         (document.empty() ? "" : R"("jobDocument":)" + document + ",") + R"("status":")" + status +
         R"(","statusDetails":{"jobId":"not this"},"queuedAt":1,"lastUpdatedAt":2,)"
         R"("versionNumber":)" +
         std::to_string(version) + R"(,"executionNumber":1})";
}

class JobLog final : public JobListener {
 public:
  void OnJob(const Job& job) override {
    url = job.url;
    Add((job.refreshed ? "again " : "job ") + std::string(job.id) + " " +
        std::string(ToString(job.status)) + " " + std::string(job.version) + " " +
        std::to_string(job.size) + " " + std::string(job.url));
  }
  void OnNoJob() override { Add("none"); }
  void OnJobGone(StringView id, JobStatus status) override { Add("gone ", id, status); }
  void OnJobEnded(StringView id, JobStatus status) override { Add("ended ", id, status); }

  /// The calls since the last time, one a line.
  std::string TakeCalls() { return std::exchange(calls_, {}); }
  StringView url;  ///< The view that the last OnJob handed out.

 private:
  void Add(StringView what, StringView id, JobStatus status) {
    Add(std::string(what) + std::string(id) + " " + std::string(ToString(status)));
  }
  void Add(const std::string& call) { calls_ += (calls_.empty() ? "" : "\n") + call; }

  std::string calls_;
};

class JobsFixture : public ::testing::Test {
 protected:
  static constexpr Milliseconds kInterval{5000};
  const std::string kPrefix = "$aws/things/b/jobs/";  // NOLINT(*-identifier-naming)

  Instant Run() { return client_.Run(now_); }
  Published Next() {
    Run();
    return publisher_.Take();
  }
  void Receive(const std::string& suffix, StringView payload) {
    Deliver(client_, kPrefix + suffix, payload, 7);
  }
  void Notify(const std::string& execution) {
    Receive("notify-next", execution.empty() ? R"({"timestamp":1})"
                                             : R"({"timestamp":1,"execution":)" + execution + "}");
  }
  void AcceptGet(const Published& request, const std::string& execution) {
    const std::string suffix = request.topic.substr(kPrefix.size()) + "/accepted";
    Receive(suffix, R"({"clientToken":")" + request.token() + R"(","timestamp":1)" +
                        (execution.empty() ? "" : R"(,"execution":)" + execution) + "}");
  }
  void RejectGet(const Published& request, const std::string& job, const std::string& code,
                 const std::string& state = "") {
    Reject(job + "/get/rejected", request, code, state);
  }
  void AcceptUpdate(const Published& request, int version) {
    const std::string suffix = request.topic.substr(kPrefix.size()) + "/accepted";
    Receive(suffix, R"({"executionState":{"status":"IN_PROGRESS","statusDetails":{},)"
                    R"("versionNumber":)" +
                        std::to_string(version) + R"(},"timestamp":1,"clientToken":")" +
                        request.token() + "\"}");
  }
  void RejectUpdate(const Published& request, const std::string& code,
                    const std::string& state = "") {
    Reject(request.topic.substr(kPrefix.size()) + "/rejected", request, code, state);
  }
  void Reject(const std::string& suffix, const Published& request, const std::string& code,
              const std::string& state) {
    Receive(suffix, R"({"code":")" + code + R"(","message":"m","clientToken":")" + request.token() +
                        R"(","timestamp":1)" +
                        (state.empty() ? ""
                                       : R"(,"executionState":{"status":")" + state +
                                             R"(","versionNumber":9})") +
                        "}");
  }
  void Report(JobStatus status, const std::vector<Detail>& details = {}) {
    EXPECT_TRUE(jobs_.Report(status, details).ok());
  }
  void ConnectIdle() {
    client_.OnReady();
    AcceptGet(Next(), "");
    listener_.TakeCalls();
  }
  // Connected, with job j1 at version 1 in the listener's hands.
  void Work() {
    client_.OnReady();
    AcceptGet(Next(), Execution("j1", "QUEUED", 1, Document()));
    listener_.TakeCalls();
  }

  PlainEntropy entropy_;
  FakePublisher publisher_;
  JobLog listener_;
  std::array<char, net::kMaxUrlLength> url_{};
  Jobs jobs_{"b", listener_, entropy_, url_, {.progress_interval = kInterval}};
  std::array<Machine*, 1> machines_{&jobs_};
  Client client_{publisher_, machines_};
  Instant now_{Milliseconds{1000}};
};

}  // namespace linnet::aws::testing
