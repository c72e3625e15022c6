// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "package/identify.hpp"
#include "base/view.hpp"

#include "base/endian.hpp"
#include "image/header.hpp"
#include "package/format.hpp"
#include "package/multi_image.hpp"

namespace linnet::package {

StringView ToString(FileKind kind) {
  switch (kind) {
    case FileKind::kUnknown:
      break;
    case FileKind::kPackage:
      return "package";
    case FileKind::kImage:
      return "image";
    case FileKind::kMultiImage:
      return "multi-image file";
  }
  return "unknown file";
}

FileKind Identify(Bytes first) {
  if (IsPackage(first)) {
    return FileKind::kPackage;
  }
  if (first.size() >= sizeof(std::uint32_t) && LoadLe32(first) == image::kImageMagic) {
    return FileKind::kImage;
  }
  return IsMultiImage(first) ? FileKind::kMultiImage : FileKind::kUnknown;
}

Result<std::size_t> FileHeadSize(Bytes first) {
  switch (Identify(first)) {
    case FileKind::kPackage:
      return HeadSize(first);
    case FileKind::kImage:
      return image::kHeaderSize;
    case FileKind::kMultiImage: {
      const std::size_t size = MultiImageHeadSize(first);
      return size <= kMaxHeadSize ? Result<std::size_t>(size) : Code::kTooLarge;
    }
    case FileKind::kUnknown:
      break;
  }
  return Code::kMalformed;
}

}  // namespace linnet::package
