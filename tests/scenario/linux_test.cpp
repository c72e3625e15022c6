// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The application as a Linux process under the loader, against the twin: from the factory step to a
// revoked certificate, and with either version of MQTT.
#include <cstdint>
#include <functional>
#include <iostream>

#include "tests/scenario/scenario.hpp"
#include "tests/scenario/stage.hpp"

namespace linnet::scenario {
namespace {

using Json = Stage::Json;
using Seconds = Stage::Seconds;

// For a machine that has much else to do; nothing waits longer than it has to.
constexpr Seconds kPatience{180};

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Where the range of a download begins; 0 for anything else.
std::uint32_t RangeBegin(const std::string& range) {
  constexpr std::string_view kUnit = "bytes=";
  return range.starts_with(kUnit)
             ? static_cast<std::uint32_t>(std::strtoul(range.c_str() + kUnit.size(), nullptr, 10))
             : 0;
}

/// Behind the head of the file and before what lies behind its application's body, which are read
/// first.
bool IsAmidst(std::uint32_t offset) {
  return offset >= 65'536 && offset < 1'048'576;
}

class LinuxTest {
 public:
  explicit LinuxTest(Stage& stage) : stage_(stage) {}

  void FirstStart();
  void ShadowSetsTheInterval();
  void GoodUpdate();
  void Kills();
  void MuteUpdate();
  void DeafUpdate();
  void RevokedCertificate();
  void OlderProtocol();

 private:
  // What the console has said, and what the twin has seen, since Mark().
  void Mark();
  [[nodiscard]] bool SeenSinceMark(const std::string& kind, const std::string& text) const;
  void WaitForEvent(const std::string& kind, const std::string& text) {
    stage_.WaitUntil("the event " + kind + " " + text, kPatience,
                     [&] { return SeenSinceMark(kind, text); });
  }
  [[nodiscard]] bool Said(const std::string& text) const {
    return stage_.console().find(text, mark_) != std::string::npos;
  }
  void WaitForWords(const std::string& text) { stage_.WaitForConsole(text, mark_, kPatience); }
  void KilledWhile(const std::string& moment, const std::string& variant,
                   const std::string& version, const std::function<bool()>& it_is_now);

