// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The story that `./demo` tells: a new board is provisioned; a board boots, connects, follows its
// shadow, takes an update, takes back bad ones with everything that they brought, and refuses a
// forged one and a wrong pair.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <set>
#include <thread>

#include "tests/scenario/provisioning.hpp"
#include "tests/scenario/stage.hpp"
#include "tests/scenario/timeline.hpp"
#include "tools/board/flash_file.hpp"

namespace linnet::scenario {
namespace {

namespace fs = std::filesystem;
using Json = Stage::Json;
using Seconds = Stage::Seconds;

constexpr Seconds kStart{60};    // From power-on to the first telemetry.
constexpr Seconds kUpdate{180};  // Download, install, trial.

struct PageErases {
  const char* where;
  std::uint32_t erases;
};

std::vector<PageErases> CountErases(const fs::path& flash_file) {
  constexpr std::uint32_t kPage = 4096;
  const board::FlashFile flash = board::FlashFile::Open(flash_file);
  std::vector<PageErases> counts;
  for (const auto& [where, partition] : {std::pair{"execution area", board::layout::kApp},
                                         {"release record", board::layout::kReleaseRecord},
                                         {"settings", board::layout::kSettings},
                                         {"release store", board::layout::kReleaseStore}}) {
    counts.push_back({where, 0});
    for (std::uint32_t offset = 0; offset < partition.size; offset += kPage) {
      counts.back().erases += flash.EraseCount(partition, offset);
    }
  }
  return counts;
}

class Story {
 public:
  Story(Stage& stage, Timeline& timeline) : stage_(stage), timeline_(timeline) {}

  void Tell() {
    Prepare();
    FirstStart();
    ShadowChangesTheInterval();
    UpdateThatBreaksTheRadio();
    GoodUpdate();
    UpdateOfAnotherPair();
    BadUpdate();
    ForgedUpdate();
  }

  void PrintTable() const;

 private:
  void Prepare();
  void FirstStart();
  void ShadowChangesTheInterval();
  void UpdateThatBreaksTheRadio();
  void GoodUpdate();
  void UpdateOfAnotherPair();
  void BadUpdate();
  void PrintPeak(const char* what, const char* field) const;
  void WaitForFirmware(const std::string& version);
  void ForgedUpdate();

