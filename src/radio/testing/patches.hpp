// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Patch containers for tests: real structure, invented content.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "radio/patch.hpp"

namespace linnet::radio::testing {

inline constexpr hal::RadioFirmware kFirmware{.version = 0x01020E08, .features = feature::kSystem};

/// Lengths in the order of hal::RadioImage.
using Lengths = std::array<std::uint32_t, hal::kRadioImageCount>;

/// A container with images of these lengths, laid out in `order`; another `seed`, other content.
inline std::vector<std::byte> MakePatch(hal::RadioFirmware firmware = kFirmware,
                                        const Lengths& lengths = {40, 1000, 512, 3},
                                        const std::array<std::uint8_t, 4>& order = {0, 1, 2, 3},
                                        std::uint32_t seed = 1) {
  std::array<std::vector<std::byte>, hal::kRadioImageCount> data;
  std::array<ImageContent, hal::kRadioImageCount> images;
  for (std::size_t i = 0; i < order.size(); ++i) {
    data[i].resize(lengths[order[i]]);
    for (std::size_t at = 0; at < data[i].size(); ++at) {
      seed = seed * 1664525U + 1013904223U;
      data[i][at] = static_cast<std::byte>(seed >> 24);
    }
    images[i] = {static_cast<hal::RadioImage>(order[i]), data[i]};
  }
  std::vector<std::byte> out(kMaxPatchSize);
  out.resize(WritePatch(firmware, images, out).value().size());
  return out;
}

}  // namespace linnet::radio::testing
