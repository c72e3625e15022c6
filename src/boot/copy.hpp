// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Makes a stretch of flash equal to an image, touching only the pages that differ.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "hal/flash.hpp"
#include "image/source.hpp"

namespace linnet::boot {

struct CopyResult {
  std::uint32_t pages_written = 0;
  std::uint32_t pages_equal = 0;
};

/// Compares the first `size` bytes of `from` with those of `area`, page by page, and erases and
/// programs the pages that are not equal; what lies behind `size` in the last page is then blank.
/// From the end to the start: what the digest does not cover lies last, so it is there before the
/// digest can be right. Cut anywhere, it goes on with the first page that is not equal when it is
/// called again. `scratch` has at least 64 bytes and carries the data in halves. kTooLarge: `size`
/// is more than the area's. Otherwise what the media returned.
Status CopyChangedPages(image::Source& from, std::uint32_t size, hal::Flash& area,
                        MutableBytes scratch, CopyResult& result);

}  // namespace linnet::boot
