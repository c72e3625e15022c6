// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/job_document.hpp"

#include <algorithm>
#include <cctype>
#include <span>

#include "image/header.hpp"
#include "package/format.hpp"
#include "tools/linnet/context.hpp"
#include "twin/files.hpp"
#include "twin/pki.hpp"

namespace linnet::cli {
namespace {

constexpr std::size_t kDigestInName = 8;

// The file's own name with a piece of its digest, in the characters that the server serves.
std::string PublicName(const std::filesystem::path& image, std::string_view content) {
  std::string stem = image.stem().string();
  std::replace_if(
      stem.begin(), stem.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_' && c != '-'; },
      '-');
  stem.resize(std::min<std::size_t>(stem.size(), 100));
  if (stem.empty() || stem[0] == '.') {
    stem.insert(0, "fw");
  }
  return stem + "-" + twin::Sha256Hex(content).substr(0, kDigestInName) + ".bin";
}

}  // namespace

std::string ImageVersion(std::string_view content) {
  image::Header header;
  if (const auto head = package::HeadView::Parse(AsBytes(content)); head.ok()) {
    return std::string(image::ToText(head->summary().version).view());
  }
  if (content.size() < image::kHeaderSize) {
    return "";
  }
  const auto bytes = std::as_bytes(std::span(content)).first<image::kHeaderSize>();
  if (!image::DecodeHeader(bytes, header).ok()) {
    return "";
  }
  return std::string(image::ToText(header.version).view());
}

nlohmann::json PublishFirmware(const FirmwareJob& job, const std::filesystem::path& image,
                               const std::filesystem::path& twin_dir, const nlohmann::json& twin) {
  const std::string content = twin::ReadFile(image);
  const std::string version = job.version.empty() ? ImageVersion(content) : job.version;
  if (version.empty()) {
    throw Failure(image.string() + " is no signed image: sign it first, or give --fwversion");
  }
  const std::string name = PublicName(image, content);
  twin::MakePrivateDirectory(twin_dir / "fw");
  twin::WriteFile(twin_dir / "fw" / name, content);
  const std::string host =
      job.host.empty() ? twin.at("endpoint").get<std::string>() + ":" + twin.at("httpsPort").dump()
                       : job.host;
  nlohmann::json location = {{"protocol", "https:"}, {"host", host}, {"path", "fw/" + name}};
  if (job.presigned_seconds != 0) {
    location = {{"url", "${aws:iot:s3-presigned-url:" + std::to_string(job.presigned_seconds) +
                            ":https://" + host + "/fw/" + name + "}"}};
  }
  return {{"operation", "app_fw_update"},
          {"fwversion", version},
          {"size", content.size()},
          {"location", location}};
}

}  // namespace linnet::cli
