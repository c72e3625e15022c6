// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Makes a stretch of flash equal to an image, touching only the pages that differ.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "crypto/sha256.hpp"
#include "hal/flash.hpp"
#include "image/source.hpp"

namespace linnet::boot {

struct CopyResult {
  std::uint32_t pages_written = 0;
  std::uint32_t pages_equal = 0;
  crypto::Digest digest{};  ///< Of the first `hashed` bytes as the area gives them, once copied.
};

/// An image of `size` bytes, of which the first `hashed` are covered by its digest.
struct CopyExtent {
  std::uint32_t hashed = 0;
  std::uint32_t size = 0;
};

/// Makes the first `extent.size` bytes of `area` those of `from`, where something is known to
/// differ:
///  - the first page is erased first and programmed last, its first bytes at the very end, so that
///    an area that was left half done has no header and no right digest;
///  - pages with bytes that the digest does not cover are written without a look, since nobody
///    would notice later that a torn one reads differently;
///  - every other page is erased and programmed if it differs.
/// Cut anywhere, it is simply called again. What lies behind the image in its last page is blank
/// then.
///
/// Each byte is hashed when the area gives it, as equal or read back; who knows the right digest
/// need not read the area again. `scratch` has at least 64 bytes and carries the data in halves.
/// kTooLarge: more than the area. kMismatch: the first page does not give what was written.
/// Otherwise what the media returned.
Status CopyChangedPages(image::Source& from, const CopyExtent& extent, hal::Flash& area,
                        MutableBytes scratch, CopyResult& result);

}  // namespace linnet::boot
