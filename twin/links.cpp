// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/links.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "twin/http.hpp"
#include "twin/pki.hpp"

namespace linnet::twin {
namespace {

struct Placeholder {
  std::string_view prefix;
  bool escaped = false;
  bool upload = false;
};

constexpr std::array<Placeholder, 4> kPlaceholders = {{
    {"${aws:iot:s3-presigned-url:"},
    {"${aws:iot:s3-presigned-url-v1:"},
    {"${aws:iot:s3-presigned-url-v2:", true, false},
    {"${aws:iot:s3-presigned-url-upload:", false, true},
}};

// The path of "https://host:port/path?query".
std::string_view PathOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  url = slash == std::string_view::npos ? std::string_view("/") : url.substr(slash);
  return url.substr(0, url.find('?'));
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
  return std::clamp(seconds, Links::kMinLifetime, Links::kMaxLifetime);
}

std::string Replace(std::string text, std::string_view what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string NamesFilledIn(std::string url, const LinkOwner& owner) {
  url = Replace(std::move(url), "${thingName}", owner.thing);
  url = Replace(std::move(url), "${jobId}", owner.job);
  return Replace(std::move(url), "${executionNumber}", std::to_string(owner.execution));
}

}  // namespace

std::string Links::Signature(std::string_view path, std::string_view expires, bool upload) const {
  return HmacSha256Hex(
      secret_, std::string(upload ? "PUT " : "") + std::string(path) + "\n" + std::string(expires));
}

std::string Links::Sign(const std::string& url, UnixSeconds expires, bool upload) const {
  const std::string time = std::to_string(expires);
  const char* joint = url.find('?') == std::string::npos ? "?" : "&";
  return url + joint + "expires=" + time + "&sig=" + Signature(PathOf(url), time, upload);
}

std::string Links::RenderText(const std::string& text, const LinkOwner& owner,
                              UnixSeconds now) const {
  const auto* kind = std::ranges::find_if(kPlaceholders, [&text](const Placeholder& placeholder) {
    return text.starts_with(placeholder.prefix);
  });
  if (kind == kPlaceholders.end() || !text.ends_with('}')) {
    return text;
  }
  std::string_view content = text;
  content.remove_prefix(kind->prefix.size());
  content.remove_suffix(1);
  const UnixSeconds lifetime = TakeLifetime(content);
  std::string url(content);
  if (kind->escaped) {
    url = Unescape(url).value_or(url);
  }
  if (kind->upload) {
    url = NamesFilledIn(std::move(url), owner);
  }
  return Sign(url, now + lifetime, kind->upload);
}

nlohmann::json Links::Render(const nlohmann::json& document, const LinkOwner& owner,
                             UnixSeconds now) const {
  if (document.is_structured()) {
    nlohmann::json rendered = document;
    for (nlohmann::json& child : rendered) {
      child = Render(child, owner, now);
    }
    return rendered;
  }
  if (!document.is_string()) {
    return document;
  }
  return RenderText(document.get_ref<const std::string&>(), owner, now);
}

bool Links::Allows(std::string_view path, std::string_view expires, std::string_view signature,
                   UnixSeconds now, bool upload) const {
  if (expires.empty() && signature.empty()) {
    return !upload;
  }
  UnixSeconds until = 0;
  const auto [end, error] = std::from_chars(expires.data(), expires.data() + expires.size(), until);
  return error == std::errc{} && end == expires.data() + expires.size() && now < until &&
         signature == Signature(path, expires, upload);
}

}  // namespace linnet::twin
