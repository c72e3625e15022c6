// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The files that a release is made of, and what each of them is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "image/manifest.hpp"
#include "package/format.hpp"
#include "tools/sign/files.hpp"

namespace linnet::package {

/// A part with all its bytes.
struct PartFile {
  std::string name{};  ///< Of the file, for messages.
  release::PartKind kind{};
  std::uint8_t index = 0;
  image::Version version{};
  std::uint32_t security_counter = 0;
  crypto::Digest digest{};
  std::vector<std::byte> bytes{};
};

/// All throw sign::Error with the file and what is wrong with it.

/// A whole, signed image with nothing behind it.
PartFile ReadApplication(const std::string& path);
/// "INDEX:FILE", as `linnet sign --with` has it.
PartFile ReadBootImage(const std::string& text);
/// "KIND:FILE" or "KIND@VERSION:FILE", as `linnet sign --needs` has it. What the manifest says of
/// its version, where no version is given, is the builder's to fill in.
PartFile ReadCompanion(const std::string& text);

/// What could be on a device: an application image, or every part of a package.
std::vector<PartFile> ReadBases(const std::string& path);

/// What the application names. Throws sign::Error when its manifest breaks the rules.
image::Manifest ManifestOf(const PartFile& application);

/// "application", "boot image 1", "Wi-Fi firmware".
std::string NameOf(release::PartKind kind, std::uint8_t index);

}  // namespace linnet::package
