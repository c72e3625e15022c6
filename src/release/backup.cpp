// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/backup.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/endian.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "image/manifest.hpp"
#include "image/verify.hpp"
#include "release/store_view.hpp"

namespace linnet::release {
namespace {

constexpr std::uint32_t kStepSize = 4096;
constexpr std::uint32_t kChunkSize = 512;

}  // namespace

Backup::Backup(Span<image::Source* const> areas, Store& store) : store_(store) {
  LINNET_ASSERT(areas.size() <= areas_.size());
  std::ranges::copy(areas, areas_.begin());
}

/// Sets `wanted_` to the digest of `image_`; all zero: the release names no such image.
Status Backup::FindWanted(const crypto::Digest& confirmed) {
  if (image_ == 0) {
    wanted_ = confirmed;
    return OkStatus();
  }
  LINNET_TRY_ASSIGN(const Part part, store_.Find(confirmed));
  FlashSource source(store_.region(), part.offset, part.length);
  LINNET_TRY_ASSIGN(const image::Header header, image::ReadHeader(source));
  image::Manifest manifest;
  LINNET_TRY(image::ReadManifest(source, header, manifest));
  const image::ManifestEntry* entry = manifest.Find(image::ManifestKind::kBootImage, image_);
  wanted_ = entry == nullptr ? crypto::Digest{} : entry->digest;
  return OkStatus();
}

Result<bool> Backup::IsHeld() const {
  const Result<Part> part = store_.Find(wanted_);
  if (!part.ok()) {
    return false;
  }
  std::array<std::byte, kChunkSize> buffer;
  FlashSource source(store_.region(), part->offset, part->length);
  const Status status = CheckContent(source, *part, wanted_, buffer);
  const bool damaged =
      status == Code::kMismatch || status == Code::kMalformed || status == Code::kDataLoss;
  if (!status.ok() && !damaged) {
    return status;
  }
  return status.ok();
}

Status Backup::Start() {
  if (areas_[image_] == nullptr) {
    return Code::kNotFound;
  }
  LINNET_TRY_ASSIGN(const image::Info info, image::Inspect(*areas_[image_]));
  if (info.digest != wanted_) {
    return Code::kMismatch;
  }
  tag_ = LoadLe64(Bytes(wanted_));
  LINNET_TRY(store_.Begin(image_ == 0 ? PartKind::kApplication : PartKind::kBootImage,
                          info.total_size, tag_));
  length_ = info.total_size;
  log::Info("backup", "copying running image {} to the store: {} bytes", image_, length_);
  return Code::kPending;
}

Status Backup::CopySome() {
  std::array<std::byte, kChunkSize> buffer;
  const std::uint32_t end = std::min(length_, store_.position() + kStepSize);
  while (store_.position() < end) {
    const MutableBytes piece =
        MutableBytes(buffer).first(std::min(kChunkSize, end - store_.position()));
    LINNET_TRY(areas_[image_]->Read(store_.position(), piece));
    LINNET_TRY(store_.Write(piece));
  }
  return Code::kPending;
}

Status Backup::Finish() {
  const Status finished = store_.Finish(wanted_);
  if (finished == Code::kMismatch || finished == Code::kMalformed) {
    LINNET_TRY(store_.Abandon(tag_));
  }
  return finished;
}

/// Looks at one image, or copies some of it. ok: it is held.
Status Backup::Next(const crypto::Digest& confirmed) {
  if (length_ != 0) {
    return store_.position() < length_ ? CopySome() : Finish();
  }
  LINNET_TRY(FindWanted(confirmed));
  if (!IsSet(wanted_)) {
    return OkStatus();
  }
  LINNET_TRY_ASSIGN(const bool held, IsHeld());
  return held ? OkStatus() : Start();
}

Status Backup::Step(const crypto::Digest& confirmed) {
  if (confirmed != release_) {
    release_ = confirmed;
    image_ = 0;
    length_ = 0;
  }
  while (image_ < areas_.size()) {
    const Status status = Next(confirmed);
    if (status == Code::kPending) {
      return status;
    }
    length_ = 0;
    if (!status.ok()) {
      image_ = 0;
      return status;
    }
    ++image_;
  }
  // What was held may be gone by the next time.
  release_ = {};
  return OkStatus();
}

}  // namespace linnet::release
