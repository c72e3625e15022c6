// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A scenario as a program that a test runs.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "tests/scenario/stage.hpp"

namespace linnet::scenario {

/// Throws std::runtime_error with `what` unless `holds`.
void Require(bool holds, const std::string& what);

/// `PROGRAM SOURCE_DIR WORK_DIR`: tells it in WORK_DIR, which the caller made and removes. What it
/// throws is printed after `name`. Returns main()'s result: 0, 1 when it failed, 2 for wrong usage.
int RunScenario(const std::string& name, int argc, char** argv,
                const std::function<void(const std::filesystem::path& source,
                                         const std::filesystem::path& work)>& tell);

/// `PROGRAM SOURCE_DIR board|linux WORK_DIR`: the same with a device of that kind whose network
/// comes over the radio; its twin is up.
int RunWifiScenario(const std::string& name, int argc, char** argv,
                    const std::function<void(Stage& stage)>& tell);

}  // namespace linnet::scenario
