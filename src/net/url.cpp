// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/url.hpp"

#include <algorithm>

#include "base/view.hpp"

namespace linnet::net {

using namespace std::string_view_literals;

namespace {

constexpr std::size_t kMaxLabelLength = 63;

constexpr bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool IsAlphanumeric(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// pchar, "/" and "?" of RFC 3986, without "%".
constexpr bool IsTargetCharacter(char c) {
  constexpr StringView kOthers = "-._~!$&'()*+,;=:@/?";
  return IsAlphanumeric(c) || kOthers.find(c) != StringView::npos;
}

Status CheckLabel(StringView label) {
  const bool sized = !label.empty() && label.size() <= kMaxLabelLength;
  if (!sized || label.front() == '-' || label.back() == '-') {
    return Code::kMalformed;
  }
  const bool clean =
      std::all_of(label.begin(), label.end(), [](char c) { return IsAlphanumeric(c) || c == '-'; });
  return clean ? OkStatus() : Status(Code::kMalformed);
}

Result<std::uint16_t> ParsePort(StringView text) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), IsDigit)) {
    return Code::kOutOfRange;
  }
  std::uint32_t port = 0;
  for (const char c : text) {
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (port == 0 || port > 0xFFFF) {
    return Code::kOutOfRange;
  }
  return static_cast<std::uint16_t>(port);
}

// Schemes are case-insensitive.
bool TakeScheme(StringView& text, StringView lower) {
  const bool same = text.size() >= lower.size() &&
                    std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
                      return a == ((b >= 'A' && b <= 'Z') ? static_cast<char>(b | 0x20) : b);
                    });
  if (same) {
    text.remove_prefix(lower.size());
  }
  return same;
}

Status ParseAuthority(StringView authority, Url& url) {
  if (authority.find('@') != StringView::npos || authority.starts_with('[')) {
    return Code::kUnsupported;
  }
  const std::size_t colon = authority.find(':');
  url.host = authority.substr(0, colon);
  if (colon != StringView::npos) {
    LINNET_TRY_ASSIGN(url.port, ParsePort(authority.substr(colon + 1)));
    url.explicit_port = true;
  }
  return CheckHost(url.host);
}

}  // namespace

Status CheckHost(StringView host) {
  if (host.empty() || host.size() > kMaxHostLength) {
    return Code::kMalformed;
  }
  while (true) {
    const std::size_t dot = host.find('.');
    LINNET_TRY(CheckLabel(host.substr(0, dot)));
    if (dot == StringView::npos) {
      return OkStatus();
    }
    host.remove_prefix(dot + 1);
  }
}

Status CheckTarget(StringView text) {
  if (!text.starts_with('/')) {
    return Code::kMalformed;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (text.size() - i < 3 || !IsHexDigit(text[i + 1]) || !IsHexDigit(text[i + 2])) {
        return Code::kMalformed;
      }
    } else if (!IsTargetCharacter(text[i])) {
      return Code::kMalformed;
    }
  }
  return OkStatus();
}

Result<Url> ParseUrl(StringView text) {
  if (text.size() > kMaxUrlLength) {
    return Code::kTooLarge;
  }
  Url url;
  if (TakeScheme(text, "https://"sv)) {
    url.port = 443;
  } else if (TakeScheme(text, "http://"sv)) {
    url.scheme = Url::Scheme::kHttp;
    url.port = 80;
  } else {
    return Code::kUnsupported;
  }
  const std::size_t end = text.find_first_of("/?#");
  LINNET_TRY(ParseAuthority(text.substr(0, end), url));
  url.target = end == StringView::npos ? "/"sv : text.substr(end);
  if (url.target.front() == '?') {
    return Code::kUnsupported;
  }
  LINNET_TRY(CheckTarget(url.target));
  return url;
}

}  // namespace linnet::net
