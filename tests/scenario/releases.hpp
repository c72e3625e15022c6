// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device that is to go from release to release.
#pragma once

#include <filesystem>
#include <string>

#include "tests/scenario/stage.hpp"

namespace linnet::scenario {

/// Each release differs from the one before in application and firmware, so that an update to it
/// brings both.
class Releases {
 public:
  /// `patience`: for anything that is waited for.
  Releases(Stage& stage, Stage::Seconds patience) : stage_(stage), patience_(patience) {}

  /// A twin, and a device that runs 1.0.0 and has said so.
  void Begin();
  /// Makes 1.1.0, 1.2.0 and so on, and offers none of them.
  std::filesystem::path Next();
  /// Of the one that was made last, and how many were made.
  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] int count() const { return count_; }
  /// Of the one that is to run.
  [[nodiscard]] const std::string& running() const { return running_; }

  /// The job succeeds, and the release that was made last runs.
  void Arrives(const std::string& job);
  /// The job ends somehow, and what runs then is what it says. Returns its status.
  std::string Ends(const std::string& job);
  /// Nothing else than before runs.
  void Stays() { stage_.WaitForVersion(running_, patience_); }

 private:
  Stage& stage_;
  Stage::Seconds patience_;
  std::string running_ = "1.0.0";
  std::string version_;
  int count_ = 0;
};

}  // namespace linnet::scenario
