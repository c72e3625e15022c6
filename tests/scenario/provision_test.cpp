// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A board is provisioned over its own network.
#include <exception>
#include <iostream>

#include "tests/scenario/provisioning.hpp"

namespace linnet::scenario {
namespace {

int Run(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: linnet_provision_test SOURCE_DIR WORK_DIR\n";
    return 2;
  }
  Stage stage(FindPrograms(argv[1]), argv[2], MakeWifiBoard(argv[1], argv[2]));
  stage.StartTwin();
  Provisioning test(stage, [](const std::string& what) {
    std::cout << "provision: " << what << "\n" << std::flush;
  });
  test.OpensANetworkOfItsOwn();
  test.Lists();
  test.RefusesAWrongPassphrase();
  test.TakesTheRightOne();
  test.KnowsItAfterAPowerCut();
  return 0;
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  try {
    return linnet::scenario::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "provision: " << error.what() << "\n";
    return 1;
  }
}
