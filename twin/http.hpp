// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a handler of the twin's HTTP servers sees and answers. No sockets here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace linnet::twin {

struct HttpRequest {
  std::string method;
  std::string path;                            ///< Decoded, without the query.
  std::map<std::string, std::string> query;    ///< Decoded.
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;

  /// A header's value, or "".
  [[nodiscard]] std::string Header(const std::string& name) const;
  /// A query parameter's value, or `fallback`.
  [[nodiscard]] std::string Query(const std::string& name, const std::string& fallback = "") const;
};

/// A part of a file, sent without being read into memory whole.
struct FilePart {
  std::filesystem::path file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// What goes wrong with a response on its way.
struct Mishap {
  std::optional<std::uint64_t> cut_after{};    ///< Bytes of the body, then the connection ends.
  std::optional<std::uint64_t> stall_after{};  ///< Bytes of the body, then nothing comes.
  std::uint64_t bytes_per_second = 0;          ///< 0: as the server is set.
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::variant<std::string, FilePart> body;
  /// For HEAD and 304: the headers speak of the body, and it is not sent.
  bool omit_body = false;
  Mishap mishap{};

  [[nodiscard]] std::uint64_t BodyLength() const;
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

/// Decodes %XX. Nothing when an escape is broken or hides a NUL.
std::optional<std::string> Unescape(std::string_view text);

/// Splits "/path?a=b" and decodes %XX. False when an escape is broken or hides a NUL or a slash.
bool ParseTarget(std::string_view target, HttpRequest& request);

/// The status line and the headers, Content-Length included; `keep_alive` decides Connection.
std::string FormatHead(const HttpResponse& response, bool keep_alive);

}  // namespace linnet::twin
