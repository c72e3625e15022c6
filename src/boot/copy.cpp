// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/copy.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace linnet::boot {
namespace {

constexpr std::size_t kLargestUnit = 32;

class PageCopier {
 public:
  PageCopier(image::Source& from, hal::Flash& area, MutableBytes scratch)
      : from_(from), area_(area) {
    const std::size_t half = scratch.size() / 2 / kLargestUnit * kLargestUnit;
    ours_ = scratch.first(half);
    theirs_ = scratch.subspan(half, half);
  }

  Status Differs(std::uint32_t begin, std::uint32_t end, bool& differs) {
    differs = false;
    for (std::uint32_t at = begin; at < end && !differs; at += Count(at, end)) {
      const MutableBytes wanted = theirs_.first(Count(at, end));
      const MutableBytes found = ours_.first(Count(at, end));
      LINNET_TRY(from_.Read(at, wanted));
      const Status status = area_.Read(at, found);
      if (!status.ok() && status != Code::kDataLoss) {
        return status;
      }
      differs = !status.ok() || !Equal(wanted, found);  // what is lost is written again
    }
    return OkStatus();
  }

  Status Rewrite(std::uint32_t begin, std::uint32_t end) {
    const hal::FlashGeometry& geometry = area_.geometry();
    LINNET_TRY(area_.ErasePage(begin));
    std::uint32_t left = end - begin;
    while (left > 0) {
      const std::uint32_t count = LastCount(left);
      left -= count;
      const std::uint32_t at = begin + left;
      const std::uint32_t padded =
          (count + geometry.program_unit - 1) / geometry.program_unit * geometry.program_unit;
      LINNET_TRY(from_.Read(at, theirs_.first(count)));
      std::fill(theirs_.begin() + count, theirs_.begin() + padded, geometry.erased_value);
      LINNET_TRY(area_.Program(at, theirs_.first(padded)));
    }
    return OkStatus();
  }

 private:
  [[nodiscard]] std::uint32_t Count(std::uint32_t at, std::uint32_t end) const {
    return std::min(static_cast<std::uint32_t>(ours_.size()), end - at);
  }

  /// Size of the last chunk when `left` bytes are cut into chunks from their start.
  [[nodiscard]] std::uint32_t LastCount(std::uint32_t left) const {
    const auto chunk = static_cast<std::uint32_t>(ours_.size());
    return left % chunk != 0 ? left % chunk : std::min(chunk, left);
  }

  image::Source& from_;
  hal::Flash& area_;
  MutableBytes ours_;
  MutableBytes theirs_;
};

}  // namespace

Status CopyChangedPages(image::Source& from, std::uint32_t size, hal::Flash& area,
                        MutableBytes scratch, CopyResult& result) {
  LINNET_ASSERT(scratch.size() >= 2 * kLargestUnit);
  if (size > area.geometry().size) {
    return Code::kTooLarge;
  }
  PageCopier copier(from, area, scratch);
  const std::uint32_t page = area.geometry().page_size;
  // From the end: the signature lies behind what the digest covers, so an interrupted copy whose
  // digest is right already has all of it.
  for (std::uint32_t left = size; left > 0;) {
    const std::uint32_t end = left;
    const std::uint32_t begin = (end - 1) / page * page;
    left = begin;
    bool differs = false;
    LINNET_TRY(copier.Differs(begin, end, differs));
    if (differs) {
      LINNET_TRY(copier.Rewrite(begin, end));
      ++result.pages_written;
    } else {
      ++result.pages_equal;
    }
  }
  return OkStatus();
}

}  // namespace linnet::boot
