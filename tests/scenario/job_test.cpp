// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What happens to a download while it goes on: life goes on beside it, the owner slows or stops it,
// the cloud cancels, deletes or gives up its job, a newer job comes.
#include <cstdlib>
#include <functional>
#include <iostream>
#include <vector>

#include "tests/scenario/releases.hpp"
#include "tests/scenario/scenario.hpp"

namespace linnet::scenario {
namespace {

using Json = Stage::Json;
using Seconds = Stage::Seconds;

// For a machine that has much else to do; nothing waits longer than it has to.
constexpr Seconds kPatience{240};
/// Bytes a second at which a download takes long enough to do things beside it.
constexpr const char* kSlow = "60000";
constexpr const char* kSlowest = "8000";

class JobTest {
 public:
  explicit JobTest(Stage& stage) : stage_(stage), releases_(stage, kPatience) {}

  void Begin();
  void LifeGoesOn();
  void TheOwnerSlowsItDown();
  void OnlyWhenIdle();
  /// `how`: CANCELED, REMOVED or TIMED_OUT, and what makes it so.
  void GoneInTheCloud(const std::string& how,
                      const std::function<void(const std::string& job)>& end,
                      const std::vector<std::string>& options = {});
  void ANewerJobWaits();
  void AnotherVersionThanOrdered();

 private:
  void Set(const std::vector<std::string>& settings) const {
    std::vector<std::string> arguments = {"shadow", "set", Stage::kThing};
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    static_cast<void>(stage_.Linnet(arguments));
  }
  void WaitForWords(const std::string& text) { stage_.WaitForConsole(text, mark_, kPatience); }
  /// Offered, and under way. Returns the file.
  std::filesystem::path BeginDownload(const std::string& job,
                                      const std::vector<std::string>& options = {}) {
    std::filesystem::path release = releases_.Next();
    mark_ = stage_.console().size();
    std::vector<std::string> arguments = {"job",         "create",     job,    "--thing",
                                          Stage::kThing, "--firmware", release};
    arguments.insert(arguments.end(), options.begin(), options.end());
    static_cast<void>(stage_.Linnet(arguments));
    WaitForWords("update: application of ");
    return release;
  }
  [[nodiscard]] std::size_t Count(const std::string& kind) const {
    std::size_t count = 0;
    static_cast<void>(stage_.Last([&](const Json& event) {
      count += event["kind"] == kind ? 1 : 0;
      return false;
    }));
    return count;
  }
  void Arrived(const std::string& job) {
    releases_.Arrives(job);
    std::cout << "jobs: " << job << ": " << releases_.running() << " runs\n" << std::flush;
  }

