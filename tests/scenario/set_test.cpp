// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Releases of two boot images: updated, taken back, and killed at random moments. Both images are
// always those of one release.
//
//   linnet_set_test SOURCE_DIR board|linux WORK_DIR
//
// LINNET_FULL=1: 30 kills. LINNET_SEED=N repeats the moments.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <stdexcept>
#include <thread>

#include "tests/scenario/stage.hpp"

namespace linnet::scenario {
namespace {

namespace fs = std::filesystem;
using Seconds = Stage::Seconds;

constexpr Seconds kPatience{300};

int Kills(bool on_board) {
  const char* full = std::getenv("LINNET_FULL");
  if (full != nullptr && *full == '1') {
    return 30;
  }
  return on_board ? 1 : 3;
}

unsigned Seed() {
  const char* text = std::getenv("LINNET_SEED");
  return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 10))
                         : std::random_device{}();
}

class SetTest {
 public:
  SetTest(Stage& stage, unsigned seed) : stage_(stage), random_(seed) {}

  void FirstStart();
  void Update();
  void TakeBack();
  void Kill(int number);

 private:
  struct Release {
    fs::path image;
    fs::path second;
    fs::path package;
  };

  /// Both images get that version; both differ from the release before.
  Release Make(const std::string& variant, const std::string& version);
  /// Both images that run are of `version`, and no other is reported.
  void ExpectRunning(const std::string& version);
  void ExpectInConsole(const std::string& words, std::size_t from) const;

  Stage& stage_;
  std::mt19937 random_;
  std::string running_;
  Seconds whole_{};
  int made_ = 0;
};

SetTest::Release SetTest::Make(const std::string& variant, const std::string& version) {
  Release release;
  release.second = stage_.SignSecond(made_++ % 2 == 0 ? "second" : "second-next", version);
  const int patch = Stage::FirmwareOf(variant);
  release.image = stage_.Sign(variant, version,
                              {"--needs", "wifi:" + stage_.Firmware(patch).string(), "--with",
                               "1:" + release.second.string()});
  release.package = stage_.Package(release.image, patch, release.second);
  return release;
}

void SetTest::ExpectRunning(const std::string& version) {
  stage_.WaitForVersion(version, kPatience);
  stage_.WaitUntil("the second image " + version + " in the shadow", kPatience,
                   [this, &version] { return stage_.Reported("/firmware/second") == version; });
  running_ = version;
}

void SetTest::ExpectInConsole(const std::string& words, std::size_t from) const {
  if (stage_.console().find(words, from) == std::string::npos) {
    throw std::runtime_error("the device never said: " + words);
  }
}

void SetTest::FirstStart() {
  stage_.StartTwin();
  const Release first = Make("device", "1.0.0");
  stage_.MakeBoard(first.image, 7, {"--with", "1:" + first.second.string()});
  stage_.PowerOn();
  ExpectRunning("1.0.0");
  ExpectInConsole("second image 1.0.0: 500 scenes of warm light", 0);
}

void SetTest::Update() {
  const Release next = Make("device-second", "2.0.0");
  const auto begin = std::chrono::steady_clock::now();
  stage_.OfferUpdate("both", next.package);
  stage_.WaitForJob("both", "SUCCEEDED", kPatience);
  whole_ = std::chrono::steady_clock::now() - begin;
  ExpectRunning("2.0.0");
  ExpectInConsole("second image 2.0.0: 500 scenes of cold light", 0);
  std::cout << "set: both images updated in " << whole_.count() << " s\n" << std::flush;
}

void SetTest::TakeBack() {
  const std::size_t from = stage_.console().size();
  stage_.OfferUpdate("mute", Make("device-mute", "3.0.0").package);
  stage_.WaitForJob("mute", "FAILED", kPatience);
  ExpectInConsole("second image 3.0.0", from);
  ExpectRunning("2.0.0");
  ExpectInConsole("second image 2.0.0", stage_.console().rfind("second image 3.0.0"));
  stage_.WaitUntil("the outcome log in the shadow", kPatience, [this] {
    return stage_
        .Last([](const Stage::Json& event) {
          return event["kind"] == "shadow" &&
                 event.dump().find(" rejected 2 0") != std::string::npos;
        })
        .has_value();
  });
  std::cout << "set: both images taken back\n" << std::flush;
}

void SetTest::Kill(int number) {
  const std::string version = "4." + std::to_string(number) + ".0";
  const std::string job = "kill-" + std::to_string(number);
  const Release release = Make(number % 2 == 0 ? "device-second" : "device", version);
  std::uniform_real_distribution<double> moment(0.0, whole_.count() * 1.1);
  const Seconds delay{moment(random_)};
  stage_.OfferUpdate(job, release.package);
  const auto end = std::chrono::steady_clock::now() + delay;
  while (std::chrono::steady_clock::now() < end) {
    stage_.Pump();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  stage_.CutPower();
  stage_.PowerOn();
  const std::string status = stage_.WaitForEnd(job, kPatience);
  ExpectRunning(status == "SUCCEEDED" ? version : running_);
  std::cout << "set: kill " << number << " after " << delay.count() << " s: job " << status << ", "
            << running_ << " runs, both images\n"
            << std::flush;
}

int Run(int argc, char** argv) {
  const std::string kind = argc > 3 ? argv[2] : "";
  if (kind != "board" && kind != "linux") {
    std::cerr << "usage: linnet_set_test SOURCE_DIR board|linux WORK_DIR\n";
    return 2;
  }
  const bool on_board = kind == "board";
  const unsigned seed = Seed();
  std::cout << "set: seed " << seed << " (LINNET_SEED=" << seed << " repeats the moments)\n";
  Stage stage(FindPrograms(argv[1]), argv[3],
              on_board ? MakeEmulatedBoard(argv[1], argv[3]) : MakeLinuxDevice(argv[1], argv[3]));
  SetTest test(stage, seed);
  test.FirstStart();
  test.Update();
  test.TakeBack();
  const int kills = Kills(on_board);
  for (int kill = 1; kill <= kills; ++kill) {
    test.Kill(kill);
  }
  std::cout << "set: " << kills << " kills, each ended with both images of one release\n";
  return 0;
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  try {
    return linnet::scenario::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "set: " << error.what() << "\n";
    return 1;
  }
}
