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

int RunScenario(const std::string& name, int argc, char** argv,
                const std::function<void(const std::filesystem::path& source,
                                         const std::filesystem::path& work)>& tell) {
  if (argc < 3) {
    std::cerr << "usage: " << argv[0] << " SOURCE_DIR WORK_DIR\n";
    return 2;
  }
  try {
    tell(argv[1], argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << "\n";
    return 1;
  }
}

}  // namespace linnet::scenario
