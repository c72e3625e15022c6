// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The factory step: the files that make a device one of the twin's things.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tools/linnet/api_client.hpp"

namespace linnet::cli {

/// Makes a key (unless `csr_file` names a request for a key that exists elsewhere), has it
/// certified for `thing`, and writes everything into `directory`. Returns the content of
/// factory.json:
///
///   thingName, endpoint, mqttPort, httpsPort, sntpPort, certificateId
nlohmann::json MakeFactoryFiles(const ApiClient& twin, const std::filesystem::path& twin_dir,
                                const std::string& thing, const std::string& csr_file,
                                const std::filesystem::path& directory);

}  // namespace linnet::cli
