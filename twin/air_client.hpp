// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Asks the twin's air (twin/air_process/server.hpp) over its socket.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace linnet::twin {

/// The air's directory in a twin's.
std::filesystem::path AirDirectory(const std::filesystem::path& twin_directory);

/// One request and its answer's value; waits for up to `seconds`. Throws std::runtime_error: the
/// air's own sentence when it refuses, or that there is none.
nlohmann::json AskAir(const std::filesystem::path& twin_directory, const nlohmann::json& request,
                      int seconds);

}  // namespace linnet::twin
