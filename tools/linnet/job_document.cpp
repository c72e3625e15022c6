// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/job_document.hpp"

#include <algorithm>
#include <cctype>
#include <span>

#include "crypto/ecdsa.hpp"
#include "crypto/sha256.hpp"
#include "image/header.hpp"
#include "package/format.hpp"
#include "tools/linnet/context.hpp"
#include "tools/sign/keys.hpp"
#include "twin/files.hpp"
#include "twin/pki.hpp"
#include "twin/streams_types.hpp"

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

std::string PublishFile(const std::filesystem::path& file, const std::filesystem::path& twin_dir) {
  const std::string content = twin::ReadFile(file);
  std::string name = PublicName(file, content);
  twin::MakePrivateDirectory(twin_dir / "fw");
  twin::WriteFile(twin_dir / "fw" / name, content);
  return name;
}

nlohmann::json StreamDocument(const nlohmann::json& stream, int id, const std::string& signature) {
  for (const nlohmann::json& file : stream.at("files")) {
    if (file.at("fileId") != id) {
      continue;
    }
    nlohmann::json entry = {{"filepath", file.at("object")},
                            {"filesize", file.at("size")},
                            {"fileid", id},
                            {"certfile", "release.pem"},
                            {"fileType", 0}};
    if (!signature.empty()) {
      entry["sig-sha256-ecdsa"] = signature;
    }
    return {{"afr_ota",
             {{"protocols", {"MQTT"}},
              {"streamname", stream.at("streamId")},
              {"files", nlohmann::json::array({std::move(entry)})}}}};
  }
  throw Failure("the stream " + stream.at("streamId").get<std::string>() + " has no file " +
                std::to_string(id) + "; see `linnet stream show`");
}

std::string SignatureOver(const std::filesystem::path& file, const std::string& key_file) {
  sign::EnsureArena();
  sign::KeySigner signer(sign::LoadPrivateKeyPem(key_file));
  const std::string content = twin::ReadFile(file);
  crypto::P256Signature signature{};
  std::array<std::byte, crypto::kMaxSignatureDerSize> der{};
  if (!signer.Sign(crypto::Hash(AsBytes(content)), signature).ok()) {
    throw Failure("the key " + key_file + " does not sign");
  }
  const std::size_t size = crypto::EncodeSignatureDer(signature, der);
  return twin::ToBase64(AsText(Bytes(der).first(size)));
}

nlohmann::json PublishFirmware(const FirmwareJob& job, const std::filesystem::path& image,
                               const std::filesystem::path& twin_dir, const nlohmann::json& twin) {
  const std::string content = twin::ReadFile(image);
  const std::string version = job.version.empty() ? ImageVersion(content) : job.version;
  if (version.empty()) {
    throw Failure(image.string() + " is no signed image: sign it first, or give --fwversion");
  }
  const std::string name = PublishFile(image, twin_dir);
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
