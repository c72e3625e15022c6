// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Cuts the board's power at random moments of an update. However often: it ends in a version that
// runs, is verified, and is one of the two; and the job tells the truth about it.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <thread>

#include "tests/scenario/stage.hpp"

namespace linnet::scenario {
namespace {

using Seconds = Stage::Seconds;

/// LINNET_FULL=1: the long form.
int Kills() {
  const char* full = std::getenv("LINNET_FULL");
  return full != nullptr && *full == '1' ? 50 : 5;
}

constexpr Seconds kSettle{240};

unsigned Seed() {
  const char* text = std::getenv("LINNET_SEED");
  return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 10))
                         : std::random_device{}();
}

/// One update with one cut, `delay` after the job was offered, then as much time as it needs.
std::string UpdateWithKill(Stage& stage, const std::string& job, const std::filesystem::path& image,
                           Seconds delay) {
  stage.OfferUpdate(job, image);
  const auto end = std::chrono::steady_clock::now() + delay;
  while (std::chrono::steady_clock::now() < end) {
    stage.Pump();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  stage.CutPower();
  stage.PowerOn();
  stage.WaitUntil("the end of " + job, kSettle, [&stage, &job] {
    const std::string status = stage.JobStatus(job);
    return status != "" && status != "QUEUED" && status != "IN_PROGRESS";
  });
  return stage.JobStatus(job);
}

int Run(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: linnet_kill_test SOURCE_DIR WORK_DIR\n";
    return 2;
  }
  const unsigned seed = Seed();
  std::cout << "kills: seed " << seed << " (LINNET_SEED=" << seed << " repeats the moments)\n";
  std::mt19937 random(seed);
  const int kills = Kills();
  Stage stage(FindPrograms(argv[1]), argv[2], MakeEmulatedBoard(argv[1], argv[2]));
  stage.StartTwin();
  const std::string variants[] = {"device-second", "device"};
  std::string running = "1.0.0";
  stage.MakeBoard(stage.Sign("device", running), 7);
  stage.PowerOn();
  stage.WaitForVersion(running, kSettle);

  // How long an update takes here and now, so that the moments cover all of it.
  const auto begin = std::chrono::steady_clock::now();
  std::string version = "1.1.0";
  stage.OfferUpdate("whole", stage.Release(variants[0], version));
  stage.WaitForJob("whole", "SUCCEEDED", kSettle);
  const Seconds whole = std::chrono::steady_clock::now() - begin;
  running = version;
  std::uniform_real_distribution<double> moment(0.0, whole.count() * 1.1);

  for (int kill = 1; kill <= kills; ++kill) {
    version = "1." + std::to_string(kill + 1) + ".0";
    const Seconds delay{moment(random)};
    const std::string job = "kill-" + std::to_string(kill);
    const std::string status =
        UpdateWithKill(stage, job, stage.Release(variants[kill % 2], version), delay);
    const std::string expected = status == "SUCCEEDED" ? version : running;
    stage.WaitForVersion(expected, kSettle);
    std::cout << "kills: " << kill << " of " << kills << ": cut after " << delay.count() << " s of "
              << whole.count() << ", job " << status << ", " << expected << " runs\n"
              << std::flush;
    running = expected;
  }
  std::cout << "kills: " << kills << " cuts, each ended in a running, verified version\n";
  return 0;
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  try {
    return linnet::scenario::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "kills: " << error.what() << "\n";
    return 1;
  }
}
