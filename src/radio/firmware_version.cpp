// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>

#include "base/format.hpp"
#include "base/view.hpp"
#include "radio/patch.hpp"

namespace linnet::radio {

FirmwareVersionText FirmwareText(std::uint32_t version) {
  std::array<char, FirmwareVersionText::capacity()> buffer{};
  FirmwareVersionText text;
  IgnoreStatus(text.Assign(Format(buffer, "{}.{}.{}.{}", version >> 24, version >> 16 & 0xFFU,
                                  version >> 8 & 0xFFU, version & 0xFFU)));
  return text;
}

Result<std::uint32_t> ParseFirmwareVersion(StringView text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint32_t version = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && (at == end || *at++ != '.')) {
      return Code::kMalformed;
    }
    std::uint8_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc{}) {
      return Code::kMalformed;
    }
    version = version << 8 | number;
    at = next;
  }
  return at == end ? Result<std::uint32_t>(version) : Code::kMalformed;
}

}  // namespace linnet::radio
