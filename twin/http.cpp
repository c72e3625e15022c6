// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/http.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace linnet::twin {
namespace {

const char* Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 206:
      return "Partial Content";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 416:
      return "Range Not Satisfiable";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

/// As Unescape(), and a slash may not hide.
std::optional<std::string> Decode(std::string_view text) {
  const auto slashes = [](std::string_view in) { return std::ranges::count(in, '/'); };
  auto decoded = Unescape(text);
  return decoded && slashes(*decoded) == slashes(text) ? decoded : std::nullopt;
}

}  // namespace

std::optional<std::string> Unescape(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned value = 0;
    const char* begin = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(begin, begin + 2, value, 16).ptr != begin + 2 ||
        value == 0) {
      return std::nullopt;
    }
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

std::string HttpRequest::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

std::string HttpRequest::Query(const std::string& name, const std::string& fallback) const {
  const auto found = query.find(name);
  return found == query.end() ? fallback : found->second;
}

std::uint64_t HttpResponse::BodyLength() const {
  const auto* text = std::get_if<std::string>(&body);
  return text != nullptr ? text->size() : std::get<FilePart>(body).length;
}

bool ParseTarget(std::string_view target, HttpRequest& request) {
  const std::size_t mark = target.find('?');
  const auto path = Decode(target.substr(0, mark));
  if (!path || !path->starts_with('/')) {
    return false;
  }
  request.path = *path;
  std::string_view rest =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    const auto name = Decode(pair.substr(0, equals));
    const auto value =
        Decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value) {
      return false;
    }
    request.query[*name] = *value;
  }
  return true;
}

std::string FormatHead(const HttpResponse& response, bool keep_alive) {
  std::string head =
      "HTTP/1.1 " + std::to_string(response.status) + " " + Reason(response.status) + "\r\n";
  for (const auto& [name, value] : response.headers) {
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
  }
  head += "Content-Length: " + std::to_string(response.BodyLength()) + "\r\n";
  head += "Server: linnet-twin\r\n";
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace linnet::twin
