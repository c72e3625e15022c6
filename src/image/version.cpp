// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "image/version.hpp"

#include <array>
#include <limits>

#include "base/assert.hpp"
#include "base/endian.hpp"
#include "base/format.hpp"
#include "base/view.hpp"

namespace linnet::image {
namespace {

// Takes a decimal number from the front of `text`.
Result<std::uint32_t> TakeNumber(StringView& text, std::uint32_t max) {
  std::uint64_t number = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    number = number * 10 + static_cast<std::uint32_t>(text[digits] - '0');
    if (number > max) {
      return Code::kOutOfRange;
    }
    ++digits;
  }
  if (digits == 0) {
    return Code::kMalformed;
  }
  text.remove_prefix(digits);
  return static_cast<std::uint32_t>(number);
}

bool TakeCharacter(StringView& text, char c) {
  if (!text.starts_with(c)) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

template <typename T>
Status TakeInto(StringView& text, T& out) {
  LINNET_TRY_ASSIGN(const std::uint32_t number, TakeNumber(text, std::numeric_limits<T>::max()));
  out = static_cast<T>(number);
  return OkStatus();
}

}  // namespace

Version LoadVersion(Bytes from) {
  return {.major = std::to_integer<std::uint8_t>(from[0]),
          .minor = std::to_integer<std::uint8_t>(from[1]),
          .revision = LoadLe16(from.subspan(2)),
          .build = LoadLe32(from.subspan(4))};
}

void StoreVersion(const Version& version, MutableBytes to) {
  to[0] = static_cast<std::byte>(version.major);
  to[1] = static_cast<std::byte>(version.minor);
  StoreLe16(version.revision, to.subspan(2));
  StoreLe32(version.build, to.subspan(4));
}

VersionText ToText(const Version& version) {
  std::array<char, VersionText::capacity()> buffer;
  StringView text =
      Format(buffer, "{}.{}.{}+{}", version.major, version.minor, version.revision, version.build);
  if (version.build == 0) {
    text.remove_suffix(2);
  }
  VersionText result;
  LINNET_ASSERT(result.Assign(text).ok());
  return result;
}

Result<Version> ParseVersion(StringView text) {
  Version version;
  LINNET_TRY(TakeInto(text, version.major));
  if (TakeCharacter(text, '.')) {
    LINNET_TRY(TakeInto(text, version.minor));
    if (TakeCharacter(text, '.')) {
      LINNET_TRY(TakeInto(text, version.revision));
      if (TakeCharacter(text, '+')) {
        LINNET_TRY(TakeInto(text, version.build));
      }
    }
  }
  if (!text.empty()) {
    return Code::kMalformed;
  }
  return version;
}

}  // namespace linnet::image
