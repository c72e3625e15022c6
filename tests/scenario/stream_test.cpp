// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Updates that come over MQTT, on the Linux port against the twin: no HTTPS request is made, the
// shadow goes on, and what breaks in the middle goes on where it was.
#include <signal.h>

#include <cstdint>
#include <functional>
#include <iostream>

#include "tests/scenario/scenario.hpp"
#include "tests/scenario/stage.hpp"

namespace linnet::scenario {
namespace {

namespace fs = std::filesystem;
using Json = Stage::Json;
using Seconds = Stage::Seconds;

constexpr Seconds kPatience{180};
/// Bytes a second, so that something can happen in the middle.
constexpr const char* kSlow = "update.rate=300000";
constexpr const char* kFast = "update.rate=0";
/// What may come twice after an interruption: two pages of the store, and the blocks of one request
/// that were on their way. After a reset also the head of the file, and what lies behind the
/// application's body.
constexpr std::uint64_t kStep = 40'960;
constexpr std::uint64_t kHead = 8'192;

class StreamTest {
 public:
  explicit StreamTest(Stage& stage) : stage_(stage) {
    stage_.on_event = [this](const Json& event) { OnEvent(event); };
  }

  void FirstStart();
  void Package();
  void BareImage();
  void BrokerRestart();
  void PowerCut();
  void NewVersionMidway();
  void NoSuchStream();

 private:
  void OnEvent(const Json& event);
  /// A stream of `file`, and a job for it; what was counted before is forgotten.
  void Offer(const std::string& job, const fs::path& file);
  void WaitForMiddle() {
    stage_.WaitUntil("the middle of the download", kPatience,
                     [this] { return bytes_ > size_ / 3; });
  }
  void Succeeds(const std::string& job, const std::string& version, std::uint64_t most);
  void SetRate(const char* rate) {
    static_cast<void>(stage_.Linnet({"shadow", "set", Stage::kThing, rate}));
    stage_.WaitUntil("the rate to be reported", kPatience, [this] {
      const Json shadow = stage_.Linnet({"shadow", "get", Stage::kThing});
      return shadow["state"].value("delta", Json()).is_null();
    });
  }

  Stage& stage_;
  std::uint64_t size_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t downloads_ = 0;
};

void StreamTest::OnEvent(const Json& event) {
  if (event["kind"] == "stream" && event["data"].contains("bytes")) {
    bytes_ += event["data"]["bytes"].get<std::uint64_t>();
    ++requests_;
  }
  downloads_ += event["kind"] == "download" ? 1 : 0;
}

void StreamTest::Offer(const std::string& job, const fs::path& file) {
  stage_.Pump();
  bytes_ = requests_ = downloads_ = 0;
  size_ = fs::file_size(file);
  static_cast<void>(stage_.Linnet({"stream", "create", "s-" + job, file}));
  static_cast<void>(
      stage_.Linnet({"job", "create", job, "--thing", Stage::kThing, "--stream", "s-" + job}));
}

void StreamTest::Succeeds(const std::string& job, const std::string& version, std::uint64_t most) {
  stage_.WaitForJob(job, "SUCCEEDED", kPatience);
  stage_.WaitForVersion(version, kPatience);
  Require(downloads_ == 0, job + ": an HTTPS request was made");
  std::cout << "streams: " << job << ": " << size_ << " bytes with " << bytes_
            << " bytes of blocks in " << requests_ << " requests\n"
            << std::flush;
  Require(bytes_ <= most, job + ": more than " + std::to_string(most) + " bytes were sent");
}

void StreamTest::FirstStart() {
  stage_.StartTwin();
  stage_.MakeBoard(stage_.Sign("device", "1.0.0"), 7);
  stage_.PowerOn();
  stage_.WaitForVersion("1.0.0", kPatience);
}

// Both parts are new. Telemetry and shadow go on meanwhile.
void StreamTest::Package() {
  SetRate(kSlow);
  Offer("package", stage_.Release("device-second", "2.0.0"));
  WaitForMiddle();
  static_cast<void>(stage_.Linnet({"shadow", "set", Stage::kThing, "telemetry.interval_s=1"}));
  stage_.WaitForReportedInterval(1, kPatience);
  Require(stage_.JobStatus("package") == "IN_PROGRESS", "the shadow waited for the download");
  Succeeds("package", "2.0.0", size_ + kHead);
}

// An application alone; and of a package, only the part that is not here.
void StreamTest::BareImage() {
  SetRate(kFast);
  Offer("image", stage_.Sign("device-second", "3.0.0"));
  Succeeds("image", "3.0.0", size_ + kHead);
  const fs::path release = stage_.Release("device-second", "4.0.0");
  Offer("one-part", release);
  const std::uint64_t firmware = fs::file_size(stage_.Firmware(8));
  Succeeds("one-part", "4.0.0", size_ - firmware + kHead);
}

void StreamTest::BrokerRestart() {
  SetRate(kSlow);
  Offer("broker", stage_.Release("device-second", "5.0.0"));
  WaitForMiddle();
  const pid_t broker = stage_.Linnet({"status"})["brokerPid"];
  Require(::kill(broker, SIGKILL) == 0, "the broker could not be killed");
  Succeeds("broker", "5.0.0", size_ + kHead + kStep);
}

void StreamTest::PowerCut() {
  Offer("power", stage_.Release("device-second", "6.0.0"));
  WaitForMiddle();
  stage_.CutPower();
  stage_.PowerOn();
  Succeeds("power", "6.0.0", size_ + 2 * kHead + kStep);
}

// The stream becomes another one, with the same content: nothing of it comes twice.
void StreamTest::NewVersionMidway() {
  const fs::path release = stage_.Release("device-second", "7.0.0");
  Offer("updated", release);
  WaitForMiddle();
  static_cast<void>(stage_.Linnet({"stream", "update", "s-updated", release}));
  Succeeds("updated", "7.0.0", size_ + 2 * kHead + kStep);
  Require(stage_.console().find("the file has changed, from the beginning") != std::string::npos,
          "the new version was not noticed");
}

void StreamTest::NoSuchStream() {
  Offer("gone", stage_.Release("device-second", "8.0.0"));
  WaitForMiddle();
  static_cast<void>(stage_.Linnet({"stream", "delete", "s-gone"}));
  stage_.WaitForJob("gone", "FAILED", kPatience);
  Require(stage_.RunningVersion() == "7.0.0", "a release that was not complete runs");
}

void Run(const std::filesystem::path& source, const std::filesystem::path& work) {
  Stage stage(FindPrograms(source), work, MakeLinuxDevice(source, work));
  StreamTest test(stage);
  test.FirstStart();
  test.Package();
  test.BareImage();
  test.BrokerRestart();
  test.PowerCut();
  test.NewVersionMidway();
  test.NoSuchStream();
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  return linnet::scenario::RunScenario("streams", argc, argv, linnet::scenario::Run);
}
