// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/store_view.hpp"

#include <algorithm>

#include "image/verify.hpp"

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

Status StoreView::Mount() {
  const Status status = directory_.Load();
  mounted_ = status.ok();
  return status;
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

Status CheckContent(image::Source& source, const Part& part, const crypto::Digest& digest,
                    MutableBytes scratch) {
  if (IsImage(part.kind)) {
    LINNET_TRY_ASSIGN(const crypto::Digest found, image::HashImage(source, scratch));
    return found == digest ? OkStatus() : Status(Code::kMismatch);
  }
  crypto::Sha256 hash;
  for (std::uint32_t at = 0; at < part.length;) {
    const MutableBytes piece =
        scratch.first(std::min<std::size_t>(scratch.size(), part.length - at));
    LINNET_TRY(source.Read(at, piece));
    hash.Update(piece);
    at += static_cast<std::uint32_t>(piece.size());
  }
  return hash.Finish() == digest ? OkStatus() : Status(Code::kMismatch);
}

}  // namespace linnet::release