  Stage& stage_;
  Timeline& timeline_;
  std::vector<fs::path> images_;
  std::vector<PageErases> erases_at_start_;
};

void Story::Prepare() {
  timeline_.Chapter("A twin of AWS IoT Core, six signed releases, and a board");
  stage_.StartTwin();
  timeline_.Note("twin", "is up: MQTT with client certificates, shadow, jobs, firmware over HTTPS");
  images_ = {stage_.Sign("device", "1.0.0"),
             stage_.Release("device-deaf", "1.5.0"),
             stage_.Release("device-second", "2.0.0"),
             stage_.PackageUnchecked(stage_.Sign("device", "2.5.0"), 8),
             stage_.Release("device-mute", "3.0.0"),
             stage_.Sign("device-second", "4.0.0")};
  // The last byte of a file belongs to the signature.
  std::fstream forged(images_[5], std::ios::in | std::ios::out | std::ios::binary);
  forged.seekg(-1, std::ios::end);
  const char last = static_cast<char>(forged.peek() ^ 0x01);
  forged.seekp(-1, std::ios::end);
  forged.put(last);
  forged.close();
  timeline_.Note("linnet",
                 "signed 1.0.0, 2.0.0, 1.5.0 (its radio is dead), 3.0.0 (never connects); 2.5.0 "
                 "with Wi-Fi firmware of another version; 4.0.0 with one bit wrong");
  stage_.MakeBoard(images_[0], 7);
  erases_at_start_ = CountErases(stage_.flash());
  timeline_.Note("factory",
                 "board flashed with 1.0.0 and Wi-Fi firmware 1.2.14.7; its key is in the "
                 "vault, its certificate in the settings");
}

void Story::FirstStart() {
  timeline_.Chapter("Version 1 boots, connects and reports");
  stage_.PowerOn();
  stage_.WaitForVersion("1.0.0", kStart);
}

void Story::ShadowChangesTheInterval() {
  timeline_.Chapter("The shadow sets the telemetry interval");
  static_cast<void>(
      stage_.Linnet({"shadow", "set", Stage::kThing, "telemetry.interval_s=2", "led=true"}));
  stage_.WaitForReportedInterval(2, kStart);
}

/// The board is alone while it finds out: what it decides needs no cloud.
void Story::UpdateThatBreaksTheRadio() {
  timeline_.Chapter("A job brings 1.5.0 and new Wi-Fi firmware: its radio does not come up");
  const std::size_t mark = stage_.console().size();
  const auto wait_for = [this, mark](const std::string& text) {
    stage_.WaitUntil("the board to say '" + text + "'", kUpdate, [this, mark, &text] {
      return stage_.console().find(text, mark) != std::string::npos;
    });
  };
  stage_.OfferUpdate("to-1-5", images_[1]);
  wait_for("update: staged -> rebooting");
  wait_for("boot: installing release");
  stage_.SetLink(false);
  timeline_.Note("network", "the cable is pulled: nobody can tell the board what to do");
  wait_for("update: trial -> reverting");
  wait_for("app: release 1.0.0");
  WaitForFirmware("1.2.14.7");
  stage_.SetLink(true);
  timeline_.Note("network", "the cable is back: the board reports what it has done");
  stage_.WaitForJob("to-1-5", "FAILED", kUpdate);
  if (stage_.JobDetail("to-1-5", "code") != "radio") {
    throw std::runtime_error("the job does not say that it was the radio, but " +
                             stage_.JobDetail("to-1-5", "code"));
  }
  stage_.WaitForVersion("1.0.0", kStart);
}

void Story::GoodUpdate() {
  timeline_.Chapter("A job brings version 2 and new Wi-Fi firmware, as one");
  stage_.OfferUpdate("to-2", images_[2]);
  stage_.WaitForJob("to-2", "SUCCEEDED", kUpdate);
  stage_.WaitForVersion("2.0.0", kStart);
  WaitForFirmware("1.2.14.8");
}

/// The newest line about it says that this one runs.
void Story::WaitForFirmware(const std::string& version) {
  stage_.WaitUntil("Wi-Fi firmware " + version, kStart, [this, &version] {
    const std::string& console = stage_.console();
    const std::size_t last = console.rfind("radio: firmware ");
    return last != std::string::npos &&
           console.find("firmware " + version + " runs", last) != std::string::npos;
  });
}

void Story::UpdateOfAnotherPair() {
  timeline_.Chapter("A job brings 2.5.0 together with Wi-Fi firmware of another version");
  stage_.OfferUpdate("to-2-5", images_[3]);
  stage_.WaitForJob("to-2-5", "REJECTED", kUpdate);
}

void Story::BadUpdate() {
  timeline_.Chapter("A job brings version 3: well signed, but it never connects");
  stage_.OfferUpdate("to-3", images_[4]);
  stage_.WaitForJob("to-3", "FAILED", kUpdate);
  stage_.WaitForVersion("2.0.0", kStart);
}

void Story::ForgedUpdate() {
  timeline_.Chapter("A job brings version 4: its signature is damaged");
  stage_.OfferUpdate("to-4", images_[5]);
  stage_.WaitUntil("job to-4 to be refused", kUpdate, [this] {
    const std::string status = stage_.JobStatus("to-4");
    if (status == "SUCCEEDED") {
      throw std::runtime_error("a forged image was accepted");
    }
    return status == "FAILED" || status == "REJECTED";
  });
  stage_.WaitForVersion("2.0.0", kStart);
  if (stage_.console().find("release 4.0.0") != std::string::npos) {
    throw std::runtime_error("a forged image was run");
  }
}

void Story::PrintTable() const {
  std::printf("\n  %-28s %s\n", "job", "how it ended");
  for (const char* job : {"to-1-5", "to-2", "to-2-5", "to-3", "to-4"}) {
    const auto event = stage_.Last([job](const Json& candidate) {
      return candidate["kind"] == "job" && candidate["data"].value("jobId", "") == job;
    });
    const std::string text = (*event)["text"];
    std::printf("  %-28s %s\n", job, text.substr(text.find("  ") + 2).c_str());
  }
  std::printf("\n  %-28s %s\n", "image", "bytes");
  for (const fs::path& image : images_) {
    std::printf("  %-28s %ju\n", image.filename().c_str(),
                static_cast<std::uintmax_t>(fs::file_size(image)));
  }
  std::uintmax_t over_the_air = 0;
  static_cast<void>(stage_.Last([&over_the_air](const Json& event) {
    if (event["kind"] == "download") {
      over_the_air += event["data"].value("bytes", std::uintmax_t{0});
    }
    return false;
  }));
  std::printf("\n  %-28s %s\n", "flash, since the factory", "page erases");
  const std::vector<PageErases> now = CountErases(stage_.flash());
  for (std::size_t i = 0; i < now.size(); ++i) {
    std::printf("  %-28s %u\n", now[i].where, now[i].erases - erases_at_start_[i].erases);
  }
  std::printf("  %-28s %ju bytes\n", "downloaded over HTTPS", over_the_air);
  std::printf("\n  %-28s %s\n", "board's RAM, at the most", "bytes");
  PrintPeak("stack", "stack");
  PrintPeak("TLS", "heap");
}

/// Over all starts, as telemetry has told it.
void Story::PrintPeak(const char* what, const char* field) const {
  std::uintmax_t peak = 0;
  std::uintmax_t size = 0;
  static_cast<void>(stage_.Last([&](const Json& event) {
    if (event["kind"] == "telemetry") {
      const Json memory = event["data"]["payload"].value(field, Json::object());
      peak = std::max(peak, memory.value("peak", std::uintmax_t{0}));
      size = std::max(size, memory.value("size", std::uintmax_t{0}));
    }
    return false;
  }));
  std::printf("  %-28s %ju of %ju\n", what, peak, size);
}

/// A board with a radio, out of the box: it has a twin, an air and a flash file for itself.
void TellOfANewBoard(const fs::path& source, const fs::path& directory, Timeline& timeline) {
  timeline.Chapter(
      "A board with Wi-Fi, out of the box: it knows no network and opens one of its own");
  fs::create_directories(directory);
  Stage stage(FindPrograms(source), directory, MakeWifiBoard(source, directory));
  stage.on_event = [&timeline](const Json& event) { timeline.Event(event); };
  stage.on_console = [&timeline](const std::string& line) { timeline.Console(line); };
  stage.StartTwin();
  Provisioning provisioning(stage, [&](const std::string& what) {
    stage.Pump();
    timeline.Note("phone", what);
  });
  provisioning.OpensANetworkOfItsOwn();
  provisioning.Lists();
  timeline.Chapter("A phone gives it the passphrase of the network at home, first a wrong one");
  provisioning.RefusesAWrongPassphrase();
  provisioning.TakesTheRightOne();
}

int Run(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: linnet_demo SOURCE_DIR WORK_DIR [--stay]\n";
    return 2;
  }
  const bool stay = argc > 3 && std::strcmp(argv[3], "--stay") == 0;
  const fs::path directory = argv[2];
  Timeline timeline(std::cout);
  TellOfANewBoard(argv[1], directory / "new-board", timeline);
  Stage stage(FindPrograms(argv[1]), directory, MakeEmulatedBoard(argv[1], directory));
  stage.on_event = [&timeline](const Json& event) { timeline.Event(event); };
  stage.on_console = [&timeline](const std::string& line) { timeline.Console(line); };
  Story story(stage, timeline);
  story.Tell();
  story.PrintTable();
  if (!stay) {
    return 0;
  }
  PrintWhatToTry(std::cout, directory);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  const timespec tenth{0, 100'000'000};
  while (sigtimedwait(&signals, nullptr, &tenth) < 0) {
    stage.Pump();
  }
  return 0;
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  try {
    return linnet::scenario::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "demo: " << error.what() << "\n";
    return 1;
  }
}
