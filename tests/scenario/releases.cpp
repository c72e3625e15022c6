// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/releases.hpp"

namespace linnet::scenario {

void Releases::Begin() {
  stage_.StartTwin();
  stage_.MakeBoard(stage_.Sign("device", running_), Stage::FirmwareOf("device"));
  stage_.PowerOn();
  Stays();
}

std::filesystem::path Releases::Next() {
  version_ = "1." + std::to_string(++count_) + ".0";
  stage_.SetFirmwareContent(count_);
  return stage_.Release(count_ % 2 == 1 ? "device-second" : "device", version_);
}

void Releases::Arrives(const std::string& job) {
  stage_.WaitForJob(job, "SUCCEEDED", patience_);
  running_ = version_;
  Stays();
}

std::string Releases::Ends(const std::string& job) {
  std::string status = stage_.WaitForEnd(job, patience_);
  running_ = status == "SUCCEEDED" ? version_ : running_;
  Stays();
  return status;
}

}  // namespace linnet::scenario
