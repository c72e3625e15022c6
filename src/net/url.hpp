// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Absolute http and https URLs (RFC 3986), as far as a download needs them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.hpp"
#include "base/view.hpp"

namespace linnet::net {

/// Signed S3 links with a session token reach about 2,500 bytes.
inline constexpr std::size_t kMaxUrlLength = 2560;
inline constexpr std::size_t kMaxHostLength = 253;

/// Views into the text that was parsed; that must outlive it.
struct Url {
  enum class Scheme : std::uint8_t { kHttp, kHttps };

  Scheme scheme = Scheme::kHttps;
  StringView host;
  /// As written, or the scheme's own (80, 443).
  std::uint16_t port = 0;
  /// Whether the text named a port; a `Host` header repeats it then.
  bool explicit_port = false;
  /// Path and query exactly as written, because a signature may cover them; "/" if there are none.
  StringView target;
};

/// Strict: what is not understood is refused, never repaired. kTooLarge: over `kMaxUrlLength`.
/// kUnsupported: another scheme, user information, an IPv6 host, a query without a path.
/// kMalformed: a character that must be escaped, a bad escape, a fragment (never sent), a bad host
/// name. kOutOfRange: a port that is not 1 to 65535.
Result<Url> ParseUrl(StringView text);

/// Same codes; `text` is only the part behind the authority, beginning with '/'.
Status CheckTarget(StringView text);

/// A DNS host name or a dotted quad: letters, digits, hyphens, labels of 1 to 63 characters, 253 in
/// all. kMalformed.
Status CheckHost(StringView host);

}  // namespace linnet::net
