// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/copy.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "crypto/sha256.hpp"

namespace linnet::boot {
namespace {

constexpr std::size_t kLargestUnit = 32;

class PageCopier {
 public:
  PageCopier(image::Source& from, const CopyExtent& extent, hal::Flash& area, MutableBytes scratch)
      : from_(from), extent_(extent), area_(area) {
    const std::size_t half = scratch.size() / 2 / kLargestUnit * kLargestUnit;
    ours_ = scratch.first(half);
    theirs_ = scratch.subspan(half, half);
  }

  Status Run(CopyResult& result) {
    const std::uint32_t page = area_.geometry().page_size;
    LINNET_TRY(area_.ErasePage(0));
    // It is hashed first and written last: what it is to be has to be found in it then.
    LINNET_TRY(Hash(from_, 0, hash_));
    const crypto::Digest first = crypto::Sha256(hash_).Finish();
    for (std::uint32_t begin = page; begin < extent_.size; begin += page) {
      LINNET_TRY(Update(begin, result));
    }
    ++result.pages_written;
    LINNET_TRY(Program(0));
    crypto::Sha256 written;
    LINNET_TRY(Hash(area_, 0, written));
    if (written.Finish() != first) {
      return Code::kMismatch;
    }
    result.digest = hash_.Finish();
    return OkStatus();
  }

 private:
  [[nodiscard]] std::uint32_t EndOf(std::uint32_t begin) const {
    return std::min(begin + area_.geometry().page_size, extent_.size);
  }
  [[nodiscard]] std::uint32_t chunk_size() const {
    return static_cast<std::uint32_t>(ours_.size());
  }

  /// The page that begins at `begin`, as far as it is hashed, as `medium` has it.
  template <typename Medium>
  Status Hash(Medium& medium, std::uint32_t begin, crypto::Sha256& hash) {
    const std::uint32_t end = std::min(EndOf(begin), extent_.hashed);
    for (std::uint32_t at = begin; at < end; at += chunk_size()) {
      const MutableBytes read = ours_.first(std::min(chunk_size(), end - at));
      LINNET_TRY(medium.Read(at, read));
      hash.Update(read);
    }
    return OkStatus();
  }

  Status Update(std::uint32_t begin, CopyResult& result) {
    bool differs = EndOf(begin) > extent_.hashed;
    const crypto::Sha256 before = hash_;
    if (!differs) {
      LINNET_TRY(Differs(begin, differs));
    }
    if (!differs) {
      ++result.pages_equal;
      return OkStatus();
    }
    ++result.pages_written;
    LINNET_TRY(area_.ErasePage(begin));
    LINNET_TRY(Program(begin));
    hash_ = before;
    return Hash(area_, begin, hash_);
  }

  /// Hashes what it finds equal.
  Status Differs(std::uint32_t begin, bool& differs) {
    differs = false;
    const std::uint32_t end = EndOf(begin);
    for (std::uint32_t at = begin; at < end && !differs; at += chunk_size()) {
      const std::uint32_t count = std::min(chunk_size(), end - at);
      LINNET_TRY(from_.Read(at, theirs_.first(count)));
      const Status status = area_.Read(at, ours_.first(count));
      if (!status.ok() && status != Code::kDataLoss) {
        return status;
      }
      // What the medium has lost is written again.
      differs = !status.ok() || !Equal(theirs_.first(count), ours_.first(count));
      if (!differs) {
        hash_.Update(ours_.first(count));
      }
    }
    return OkStatus();
  }

  /// From the page's end to its start.
  Status Program(std::uint32_t begin) {
    const hal::FlashGeometry& geometry = area_.geometry();
    std::uint32_t end = EndOf(begin);
    while (end != begin) {
      const std::uint32_t at = begin + (end - begin - 1) / chunk_size() * chunk_size();
      const std::uint32_t count = end - at;
      const std::uint32_t padded =
          (count + geometry.program_unit - 1) / geometry.program_unit * geometry.program_unit;
      LINNET_TRY(from_.Read(at, theirs_.first(count)));
      std::fill(theirs_.begin() + count, theirs_.begin() + padded, geometry.erased_value);
      LINNET_TRY(area_.Program(at, theirs_.first(padded)));
      end = at;
    }
    return OkStatus();
  }

  image::Source& from_;
  CopyExtent extent_;
  hal::Flash& area_;
  MutableBytes ours_;
  MutableBytes theirs_;
  crypto::Sha256 hash_;
};

}  // namespace

Status CopyChangedPages(image::Source& from, const CopyExtent& extent, hal::Flash& area,
                        MutableBytes scratch, CopyResult& result) {
  LINNET_ASSERT(scratch.size() >= 2 * kLargestUnit && extent.size != 0);
  if (extent.size > area.geometry().size) {
    return Code::kTooLarge;
  }
  return PageCopier(from, extent, area, scratch).Run(result);
}

}  // namespace linnet::boot
