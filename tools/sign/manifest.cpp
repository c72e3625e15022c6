// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/manifest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "image/tlv.hpp"
#include "radio/patch.hpp"
#include "tools/sign/files.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::sign {
namespace {

constexpr std::array<std::pair<std::uint8_t, std::string_view>, 3> kCompanions{{
    {image::companion::kWifiFirmware, "wifi"},
    {image::companion::kCertificates, "certificates"},
    {image::companion::kModel, "model"},
}};

// All of `text`, decimal or with 0x.
std::optional<unsigned> ReadNumber(std::string_view text) {
  const bool hex = text.starts_with("0x");
  text.remove_prefix(hex ? 2 : 0);
  unsigned value = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  return error == std::errc() && stop == text.data() + text.size() ? std::optional(value)
                                                                   : std::nullopt;
}

Description DescribeFile(const std::string& path, Bytes bytes) {
  try {
    return Describe(bytes);
  } catch (const Error& error) {
    throw Error(path + " is " + error.what() + "; sign it first.");
  }
}

image::Version PatchVersion(const std::string& path, Bytes bytes) {
  image::MemorySource source(bytes);
  std::array<std::byte, 4096> scratch;
  const Result<radio::Patch> patch = radio::VerifyPatch(source, scratch);
  if (patch.code() == Code::kDataLoss) {
    throw Error(path + " is damaged: its content does not match the digest in its header.");
  }
  if (!patch.ok()) {
    throw Error(path + " is no nRF70 patch container (" + std::string(ToString(patch.code())) +
                "); use the vendor's nrf70.bin as it is.");
  }
  if (patch->size() != bytes.size()) {
    throw Error(path + " has " + std::to_string(bytes.size() - patch->size()) +
                " bytes behind its patch container; cut them off.");
  }
  return radio::ManifestVersion(patch->header.firmware.version);
}

std::string NameOf(const image::ManifestEntry& entry) {
  return entry.kind == image::ManifestKind::kBootImage ? "boot image " + std::to_string(entry.index)
                                                       : "companion " + CompanionName(entry.index);
}

}  // namespace

image::ManifestEntry NameBootImage(std::uint32_t index, const std::string& path) {
  if (index < 1 || index > image::kMaxBootImageIndex) {
    throw Error("boot image " + std::to_string(index) +
                " cannot be named: its index is from 1 to " +
                std::to_string(image::kMaxBootImageIndex) + ", 0 is the application itself.");
  }
  const std::vector<std::byte> bytes = ReadFile(path);
  const Description description = DescribeFile(path, bytes);
  const image::Info& info = description.info;
  if (description.actual_digest != info.digest) {
    throw Error(path + " is damaged: its content does not match its digest.");
  }
  const bool is_signed = std::ranges::any_of(
      description.entries, [](const Entry& entry) { return entry.type == image::tlv::kEcdsa; });
  if (!is_signed) {
    throw Error(path + " has no ECDSA signature; sign it first.");
  }
  if (info.total_size != bytes.size()) {
    throw Error(path + " has " + std::to_string(bytes.size() - info.total_size) +
                " bytes behind its image; sign it without padding.");
  }
  return {.kind = image::ManifestKind::kBootImage,
          .index = static_cast<std::uint8_t>(index),
          .version = info.header.version,
          .length = info.total_size,
          .digest = info.digest};
}

image::ManifestEntry NameCompanion(std::uint8_t id, const std::string& path,
                                   const image::Version& version) {
  const std::vector<std::byte> bytes = ReadFile(path);
  if (bytes.empty()) {
    throw Error(path + " is empty: there is nothing to name.");
  }
  return {.kind = image::ManifestKind::kCompanion,
          .index = id,
          .version = id == image::companion::kWifiFirmware ? PatchVersion(path, bytes) : version,
          .length = static_cast<std::uint32_t>(bytes.size()),
          .digest = crypto::Hash(bytes)};
}

std::uint8_t ParseCompanion(const std::string& text) {
  const auto* const named =
      std::ranges::find(kCompanions, text, &std::pair<std::uint8_t, std::string_view>::second);
  if (named != kCompanions.end()) {
    return named->first;
  }
  const std::optional<unsigned> number = ReadNumber(text);
  if (!number || *number < image::companion::kFirstOfProduct || *number > 0xFF) {
    throw Error("\"" + text +
                "\" is no companion: wifi, certificates, model, or a number of the product's own "
                "from 0x80 to 0xff.");
  }
  return static_cast<std::uint8_t>(*number);
}

std::string CompanionName(std::uint8_t id) {
  const auto* const named =
      std::ranges::find(kCompanions, id, &std::pair<std::uint8_t, std::string_view>::first);
  return named != kCompanions.end() ? std::string(named->second)
                                    : "0x" + ToHex(std::array{static_cast<std::byte>(id)});
}

std::vector<std::byte> EncodeManifest(const std::vector<image::ManifestEntry>& entries) {
  if (entries.size() > image::kMaxManifestEntries) {
    throw Error("a release can name at most " + std::to_string(image::kMaxManifestEntries) +
                " other parts.");
  }
  image::Manifest manifest;
  for (const image::ManifestEntry& entry : entries) {
    if (manifest.Find(entry.kind, entry.index) != nullptr) {
      throw Error(NameOf(entry) + " is named twice.");
    }
    manifest.entries.at(manifest.count++) = entry;
  }
  std::vector<std::byte> value(entries.size() * image::kManifestEntrySize);
  image::EncodeManifest(manifest, value);
  return value;
}

}  // namespace linnet::sign
