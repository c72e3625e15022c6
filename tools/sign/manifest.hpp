// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a release's application image says of the files that belong to it: docs/formats/manifest.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "image/manifest.hpp"

namespace linnet::sign {

/// The entry for a signed boot image: version, length and digest are the file's. Whose signature
/// it is does not matter here; boot will ask. Throws Error when the index is not from 1 to 7, or
/// the file is no whole, signed image, or has bytes behind it.
image::ManifestEntry NameBootImage(std::uint32_t index, const std::string& path);

/// The entry for a companion. Wi-Fi firmware is an nRF70 patch container, whole, and its version
/// is the container's: `version` is then not used. Throws Error for an id that is nobody's, an
/// empty file, or something that is no container.
image::ManifestEntry NameCompanion(std::uint8_t id, const std::string& path,
                                   const image::Version& version = {});

/// "wifi", "certificates", "model", or a number of the product's own, from 0x80. Throws Error.
std::uint8_t ParseCompanion(const std::string& text);
/// The other way; a number that has no name is written as 0xNN.
std::string CompanionName(std::uint8_t id);

/// The TLV's value. Throws Error when a part is named twice or there are too many.
std::vector<std::byte> EncodeManifest(const std::vector<image::ManifestEntry>& entries);

}  // namespace linnet::sign
