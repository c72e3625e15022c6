// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "flash/region.hpp"

#include "base/assert.hpp"

namespace linnet::flash {

Region::Region(hal::Flash& flash, std::uint32_t offset, std::uint32_t size)
    : flash_(flash), offset_(offset), geometry_(flash.geometry()) {
  LINNET_ASSERT(offset % geometry_.page_size == 0 && size % geometry_.page_size == 0);
  LINNET_ASSERT(offset <= geometry_.size && size <= geometry_.size - offset);
  geometry_.size = size;
}

Status Region::Check(std::uint32_t offset, std::size_t size) const {
  const bool inside = offset <= geometry_.size && size <= geometry_.size - offset;
  return inside ? OkStatus() : Status(Code::kOutOfRange);
}

Status Region::Read(std::uint32_t offset, MutableBytes out) {
  LINNET_TRY(Check(offset, out.size()));
  return flash_.Read(offset_ + offset, out);
}

Status Region::Program(std::uint32_t offset, Bytes data) {
  LINNET_TRY(Check(offset, data.size()));
  return flash_.Program(offset_ + offset, data);
}

Status Region::ErasePage(std::uint32_t offset) {
  LINNET_TRY(Check(offset, 1));
  return flash_.ErasePage(offset_ + offset);
}

}  // namespace linnet::flash
