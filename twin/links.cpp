// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/links.hpp"

#include <algorithm>
#include <charconv>

#include "twin/pki.hpp"

namespace linnet::twin {
namespace {

constexpr std::string_view kPlaceholder = "${aws:iot:s3-presigned-url:";
// "${…:60:URL}" is ours: a life in seconds, for tests that cannot wait for AWS's quarter of an
// hour.
constexpr UnixSeconds kMinLifetime = 1;
constexpr UnixSeconds kMaxLifetime = 3600;

// The path of "https://host:port/path".
std::string_view PathOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return slash == std::string_view::npos ? std::string_view("/") : url.substr(slash);
}

// Takes a leading "SECONDS:" off the placeholder's content.
UnixSeconds TakeLifetime(std::string_view& content) {
  UnixSeconds seconds = 0;
  const auto [end, error] =
      std::from_chars(content.data(), content.data() + content.size(), seconds);
  const auto length = static_cast<std::size_t>(end - content.data());
  if (error != std::errc{} || length >= content.size() || content[length] != ':') {
    return Links::kDefaultLifetime;
  }
  content.remove_prefix(length + 1);
  return std::clamp(seconds, kMinLifetime, kMaxLifetime);
}

}  // namespace

std::string Links::Signature(std::string_view path, std::string_view expires) const {
  return HmacSha256Hex(secret_, std::string(path) + "\n" + std::string(expires));
}

std::string Links::Sign(const std::string& url, UnixSeconds expires) const {
  const std::string time = std::to_string(expires);
  return url + "?expires=" + time + "&sig=" + Signature(PathOf(url), time);
}

nlohmann::json Links::Render(const nlohmann::json& document, UnixSeconds now) const {
  if (document.is_structured()) {
    nlohmann::json rendered = document;
    for (nlohmann::json& child : rendered) {
      child = Render(child, now);
    }
    return rendered;
  }
  if (!document.is_string()) {
    return document;
  }
  std::string_view text = document.get_ref<const std::string&>();
  if (!text.starts_with(kPlaceholder) || !text.ends_with('}')) {
    return document;
  }
  text = text.substr(kPlaceholder.size(), text.size() - kPlaceholder.size() - 1);
  const UnixSeconds lifetime = TakeLifetime(text);
  return Sign(std::string(text), now + lifetime);
}

bool Links::Allows(std::string_view path, std::string_view expires, std::string_view signature,
                   UnixSeconds now) const {
  if (expires.empty() && signature.empty()) {
    return true;
  }
  UnixSeconds until = 0;
  const auto [end, error] = std::from_chars(expires.data(), expires.data() + expires.size(), until);
  return error == std::errc{} && end == expires.data() + expires.size() && now < until &&
         signature == Signature(path, expires);
}

}  // namespace linnet::twin
