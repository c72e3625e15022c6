// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// GET and HEAD of /fw/NAME with ranges, as RFC 9110 has them and as S3 serves them; PUT of /up/NAME
// by a link that allows it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "twin/faults.hpp"
#include "twin/http.hpp"
#include "twin/links.hpp"

namespace linnet::twin {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};

enum class RangeResult {
  kNone,           ///< No range, or one that this server ignores: several, another unit, broken.
  kPart,           ///< `range` is set.
  kUnsatisfiable,  ///< It begins behind the end.
};

/// Reads a Range header for a file of `size` bytes.
RangeResult ParseRange(std::string_view header, std::uint64_t size, ByteRange& range);

/// Names of files that may be served: no path, not hidden.
bool IsFirmwareName(std::string_view name);

class FirmwareServer {
 public:
  /// Everything outlives this.
  FirmwareServer(std::filesystem::path directory, const Links& links, Faults& faults)
      : directory_(std::move(directory)), links_(links), faults_(faults) {}

  /// 200, 206, 304, 403 (link expired or signature wrong), 404, 405, 416; what the faults say.
  HttpResponse Handle(const HttpRequest& request, UnixSeconds now);

 private:
  struct Tag {
    std::filesystem::file_time_type changed;
    std::uint64_t size = 0;
    std::string etag;
  };

  /// The answer of a fault, if one answers.
  std::optional<HttpResponse> Misbehave(const HttpRequest& request);
  /// What befalls an answer with a body of that length on its way.
  Mishap NextMishap(std::uint64_t length);
  HttpResponse Take(const HttpRequest& request, UnixSeconds now);
  HttpResponse Serve(const HttpRequest& request, const std::filesystem::path& file);
  const Tag& TagOf(const std::filesystem::path& file);

  std::filesystem::path directory_;
  const Links& links_;
  Faults& faults_;
  std::map<std::filesystem::path, Tag> tags_;
};

}  // namespace linnet::twin
