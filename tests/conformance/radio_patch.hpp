// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A patch container for the stand-in radio, and the firmware that both are made for.
#pragma once

#include <array>

#include "base/assert.hpp"
#include "radio/patch.hpp"

namespace linnet::conformance {

inline constexpr hal::RadioFirmware kStandinFirmware{.version = 0x01020E08,
                                                     .features = radio::feature::kSystem};

/// About 1.6 KiB: one image of exactly two chunks of 512 bytes, one of a single byte.
class StandinPatch {
 public:
  StandinPatch() {
    std::array<std::byte, 1024> content{};
    for (std::size_t i = 0; i < content.size(); ++i) {
      content[i] = static_cast<std::byte>(i * 7 + i / 251);
    }
    const Bytes all(content);
    const Result<Bytes> written =
        radio::WritePatch(kStandinFirmware,
                          {{{hal::RadioImage::kLmacPrimary, all},
                            {hal::RadioImage::kUmacPrimary, all.first(1)},
                            {hal::RadioImage::kLmacSecondary, all.first(300)},
                            {hal::RadioImage::kUmacSecondary, all.first(103)}}},
                          buffer_);
    bytes_ = written.value();
  }
  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  std::array<std::byte, 1536> buffer_{};
  Bytes bytes_{};
};

}  // namespace linnet::conformance
