// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What kind of update file this is, told by its first bytes and never by its name.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"

namespace linnet::package {

enum class FileKind : std::uint8_t {
  kUnknown,
  kPackage,     ///< Ours.
  kImage,       ///< A bare MCUboot image: the application.
  kMultiImage,  ///< The nRF Connect SDK's dfu_multi_image.bin.
};

/// "unknown file", "package", "image", "multi-image file".
StringView ToString(FileKind kind);

/// Bytes that Identify() and FileHeadSize() want, or the whole file if it is shorter.
inline constexpr std::size_t kIdentifySize = 16;

FileKind Identify(Bytes first);

/// How many bytes of the file, at most kMaxHeadSize, MakePlan() needs. kMalformed: an unknown file,
/// or a head that cannot be. kUnsupported: a newer package. kTooLarge: a longer head than that.
Result<std::size_t> FileHeadSize(Bytes first);

}  // namespace linnet::package