  Stage& stage_;
  Releases releases_;
  std::size_t mark_ = 0;
};

void JobTest::Begin() {
  releases_.Begin();
  Set({"telemetry.interval_s=1"});
  stage_.WaitForReportedInterval(1, kPatience);
}

/// Telemetry and the shadow, over the same connection, before the download is over.
void JobTest::LifeGoesOn() {
  stage_.SetFault("slow", kSlow);
  const std::size_t connections = Count("connected");
  BeginDownload("beside");
  const std::size_t before = Count("telemetry");
  Set({"telemetry.interval_s=2"});
  stage_.WaitForReportedInterval(2, kPatience);
  stage_.WaitUntil("telemetry beside the download", kPatience,
                   [&] { return Count("telemetry") >= before + 2; });
  Require(stage_.JobStatus("beside") == "IN_PROGRESS", "the download was over before");
  Require(stage_.console().find("downloading -> verifying", mark_) == std::string::npos,
          "the download was over before");
  Require(Count("connected") == connections, "the connection to the cloud was not kept");
  stage_.ClearFaults();
  Arrived("beside");
}

void JobTest::TheOwnerSlowsItDown() {
  constexpr double kRate = 60'000;
  Set({"update.rate=60000", "telemetry.interval_s=1"});
  stage_.WaitForReportedInterval(1, kPatience);
  const auto size = static_cast<double>(std::filesystem::file_size(BeginDownload("slowly")));
  const auto begin = std::chrono::steady_clock::now();
  WaitForWords("downloading -> verifying");
  const Seconds took = std::chrono::steady_clock::now() - begin;
  Require(took.count() > size / kRate / 2, "the download did not keep to its rate");
  Arrived("slowly");
  Set({"update.rate=0", "telemetry.interval_s=3"});
  stage_.WaitForReportedInterval(3, kPatience);
}

/// The lamp is on: nothing new is asked for until it is off.
void JobTest::OnlyWhenIdle() {
  Set({"led=true", "update.when_idle=true", "telemetry.interval_s=1"});
  stage_.WaitForReportedInterval(1, kPatience);
  const std::filesystem::path release = releases_.Next();
  mark_ = stage_.console().size();
  stage_.OfferUpdate("when-idle", release);
  WaitForWords("update: checking -> downloading");
  const std::size_t telemetry = Count("telemetry");
  stage_.WaitUntil("some time", kPatience, [&] { return Count("telemetry") >= telemetry + 3; });
  const std::size_t ranges = Count("download");
  stage_.WaitUntil("more time", kPatience, [&] { return Count("telemetry") >= telemetry + 8; });
  Require(Count("download") == ranges, "the product was in use, and ranges were asked for");
  Set({"led=false"});
  Arrived("when-idle");
  Set({"update.when_idle=false"});
}

/// What was fetched is dropped, and the next update is none the worse for it.
void JobTest::GoneInTheCloud(const std::string& how,
                             const std::function<void(const std::string& job)>& end,
                             const std::vector<std::string>& options) {
  const std::string job = "to-be-" + how;
  stage_.SetFault("slow", kSlowest);
  BeginDownload(job, options);
  end(job);
  WaitForWords("job " + job + " is no longer ours: " + how);
  WaitForWords("downloading -> idle");
  const std::size_t ranges = Count("download");
  const std::size_t telemetry = Count("telemetry");
  stage_.WaitUntil("some time", kPatience, [&] { return Count("telemetry") >= telemetry + 5; });
  Require(Count("download") <= ranges + 1, "ranges were asked for after the job had gone");
  stage_.ClearFaults();
  BeginDownload("after-" + how);
  Require(stage_.console().find("goes on at", mark_) == std::string::npos,
          "what the job had fetched was kept");
  Arrived("after-" + how);
}

void JobTest::ANewerJobWaits() {
  stage_.SetFault("slow", kSlow);
  BeginDownload("first");
  const std::string first = releases_.version();
  stage_.OfferUpdate("second", releases_.Next());
  Require(stage_.JobStatus("first") == "IN_PROGRESS", "the first job was over before");
  stage_.ClearFaults();
  stage_.WaitForJob("first", "SUCCEEDED", kPatience);
  Require(stage_.console().find("release " + first, mark_) != std::string::npos,
          "the first release never ran");
  Arrived("second");
}

/// Validly signed, and not what the owner has asked for.
void JobTest::AnotherVersionThanOrdered() {
  static_cast<void>(stage_.Linnet({"job", "create", "other", "--thing", Stage::kThing, "--firmware",
                                   releases_.Next(), "--fwversion", "1.77.0"}));
  stage_.WaitForJob("other", "REJECTED", kPatience);
  const std::string said =
      stage_.JobDetail("other", "code") + ": " + stage_.JobDetail("other", "cause");
  Require(said == "not-ordered: version 1.77.0 is ordered, and the file has " + releases_.version(),
          "the job says '" + said + "'");
  releases_.Stays();
  std::cout << "jobs: " << said << "\n" << std::flush;
}

void Run(const std::filesystem::path& source, const std::filesystem::path& work) {
  Stage stage(FindPrograms(source), work, MakeLinuxDevice(source, work));
  JobTest test(stage);
  test.Begin();
  test.LifeGoesOn();
  test.OnlyWhenIdle();
  test.TheOwnerSlowsItDown();
  test.GoneInTheCloud("CANCELED", [&stage](const std::string& job) {
    static_cast<void>(stage.Linnet({"job", "cancel", job, "--force"}));
  });
  test.GoneInTheCloud("REMOVED", [&stage](const std::string& job) {
    static_cast<void>(stage.Linnet({"job", "delete", job, "--force"}));
  });
  const char* full = std::getenv("LINNET_FULL");
  if (full != nullptr && *full == '1') {  // The shortest time that there is, is a minute.
    test.GoneInTheCloud("TIMED_OUT", [](const std::string&) {}, {"--timeout", "1"});
  }
  test.ANewerJobWaits();
  test.AnotherVersionThanOrdered();
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  return linnet::scenario::RunScenario("jobs", argc, argv, linnet::scenario::Run);
}
