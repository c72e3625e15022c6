// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The application as a Linux process, and a twin that does everything wrong that it can: each of
// its faults in the middle of an update. The device gets through, or says why it does not.
#include <cstdlib>
#include <functional>
#include <iostream>

#include "tests/scenario/releases.hpp"
#include "tests/scenario/scenario.hpp"

namespace linnet::scenario {
namespace {

using Json = Stage::Json;
using Seconds = Stage::Seconds;

// For a machine that has much else to do; nothing waits longer than it has to.
constexpr Seconds kPatience{240};
/// Who was refused comes back after five to ten minutes.
constexpr Seconds kRefusedAgain{720};

class FaultTest {
 public:
  explicit FaultTest(Stage& stage) : stage_(stage), releases_(stage, kPatience) {}

  void Begin();
  /// Set before the update, which arrives all the same; the console says `words`, if any.
  void GetsThrough(const std::string& fault, const std::string& value, int times,
                   const std::string& words = "");
  /// As above, but set while the download is going on, and cleared a while later.
  void OutlastsWhile(const std::string& fault, const std::string& words);
  void EndsWith(const std::string& fault, const std::string& code);
  void ExpiredLink();
  void OtherObject();
  void SilentTime();
  void WrongTime();

 private:
  [[nodiscard]] std::string NextJob(const std::string& name) const {
    return name + "-" + std::to_string(releases_.count());
  }
  void Mark() { mark_ = stage_.console().size(); }
  [[nodiscard]] bool Said(const std::string& text) const {
    return stage_.console().find(text, mark_) != std::string::npos;
  }
  void WaitForWords(const std::string& text) { stage_.WaitForConsole(text, mark_, kPatience); }
  void Arrived(const std::string& fault, const std::string& job, const std::string& words) {
    releases_.Arrives(job);
    Require(words.empty() || Said(words), fault + ": the console does not say '" + words + "'");
    stage_.ClearFaults();
    std::cout << "faults: " << fault << ": " << releases_.running() << " runs\n" << std::flush;
  }

  Stage& stage_;
  Releases releases_;
  std::size_t mark_ = 0;
};

void FaultTest::Begin() {
  releases_.Begin();
  static_cast<void>(stage_.Linnet({"shadow", "set", Stage::kThing, "telemetry.interval_s=1"}));
  stage_.WaitForReportedInterval(1, kPatience);
}

void FaultTest::GetsThrough(const std::string& fault, const std::string& value, int times,
                            const std::string& words) {
  Mark();
  const std::filesystem::path release = releases_.Next();
  stage_.SetFault(fault, value, times);
  const std::string job = NextJob(fault);
  stage_.OfferUpdate(job, release);
  Arrived(fault, job, words);
}

void FaultTest::OutlastsWhile(const std::string& fault, const std::string& words) {
  Mark();
  const std::filesystem::path release = releases_.Next();
  stage_.SetFault("slow", "200000");
  const std::string job = NextJob(fault);
  stage_.OfferUpdate(job, release);
  WaitForWords("update: application of ");
  stage_.SetFault(fault);
  WaitForWords(words);
  stage_.ClearFaults();
  Arrived(fault, job, "");
}

/// A server that never does better: the job says so, and the device lives on.
void FaultTest::EndsWith(const std::string& fault, const std::string& code) {
  Mark();
  const std::filesystem::path release = releases_.Next();
  stage_.SetFault(fault);
  const std::string job = NextJob(fault);
  stage_.OfferUpdate(job, release);
  stage_.WaitForJob(job, "FAILED", kPatience);
  const std::string said = stage_.JobDetail(job, "code");
  Require(said == code, fault + ": the job's code is '" + said + "' instead of '" + code + "'");
  stage_.ClearFaults();
  releases_.Stays();
  std::cout << "faults: " << fault << ": refused with " << code << ", " << releases_.running()
            << " runs\n"
            << std::flush;
}

/// The device asks for its job again, and goes on where it was with the new link.
void FaultTest::ExpiredLink() {
  Mark();
  const std::filesystem::path release = releases_.Next();
  const std::string job = NextJob("link-expired");
  stage_.SetFault("slow", "200000");
  static_cast<void>(stage_.Linnet({"job", "create", job, "--thing", Stage::kThing, "--firmware",
                                   release, "--presigned", "60"}));
  WaitForWords("update: application of ");
  stage_.SetFault("link-expired", "", 1);
  Arrived("link-expired", job, "");
}

/// Under the same link there is another release all of a sudden: nothing of the two is mixed.
void FaultTest::OtherObject() {
  Mark();
  const std::filesystem::path first = releases_.Next();
  static_cast<void>(stage_.Linnet(
      {"twin", "fault", "set", "object-changes", "100000", "--file", releases_.Next().string()}));
  const std::string job = NextJob("object-changes");
  stage_.OfferUpdate(job, first);
  const std::string status = releases_.Ends(job);
  Require(Said("the file has changed"), "nobody noticed that the object has changed");
  stage_.ClearFaults();
  std::cout << "faults: object-changes into another: " << status << ", " << releases_.running()
            << " runs\n"
            << std::flush;
}

/// Without an answer the time of the last run serves.
void FaultTest::SilentTime() {
  stage_.CutPower();
  stage_.SetFault("sntp-silent");
  stage_.PowerOn();
  releases_.Stays();
  stage_.ClearFaults();
  std::cout << "faults: sntp-silent: the device is in the cloud\n" << std::flush;
}

/// Ten years ahead every certificate has expired. That time must not outlive the fault: neither a
/// reset (the short form), nor the device's own next question and attempt (the full form).
void FaultTest::WrongTime() {
  stage_.CutPower();
  stage_.SetFault("sntp-wrong", "315360000");
  Mark();
  stage_.PowerOn();
  WaitForWords("server certificate: expired");
  stage_.ClearFaults();
  const char* full = std::getenv("LINNET_FULL");
  if (full == nullptr || *full != '1') {
    stage_.CutPower();
    stage_.PowerOn();
  }
  stage_.WaitForVersion(releases_.running(), kRefusedAgain);
  std::cout << "faults: sntp-wrong: the device is in the cloud\n" << std::flush;
}

void Run(const std::filesystem::path& source, const std::filesystem::path& work) {
  Stage stage(FindPrograms(source), work, MakeLinuxDevice(source, work));
  FaultTest test(stage);
  test.Begin();
  test.GetsThrough("http-status", "503", 3, "failed at ");
  test.GetsThrough("cut", "20000", 4, "failed at ");
  test.GetsThrough("redirect-loop", "", 8, "more than 5 redirects");
  test.GetsThrough("object-changes", "100000", 0, "the file has changed");
  test.GetsThrough("throttled", "", 3);
  test.ExpiredLink();
  test.OtherObject();
  test.OutlastsWhile("https-down", "failed at ");
  test.OutlastsWhile("broker-down", "not connected: ");
  test.GetsThrough("stall", "5000", 1, "failed at ");
  test.EndsWith("ranges-ignored", "no-ranges");
  test.SilentTime();
  test.WrongTime();
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  return linnet::scenario::RunScenario("faults", argc, argv, linnet::scenario::Run);
}
