// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device is provisioned over its own network.
#include <iostream>

#include "tests/scenario/provisioning.hpp"
#include "tests/scenario/scenario.hpp"

namespace linnet::scenario {
namespace {

void Run(Stage& stage) {
  Provisioning test(stage, [](const std::string& what) {
    std::cout << "provision: " << what << "\n" << std::flush;
  });
  test.OpensANetworkOfItsOwn();
  test.Lists();
  test.RefusesAWrongPassphrase();
  test.TakesTheRightOne();
  test.KnowsItAfterAPowerCut();
  test.OpensItAgainWhenTheButtonIsHeld();
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  return linnet::scenario::RunWifiScenario("provision", argc, argv, linnet::scenario::Run);
}
