// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An update as a job: the image in the twin's firmware folder, and the document that points there.
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

/// Copies `file` into the twin's firmware folder, as above; returns the name that it has there.
std::string PublishFile(const std::filesystem::path& file, const std::filesystem::path& twin_dir);

/// The document that AWS's OTA service makes for one file of `stream` (as the admin API describes
/// it); `signature` is SignatureOver its content, or empty:
///
///   {"afr_ota": {"protocols": ["MQTT"], "streamname": "S", "files": [{"filepath": "…", "filesize":
///    12345, "fileid": 0, "certfile": "…", "fileType": 0, "sig-sha256-ecdsa": "…"}]}}
///
/// Throws Failure when the stream has no file `id`.
nlohmann::json StreamDocument(const nlohmann::json& stream, int id, const std::string& signature);

/// An ECDSA signature over SHA-256 of the file, DER in base64, as AWS's code signing makes it.
std::string SignatureOver(const std::filesystem::path& file, const std::string& key_file);

/// "1.2.3" or "1.2.3+4" out of an MCUboot header; "" when `content` does not begin with one.
std::string ImageVersion(std::string_view content);

}  // namespace linnet::cli
