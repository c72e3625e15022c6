// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The head of the nRF Connect SDK's dfu_multi_image.bin: which image has how many bytes, no more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/view.hpp"

namespace linnet::package {

/// u16 length of what follows, little endian; CBOR {"img": [{"id": int, "size": uint}, ...]};
/// perhaps 0xFF up to that length. Then the images, one behind the other; each size but the last
/// one's counts the padding behind it.
struct MultiImage {
  static constexpr std::size_t kMaxImages = 16;
  struct Image {
    std::int32_t id = 0;
    std::uint32_t offset = 0;  ///< In the file.
    std::uint32_t size = 0;
  };

  std::size_t count = 0;
  std::array<Image, kMaxImages> images{};
  std::uint32_t file_size = 0;  ///< Where the last one ends.

  [[nodiscard]] Span<const Image> view() const { return std::span(images).first(count); }
};

bool IsMultiImage(Bytes first);
/// Bytes before the first image. `first` has at least 2 bytes.
std::size_t MultiImageHeadSize(Bytes first);

/// Of at least MultiImageHeadSize() bytes. kPending: fewer. kMalformed: not that format, an id
/// twice, an image without bytes. kTooLarge: more than kMaxImages, or over 4 GiB.
Result<MultiImage> ReadMultiImage(Bytes prefix);

}  // namespace linnet::package
