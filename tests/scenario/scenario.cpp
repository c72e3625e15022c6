// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/scenario.hpp"

#include <exception>
#include <iostream>
#include <stdexcept>

namespace linnet::scenario {

void Require(bool holds, const std::string& what) {
  if (!holds) {
    throw std::runtime_error(what);
  }
}

namespace {

/// main()'s result.
int Tell(const std::string& name, const std::function<void()>& story) {
  try {
    story();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << "\n";
    return 1;
  }
}

}  // namespace

int RunScenario(const std::string& name, int argc, char** argv,
                const std::function<void(const std::filesystem::path& source,
                                         const std::filesystem::path& work)>& tell) {
  if (argc < 3) {
    std::cerr << "usage: " << argv[0] << " SOURCE_DIR WORK_DIR\n";
    return 2;
  }
  return Tell(name, [&] { tell(argv[1], argv[2]); });
}

int RunWifiScenario(const std::string& name, int argc, char** argv,
                    const std::function<void(Stage& stage)>& tell) {
  const std::string kind = argc > 3 ? argv[2] : "";
  if (kind != "board" && kind != "linux") {
    std::cerr << "usage: " << argv[0] << " SOURCE_DIR board|linux WORK_DIR\n";
    return 2;
  }
  return Tell(name, [&] {
    const std::filesystem::path source(argv[1]);
    const std::filesystem::path work(argv[3]);
    Stage stage(FindPrograms(source), work,
                kind == "board" ? MakeWifiBoard(source, work) : MakeWifiLinuxDevice(source, work));
    stage.StartTwin();
    tell(stage);
  });
}

}  // namespace linnet::scenario
