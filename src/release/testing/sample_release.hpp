// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Signed releases of one application image, for tests.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/endian.hpp"
#include "image/testing/sample_image.hpp"
#include "image/tlv.hpp"
#include "image/verify.hpp"

namespace linnet::release::testing {

struct SampleRelease {
  std::vector<std::byte> file;
  crypto::Digest digest{};
};

struct ReleaseOptions {
  std::size_t body_size = 2500;
  std::optional<std::uint32_t> counter{};
  std::uint8_t key = 1;
};

/// Releases of different versions share some 512-byte blocks and differ in the others.
inline SampleRelease MakeRelease(std::uint8_t version, const ReleaseOptions& options = {}) {
  std::vector<std::byte> body = image::testing::SampleBody(options.body_size, 7);
  const std::vector<std::byte> own = image::testing::SampleBody(options.body_size, 100U + version);
  for (std::size_t i = 0; i < body.size(); ++i) {
    body[i] = i / 512 % 3 == 1 ? body[i] : own[i];
  }
  std::array<std::byte, 4> counter{};
  std::vector<image::TlvItem> items;
  if (options.counter) {
    StoreLe32(*options.counter, counter);
    items.push_back({image::tlv::kSecurityCounter, counter});
  }
  image::testing::TestKey key(options.key);
  SampleRelease release;
  release.file = image::testing::Signed(
      {.version = {version, 0, 0, 0}, .body = body, .protected_tlvs = items}, key);
  image::MemorySource source(release.file);
  release.digest = image::Inspect(source).value().digest;
  return release;
}

}  // namespace linnet::release::testing
