// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Cuts the board's power at random moments of an update of application and Wi-Fi firmware, and its
// cable, its server and its broker in the middle of one. However often: it ends in a release that
// runs, is verified, and is one of the two; and the job tells the truth about it.
#include <cstdlib>
#include <iostream>
#include <random>
#include <stdexcept>
#include <thread>

#include "tests/scenario/releases.hpp"
#include "tests/scenario/scenario.hpp"

namespace linnet::scenario {
namespace {

using Seconds = Stage::Seconds;

/// LINNET_FULL=1: the long form.
bool IsFull() {
  const char* full = std::getenv("LINNET_FULL");
  return full != nullptr && *full == '1';
}

constexpr Seconds kSettle{240};
/// Longer than anybody's patience with a connection that says nothing would be polite.
constexpr Seconds kOutage{8};

unsigned Seed() {
  const char* text = std::getenv("LINNET_SEED");
  return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 10))
                         : std::random_device{}();
}

class KillTest {
 public:
  KillTest(Stage& stage, unsigned seed) : stage_(stage), releases_(stage, kSettle), random_(seed) {}

  void Begin() { releases_.Begin(); }
  void WholeUpdate();
  /// Something is gone for a while in the middle of a download, and back.
  void Outage(const std::string& what, const std::function<void(bool there)>& set);
  void Kill(int number, int of);

 private:
  void Pump(Seconds time);
  void RequireBothParts(std::size_t mark) const;

  Stage& stage_;
  Releases releases_;
  std::mt19937 random_;
  Seconds whole_{};
};

void KillTest::Pump(Seconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    stage_.Pump();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

/// What the console has said of the parts that were fetched.
void KillTest::RequireBothParts(std::size_t mark) const {
  for (const char* part : {"update: application of ", "update: companion of "}) {
    if (stage_.console().find(part, mark) == std::string::npos) {
      throw std::runtime_error(
          std::string("the update was to bring both parts, but nothing says '") + part + "'");
    }
  }
}

/// How long an update takes here and now, so that the moments cover all of it.
void KillTest::WholeUpdate() {
  const std::size_t mark = stage_.console().size();
  const std::filesystem::path release = releases_.Next();
  const auto begin = std::chrono::steady_clock::now();
  stage_.OfferUpdate("whole", release);
  stage_.WaitForJob("whole", "SUCCEEDED", kSettle);
  whole_ = std::chrono::steady_clock::now() - begin;
  releases_.Arrives("whole");
  RequireBothParts(mark);
}

void KillTest::Outage(const std::string& what, const std::function<void(bool there)>& set) {
  const std::string job = what + "-gone";
  const std::size_t mark = stage_.console().size();
  stage_.OfferUpdate(job, releases_.Next());
  stage_.WaitUntil("the middle of " + job, kSettle, [this, mark] {
    return stage_.console().find("update: companion of ", mark) != std::string::npos ||
           stage_.console().find("update: application of ", mark) != std::string::npos;
  });
  Pump(Seconds{1});
  set(false);
  Pump(kOutage);
  set(true);
  releases_.Arrives(job);
  RequireBothParts(mark);
  std::cout << "kills: " << what << " was gone for " << kOutage.count() << " s of an update, "
            << releases_.running() << " runs\n"
            << std::flush;
}

/// One update with one cut, then as much time as it needs.
void KillTest::Kill(int number, int of) {
  std::uniform_real_distribution<double> moment(0.0, whole_.count() * 1.1);
  const Seconds delay{moment(random_)};
  const std::string job = "kill-" + std::to_string(number);
  stage_.OfferUpdate(job, releases_.Next());
  Pump(delay);
  stage_.CutPower();
  stage_.PowerOn();
  const std::string status = releases_.Ends(job);
  std::cout << "kills: " << number << " of " << of << ": cut after " << delay.count() << " s of "
            << whole_.count() << ", job " << status << ", " << releases_.running() << " runs\n"
            << std::flush;
}

void Run(const std::filesystem::path& source, const std::filesystem::path& work) {
  const unsigned seed = Seed();
  std::cout << "kills: seed " << seed << " (LINNET_SEED=" << seed << " repeats the moments)\n";
  const int kills = IsFull() ? 50 : 5;
  const int outages = IsFull() ? 5 : 1;
  Stage stage(FindPrograms(source), work, MakeEmulatedBoard(source, work));
  KillTest test(stage, seed);
  test.Begin();
  test.WholeUpdate();
  for (int i = 0; i < outages; ++i) {
    const std::string round = i == 0 ? "" : "-" + std::to_string(i);
    test.Outage("link" + round, [&stage](bool there) { stage.SetLink(there); });
    for (const char* what : {"https", "broker"}) {
      test.Outage(what + round, [&stage, what](bool there) {
        there ? stage.ClearFaults() : stage.SetFault(std::string(what) + "-down");
      });
    }
  }
  for (int kill = 1; kill <= kills; ++kill) {
    test.Kill(kill, kills);
  }
  std::cout << "kills: " << kills << " cuts of power and " << 3 * outages
            << " outages, each ended in a running, verified release\n";
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  return linnet::scenario::RunScenario("kills", argc, argv, linnet::scenario::Run);
}
