// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/streams_types.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace linnet::twin {

nlohmann::json ToJson(const Stream& stream) {
  nlohmann::json files = nlohmann::json::array();
  for (const StreamFile& file : stream.files) {
    files.push_back(
        {{"fileId", file.id}, {"object", file.object}, {"etag", file.etag}, {"size", file.size}});
  }
  return {{"streamId", stream.id},           {"description", stream.description},
          {"streamVersion", stream.version}, {"createdAt", stream.created_at},
          {"updatedAt", stream.updated_at},  {"files", std::move(files)}};
}

Stream StreamFromJson(const nlohmann::json& json) {
  Stream stream;
  stream.id = json.at("streamId");
  stream.description = json.at("description");
  stream.version = json.at("streamVersion");
  stream.created_at = json.at("createdAt");
  stream.updated_at = json.at("updatedAt");
  for (const nlohmann::json& file : json.at("files")) {
    stream.files.push_back(
        {file.at("fileId"), file.at("object"), file.at("etag"), file.at("size")});
  }
  return stream;
}

std::string ToBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string FromBase64(std::string_view text) {
  const std::size_t padding = text.ends_with("==")  ? 2
                              : text.ends_with('=') ? std::size_t{1}
                                                    : std::size_t{0};
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0 || text.size() % 4 != 0 ||
      text.substr(0, text.size() - padding).find('=') != std::string_view::npos) {
    throw std::invalid_argument("not base64");
  }
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

}  // namespace linnet::twin