  Stage& stage_;
  std::size_t mark_ = 0;
  std::int64_t event_mark_ = 0;
  std::string running_ = "1.0.0";
};

void LinuxTest::Mark() {
  mark_ = stage_.console().size();
  const auto newest = stage_.Last([](const Json&) { return true; });
  event_mark_ = newest ? (*newest)["id"].get<std::int64_t>() : 0;
}

bool LinuxTest::SeenSinceMark(const std::string& kind, const std::string& text) const {
  const auto event = stage_.Last([&kind, &text](const Json& candidate) {
    return candidate["kind"] == kind && Contains(candidate["text"], text);
  });
  return event && (*event)["id"] > event_mark_;
}

// The application names Wi-Fi firmware that the store has not: all else works, and the device says
// which. The package of the release that runs brings it, over the link that there is and without a
// restart.
void LinuxTest::FirstStart() {
  const std::filesystem::path image = stage_.Sign("device", running_);
  stage_.StartTwin();
  stage_.MakeBoard(image, 0);
  stage_.PowerOn();
  stage_.WaitForVersion(running_, kPatience);
  WaitForWords("error radio: Wi-Fi firmware 1.2.14.7 with digest ");
  stage_.WaitUntil("the shadow to name what is missing", kPatience, [this] {
    const Json missing = stage_.Reported("/firmware/missing");
    return missing.is_string() && Contains(missing, "1.2.14.7") &&
           stage_.Reported("/radio/state") == "missing";
  });
  Mark();
  stage_.OfferUpdate("missing", stage_.Package(image, 7));
  stage_.WaitForJob("missing", "SUCCEEDED", kPatience);
  WaitForWords("radio: firmware 1.2.14.7 runs");
  Require(!Said("app: release "), "what was missing cost a restart");
  stage_.WaitUntil("the shadow to say that nothing is missing any more", kPatience, [this] {
    return stage_.Reported("/firmware/missing").is_null() &&
           stage_.Reported("/radio/state") == "running";
  });
}

void LinuxTest::ShadowSetsTheInterval() {
  static_cast<void>(stage_.Linnet({"shadow", "set", Stage::kThing, "telemetry.interval_s=1"}));
  stage_.WaitForReportedInterval(1, kPatience);
}

void LinuxTest::GoodUpdate() {
  Mark();
  stage_.OfferUpdate("good", stage_.Release("device-second", "2.0.0"));
  stage_.WaitForJob("good", "SUCCEEDED", kPatience);
  Require(Said("vault: accepted release"), "a job succeeded without its release being accepted");
  running_ = "2.0.0";
  stage_.WaitForVersion(running_, kPatience);
}

// One attempt of three at most is lost, so the update has to arrive.
void LinuxTest::KilledWhile(const std::string& moment, const std::string& variant,
                            const std::string& version, const std::function<bool()>& it_is_now) {
  Mark();
  stage_.OfferUpdate(moment, stage_.Release(variant, version));
  stage_.WaitUntil("the moment: " + moment, kPatience, it_is_now);
  stage_.CutPower();
  Mark();
  stage_.PowerOn();
  stage_.WaitForJob(moment, "SUCCEEDED", kPatience);
  stage_.WaitForVersion(version, kPatience);
  running_ = version;
  std::cout << "linux_device: killed while " << moment << ", " << version << " runs\n"
            << std::flush;
}

void LinuxTest::Kills() {
  KilledWhile("downloading", "device", "3.0.0", [this] {
    return stage_
        .Last([](const Json& event) {
          return event["kind"] == "download" && Contains(event["data"]["path"], "-3.0.0") &&
                 IsAmidst(RangeBegin(event["data"]["range"]));
        })
        .has_value();
  });
  Require(Said("bytes goes on at "), "what was downloaded before the kill is lost");
  KilledWhile("installing", "device-second", "4.0.0",
              [this] { return Said("boot: installing release"); });
  KilledWhile("on-trial", "device", "5.0.0", [this] { return Said("update: idle -> trial"); });
}

// The release never connects, so its time may be short; a good one needs as long as it needs.
void LinuxTest::MuteUpdate() {
  stage_.CutPower();
  static_cast<void>(
      stage_.Linnet({"board", "flash", stage_.flash(), "--set", "update.trial_deadline_s=10"}));
  stage_.PowerOn();
  stage_.WaitForVersion(running_, kPatience);
  Mark();
  stage_.OfferUpdate("mute", stage_.Release("device-mute", "6.0.0"));
  stage_.WaitForJob("mute", "FAILED", kPatience);
  Require(Said("release 6.0.0"), "the mute release never ran");
  const std::string cause = stage_.JobDetail("mute", "cause");
  Require(cause == "rejected by the application: it did not connect in time",
          "the job does not tell the cause but '" + cause + "'");
  stage_.WaitForVersion(running_, kPatience);
}

// The release connects, but its radio is dead although its firmware is there: it has to go back.
void LinuxTest::DeafUpdate() {
  Mark();
  stage_.OfferUpdate("deaf", stage_.Release("device-deaf", "6.5.0"));
  stage_.WaitForJob("deaf", "FAILED", kPatience);
  Require(Said("the chip does not answer"), "the dead radio was not noticed");
  const std::string cause = stage_.JobDetail("deaf", "cause");
  Require(stage_.JobDetail("deaf", "code") == "radio" &&
              cause == "rejected by the application: its radio did not come up",
          "the job does not tell the cause but '" + cause + "'");
  stage_.WaitForVersion(running_, kPatience);
}

// Revoked, it is refused by the twin, which shows it; with a new certificate it is back.
void LinuxTest::RevokedCertificate() {
  Mark();
  stage_.CutPower();
  static_cast<void>(stage_.Linnet({"thing", "revoke", Stage::kThing}));
  WaitForEvent("disconnected", "");
  Mark();
  stage_.PowerOn();
  WaitForWords("warning tls: linnet-twin.local: server refused our certificate");
  WaitForWords("cloud: not connected: network, Unauthenticated, server refused our certificate");
  WaitForEvent("refused", "TLS: certificate verify failed");
  Require(!SeenSinceMark("connected", ""), "a revoked certificate was let in");
  stage_.CutPower();

  static_cast<void>(stage_.Linnet({"thing", "factory", Stage::kThing}));
  static_cast<void>(stage_.Linnet({"board", "flash", stage_.flash(), "--thing", Stage::kThing}));
  stage_.PowerOn();
  stage_.WaitForVersion(running_, kPatience);
}

void LinuxTest::OlderProtocol() {
  Mark();
  stage_.CutPower();
  static_cast<void>(stage_.Linnet({"board", "flash", stage_.flash(), "--set", "mqtt.version=4"}));
  stage_.PowerOn();
  WaitForEvent("connected", "MQTT 3.1.1");
  stage_.WaitForVersion(running_, kPatience);
}

void Run(const std::filesystem::path& source, const std::filesystem::path& work) {
  Stage stage(FindPrograms(source), work, MakeLinuxDevice(source, work));
  LinuxTest test(stage);
  test.FirstStart();
  test.ShadowSetsTheInterval();
  test.GoodUpdate();
  test.Kills();
  test.MuteUpdate();
  test.DeafUpdate();
  test.RevokedCertificate();
  test.OlderProtocol();
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  return linnet::scenario::RunScenario("linux_device", argc, argv, linnet::scenario::Run);
}
