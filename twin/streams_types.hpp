// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Streams as AWS IoT's MQTT-based file delivery keeps them, and their JSON forms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "twin/message.hpp"

namespace linnet::twin {

/// One file of a stream. Its content is an object elsewhere, as with AWS, where it lies in S3.
struct StreamFile {
  int id = 0;          ///< 0 to 255.
  std::string object;  ///< Where the content is.
  std::string etag;    ///< What the content was when the stream was made.
  std::uint64_t size = 0;
};

struct Stream {
  std::string id;
  std::string description;
  std::vector<StreamFile> files;
  std::int64_t version = 1;  ///< Counts the updates.
  UnixSeconds created_at = 0;
  UnixSeconds updated_at = 0;
};

/// Records as the database and the admin API carry them.
nlohmann::json ToJson(const Stream& stream);
Stream StreamFromJson(const nlohmann::json& json);

/// The content of objects.
class StreamObjects {
 public:
  virtual ~StreamObjects() = default;
  /// A name of the content as it is now; empty: there is no such object.
  virtual std::string Etag(const std::string& object) = 0;
  virtual std::uint64_t Size(const std::string& object) = 0;
  virtual std::string Read(const std::string& object, std::uint64_t offset, std::size_t length) = 0;
};

/// RFC 4648 with padding. Decoding throws std::invalid_argument for everything else.
std::string ToBase64(std::string_view bytes);
std::string FromBase64(std::string_view text);

}  // namespace linnet::twin
