// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/store_view.hpp"

namespace linnet::release {

Status FlashSource::Read(std::uint32_t offset, MutableBytes out) {
  if (watchdog_ != nullptr) {
    watchdog_->Feed();
  }
  if (offset > size_ || out.size() > size_ - offset) {
    return Code::kOutOfRange;
  }
  return flash_.Read(offset_ + offset, out);
}

Result<Part> StoreView::PartAt(std::size_t index) const {
  DirectoryEntry entry;
  LINNET_TRY(directory_.At(index, entry));
  return entry.part;
}

Result<Part> StoreView::Find(const crypto::Digest& digest, std::size_t& index) const {
  while (index < part_count()) {
    const Result<Part> part = PartAt(index);
    ++index;
    if (part.ok() && part->state == PartState::kComplete && part->digest == digest) {
      return part;
    }
  }
  return Code::kNotFound;
}

}  // namespace linnet::release
