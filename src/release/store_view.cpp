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

const Part* StoreView::PartAt(std::size_t index) const {
  const Part& part = directory_.At(index);
  return CheckPart(part, directory_.region().geometry()).ok() ? &part : nullptr;
}

const Part* StoreView::FindNext(const crypto::Digest& digest, std::size_t& index) const {
  while (index < part_count()) {
    const Part* part = PartAt(index);
    ++index;
    if (part != nullptr && part->state == PartState::kComplete && part->digest == digest) {
      return part;
    }
  }
  return nullptr;
}

}  // namespace linnet::release
