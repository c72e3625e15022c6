// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/backup.hpp"

#include <algorithm>
#include <array>

#include "base/endian.hpp"
#include "base/log.hpp"
#include "image/verify.hpp"

namespace linnet::release {
namespace {

constexpr std::uint32_t kStepSize = 4096;
constexpr std::uint32_t kChunkSize = 512;

}  // namespace

Status Backup::Start(const crypto::Digest& confirmed) {
  LINNET_TRY_ASSIGN(const image::Info info, image::Inspect(running_));
  if (info.digest != confirmed) {
    return Code::kMismatch;
  }
  tag_ = LoadLe64(Bytes(confirmed));
  LINNET_TRY(store_.Begin(PartKind::kApplication, info.total_size, tag_));
  length_ = info.total_size;
  log::Info("backup", "copying the running release to the store: {} bytes", length_);
  return OkStatus();
}

Status Backup::CopySome() {
  std::array<std::byte, kChunkSize> buffer;
  const std::uint32_t end = std::min(length_, store_.position() + kStepSize);
  while (store_.position() < end) {
    const MutableBytes piece =
        MutableBytes(buffer).first(std::min(kChunkSize, end - store_.position()));
    LINNET_TRY(running_.Read(store_.position(), piece));
    LINNET_TRY(store_.Write(piece));
  }
  return OkStatus();
}

Status Backup::Step(const crypto::Digest& confirmed) {
  if (length_ == 0) {
    if (store_.Find(confirmed).ok()) {
      return OkStatus();
    }
    LINNET_TRY(Start(confirmed));
    return Code::kPending;
  }
  if (store_.position() < length_) {
    const Status status = CopySome();
    length_ = status.ok() ? length_ : 0;
    return status.ok() ? Status(Code::kPending) : status;
  }
  length_ = 0;
  const Status finished = store_.Finish(confirmed);
  if (finished == Code::kMismatch || finished == Code::kMalformed) {
    LINNET_TRY(store_.Abandon(tag_));
  }
  return finished;
}

}  // namespace linnet::release
