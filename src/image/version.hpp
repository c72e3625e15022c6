// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// An image's version, as MCUboot and imgtool have it: major.minor.revision+build.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/view.hpp"

namespace linnet::image {

/// Ordered by major, minor, revision, build.
struct Version {
  std::uint8_t major = 0;
  std::uint8_t minor = 0;
  std::uint16_t revision = 0;
  std::uint32_t build = 0;

  friend constexpr auto operator<=>(const Version&, const Version&) = default;  // NOLINT
};

/// As headers, dependencies and manifests have it: the four fields one after another, little
/// endian.
inline constexpr std::size_t kVersionSize = 8;
/// `from` and `to` have at least kVersionSize bytes.
Version LoadVersion(Bytes from);
void StoreVersion(const Version& version, MutableBytes to);

/// Longest text: "255.255.65535+4294967295".
using VersionText = FixedString<24>;

/// "1.2.3", and "1.2.3+4" when the build number is not 0.
VersionText ToText(const Version& version);

/// Reads "1", "1.2", "1.2.3" or "1.2.3+4"; what is missing is 0. kMalformed: anything else, signs
/// and spaces included. kOutOfRange: a number that its field does not hold.
Result<Version> ParseVersion(StringView text);

}  // namespace linnet::image
