// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Signed releases for tests: an application image, and whatever it names.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/endian.hpp"
#include "image/manifest.hpp"
#include "image/testing/sample_image.hpp"
#include "image/tlv.hpp"
#include "image/verify.hpp"

namespace linnet::release::testing {

/// A boot image or a companion that a release names.
struct SamplePart {
  image::ManifestEntry entry;
  std::vector<std::byte> file;
};

struct SampleRelease {
  std::vector<std::byte> file;  ///< The application image.
  crypto::Digest digest{};
  std::vector<SamplePart> parts{};
};

struct ReleaseOptions {
  std::size_t body_size = 2500;
  std::optional<std::uint32_t> counter{};
  std::uint8_t key = 1;
  std::vector<image::Dependency> dependencies{};
  std::vector<SamplePart> parts{};
  /// Name the parts, boot images from 1 on, in the nRF Connect SDK's list instead of a manifest.
  bool digest_list = false;
};

/// An image of which different versions share some 512-byte blocks and differ in the others.
inline std::vector<std::byte> MakeImageFile(std::uint8_t version, const ReleaseOptions& options,
                                            std::uint8_t index = 0) {
  std::vector<std::byte> body = image::testing::SampleBody(options.body_size, 7U + index);
  const std::vector<std::byte> own =
      image::testing::SampleBody(options.body_size, 100U + version + 1000U * index);
  for (std::size_t i = 0; i < body.size(); ++i) {
    body[i] = i / 512 % 3 == 1 ? body[i] : own[i];
  }
  std::array<std::byte, 4> counter{};
  std::vector<std::array<std::byte, 12>> needs(options.dependencies.size());
  std::vector<std::byte> manifest(options.parts.size() * image::kManifestEntrySize);
  std::vector<image::TlvItem> items;
  if (options.counter) {
    StoreLe32(*options.counter, counter);
    items.push_back({image::tlv::kSecurityCounter, counter});
  }
  for (std::size_t i = 0; i < needs.size(); ++i) {
    needs[i][0] = std::byte{options.dependencies[i].image};
    image::StoreVersion(options.dependencies[i].minimum, MutableBytes(needs[i]).subspan(4));
    items.push_back({image::tlv::kDependency, needs[i]});
  }
  std::vector<std::byte> digests(8 + options.parts.size() * sizeof(crypto::Digest));
  if (options.digest_list) {
    StoreLe32(1, digests);
    StoreLe32(static_cast<std::uint32_t>(options.parts.size() + 1),
              MutableBytes(digests).subspan(4));
    for (std::size_t i = 0; i < options.parts.size(); ++i) {
      CopyBytes(options.parts[i].entry.digest, MutableBytes(digests).subspan(8 + 32 * i));
    }
    items.push_back({image::tlv::kDigestList, digests});
  } else if (!manifest.empty()) {
    image::Manifest named;
    for (const SamplePart& part : options.parts) {
      named.entries[named.count++] = part.entry;
    }
    image::EncodeManifest(named, manifest);
    items.push_back({image::tlv::kManifest, manifest});
  }
  image::testing::TestKey key(options.key);
  return image::testing::Signed(
      {.version = {version, 0, 0, 0}, .body = body, .protected_tlvs = items}, key);
}

inline SamplePart MakeBootImage(std::uint8_t index, std::uint8_t version,
                                const ReleaseOptions& options = {}) {
  SamplePart part;
  part.file = MakeImageFile(version, options, index);
  image::MemorySource source(part.file);
  part.entry = {.kind = image::ManifestKind::kBootImage,
                .index = index,
                .version = {version, 0, 0, 0},
                .length = static_cast<std::uint32_t>(part.file.size()),
                .digest = image::Inspect(source).value().digest};
  return part;
}

inline SamplePart MakeCompanion(std::uint8_t id, std::size_t size, std::uint32_t seed) {
  SamplePart part;
  part.file = image::testing::SampleBody(size, seed);
  part.entry = {.kind = image::ManifestKind::kCompanion,
                .index = id,
                .version = {},
                .length = static_cast<std::uint32_t>(size),
                .digest = crypto::Hash(part.file)};
  return part;
}

inline SampleRelease MakeRelease(std::uint8_t version, const ReleaseOptions& options = {}) {
  SampleRelease release;
  release.file = MakeImageFile(version, options);
  release.parts = options.parts;
  image::MemorySource source(release.file);
  release.digest = image::Inspect(source).value().digest;
  return release;
}

}  // namespace linnet::release::testing
