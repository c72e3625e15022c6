// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Releases of an application and its Wi-Fi firmware, and packages of them.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "base/view.hpp"
#include "image/manifest.hpp"
#include "image/tlv.hpp"
#include "package/writer.hpp"
#include "radio/patch.hpp"
#include "radio/requirement.hpp"
#include "radio/testing/patches.hpp"
#include "release/testing/sample_release.hpp"

namespace linnet::update::testing {

using Octets = std::vector<std::byte>;

inline image::ManifestEntry NameFirmware(Bytes firmware) {
  const auto header = radio::DecodePatchHeader(firmware).value();
  return {.kind = image::ManifestKind::kCompanion,
          .index = image::companion::kWifiFirmware,
          .version = radio::ManifestVersion(header.firmware.version),
          .length = static_cast<std::uint32_t>(firmware.size()),
          .digest = crypto::Hash(firmware)};
}

inline Octets Firmware(std::uint8_t patch, std::uint32_t length = 1000) {
  return radio::testing::MakePatch(
      {.version = 0x01020E00U | patch, .features = radio::feature::kSystem}, {40, length, 512, 3},
      {0, 1, 2, 3}, patch);
}

/// An application of that version and body that names this companion, if any, with a driver that
/// needs version 1.2.14.`driver`, or needs nothing.
inline release::testing::SampleRelease SignNaming(std::uint8_t version, Bytes body,
                                                  const std::optional<image::ManifestEntry>& named,
                                                  std::optional<std::uint8_t> driver = {}) {
  std::array<std::byte, image::kManifestEntrySize> manifest{};
  std::vector<image::TlvItem> items;
  if (named) {
    image::Manifest one{.count = 1};
    one.entries[0] = *named;
    items.push_back({image::tlv::kManifest, image::EncodeManifest(one, manifest)});
  }
  std::array<std::byte, radio::kRequirementSize> requirement{};
  if (driver) {
    requirement = radio::EncodeRequirement(
        {.version = 0x01020E00U | *driver, .features = radio::feature::kSystem});
    items.push_back({image::tlv::kRadioRequirement, requirement});
  }
  image::testing::TestKey key(1);
  release::testing::SampleRelease release;
  release.file = image::testing::Signed(
      {.version = {version, 0, 0, 0}, .body = body, .protected_tlvs = items}, key);
  image::MemorySource source(release.file);
  release.digest = image::Inspect(source).value().digest;
  return release;
}

/// The same, naming `firmware` as it is; empty: none.
inline release::testing::SampleRelease SignApplication(std::uint8_t version, Bytes body,
                                                       Bytes firmware,
                                                       std::optional<std::uint8_t> driver = {}) {
  return firmware.empty() ? SignNaming(version, body, std::nullopt, driver)
                          : SignNaming(version, body, NameFirmware(firmware), driver);
}

/// The same with an invented body, of which a third is that of any other version.
inline release::testing::SampleRelease MakeApplication(std::uint8_t version, Bytes firmware,
                                                       std::optional<std::uint8_t> driver = {},
                                                       std::size_t body_size = 2500) {
  std::vector<std::byte> body = image::testing::SampleBody(body_size, 7);
  const std::vector<std::byte> own = image::testing::SampleBody(body_size, 100U + version);
  for (std::size_t i = 0; i < body.size(); ++i) {
    body[i] = i / 512 % 3 == 1 ? body[i] : own[i];
  }
  return SignApplication(version, body, firmware, driver);
}

/// One part of a package as it is stored in it.
struct Packed {
  package::Entry entry{};
  Octets bytes{};
};

inline Packed Pack(const release::testing::SampleRelease& application) {
  image::MemorySource source(application.file);
  const auto header = image::ReadHeader(source).value();
  const auto length = static_cast<std::uint32_t>(application.file.size());
  return {{.kind = release::PartKind::kApplication,
           .stored_length = length,
           .length = length,
           .version = header.version,
           .digest = application.digest,
           .stored_digest = crypto::Hash(application.file)},
          application.file};
}

inline Packed Pack(const Octets& firmware) {
  const image::ManifestEntry named = NameFirmware(firmware);
  return {{.kind = release::PartKind::kCompanion,
           .index = named.index,
           .stored_length = named.length,
           .length = named.length,
           .version = named.version,
           .digest = named.digest,
           .stored_digest = named.digest},
          firmware};
}

struct PackageFor {
  StringView product = "lamp";
  StringView board = "sim";
};

/// The application's part comes first, or names the release that the others are for.
inline Octets MakePackage(const std::vector<Packed>& parts, const crypto::Digest& release,
                          const PackageFor& target = {}) {
  std::vector<package::Entry> entries;
  entries.reserve(parts.size());
  for (const Packed& part : parts) {
    entries.push_back(part.entry);
  }
  package::Summary summary{.product = target.product,
                           .board = target.board,
                           .version = entries[0].version,
                           .release = release,
                           .alignment = 64};
  EXPECT_TRUE(package::PlaceEntries(summary, entries).ok());
  Octets file(summary.file_size, std::byte{0xFF});
  const auto head = package::WriteHead(summary, entries, file);
  EXPECT_TRUE(head.ok()) << ToString(head.code());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    CopyBytes(parts[i].bytes, MutableBytes(file).subspan(entries[i].offset));
  }
  return file;
}

inline Octets MakePackage(const release::testing::SampleRelease& application,
                          const Octets& firmware, const PackageFor& target = {}) {
  return MakePackage({Pack(application), Pack(firmware)}, application.digest, target);
}

}  // namespace linnet::update::testing
