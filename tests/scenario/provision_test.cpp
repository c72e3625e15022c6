// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A board is provisioned over its own network.
#include <iostream>

#include "tests/scenario/provisioning.hpp"
#include "tests/scenario/scenario.hpp"

namespace linnet::scenario {
namespace {

void Run(const std::filesystem::path& source, const std::filesystem::path& work) {
  Stage stage(FindPrograms(source), work, MakeWifiBoard(source, work));
  stage.StartTwin();
  Provisioning test(stage, [](const std::string& what) {
    std::cout << "provision: " << what << "\n" << std::flush;
  });
  test.OpensANetworkOfItsOwn();
  test.Lists();
  test.RefusesAWrongPassphrase();
  test.TakesTheRightOne();
  test.KnowsItAfterAPowerCut();
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  return linnet::scenario::RunScenario("provision", argc, argv, linnet::scenario::Run);
}
