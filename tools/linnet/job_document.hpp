// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An update as a job: the image in the twin's firmware folder, and the vendor's document that
// points there.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace linnet::cli {

struct FirmwareJob {
  std::string version{};      ///< "" reads it from the image's header.
  std::string host{};         ///< "" takes the twin's endpoint and port.
  int presigned_seconds = 0;  ///< Not 0: a link that expires.
};

/// Copies `image` into the twin's firmware folder under a name with its digest in it, so that a
/// published file never changes, and returns the document:
///
///   {"operation": "app_fw_update", "fwversion": "1.2.3", "size": 12345,
///    "location": {"protocol": "https:", "host": "HOST:PORT", "path": "fw/NAME"}}
///
/// or with "location": {"url": …} when the link expires. Throws Failure when the file is no image
/// and no version is given.
nlohmann::json PublishFirmware(const FirmwareJob& job, const std::filesystem::path& image,
                               const std::filesystem::path& twin_dir, const nlohmann::json& twin);

/// "1.2.3" or "1.2.3+4" out of an MCUboot header; "" when `content` does not begin with one.
std::string ImageVersion(std::string_view content);

}  // namespace linnet::cli
