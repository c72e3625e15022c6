// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "recovery/area_images.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "release/store_view.hpp"

namespace linnet::recovery {
namespace {

constexpr std::size_t kReadSize = 256;

}  // namespace

AreaImages::AreaImages(const Config& config) : config_(config) {
  LINNET_ASSERT(config.areas.size() <= kMaxImages);
}

Status AreaImages::Begin(std::uint8_t image, std::uint32_t length, const crypto::Digest* sha) {
  refusal_ = {};
  if (image >= config_.areas.size()) {
    return Code::kNotFound;
  }
  if (length == 0 || length > config_.areas[image]->geometry().size) {
    return length == 0 ? Code::kMalformed : Code::kTooLarge;
  }
  if (sha != nullptr && has_sha_ && *sha == sha_ && image == image_ && length == length_) {
    return OkStatus();  // goes on
  }
  image_ = image;
  length_ = length;
  position_ = 0;
  unit_size_ = 0;
  has_sha_ = sha != nullptr;
  sha_ = has_sha_ ? *sha : crypto::Digest{};
  return OkStatus();
}

/// Whole units at `at`, in one page. The area's first unit, in which the image's header begins, is
/// kept back until all others are there: what a cut left half done is then never taken for an
/// image, not even where it reads differently at each start.
Status AreaImages::Write(std::uint32_t at, Bytes units) {
  if (at % area().geometry().page_size == 0) {
    LINNET_TRY(area().ErasePage(at));
  }
  if (at == 0) {
    at = area().geometry().program_unit;
    CopyBytes(units.first(at), first_);
    units = units.subspan(at);
  }
  return units.empty() ? OkStatus() : area().Program(at, units);
}

/// The unit that is begun, filled up with erased bytes.
Status AreaImages::FlushUnit() {
  const std::size_t size = std::exchange(unit_size_, 0);
  std::fill(unit_.begin() + static_cast<std::ptrdiff_t>(size), unit_.end(),
            area().geometry().erased_value);
  return Write(position_ - static_cast<std::uint32_t>(size),
               Bytes(unit_).first(area().geometry().program_unit));
}

/// Takes from the front of `data` what is whole units of one page, or a part of one unit.
Status AreaImages::Take(Bytes& data) {
  const hal::FlashGeometry& geometry = area().geometry();
  const std::uint32_t unit = geometry.program_unit;
  const std::uint32_t at = position_;
  if (unit_size_ == 0 && data.size() >= unit) {
    std::size_t count =
        std::min<std::size_t>(data.size(), geometry.page_size - at % geometry.page_size);
    count -= count % unit;
    const Bytes units = data.first(count);
    data = data.subspan(count);
    position_ += static_cast<std::uint32_t>(count);
    return Write(at, units);
  }
  const std::size_t count =
      CopyBytes(data.first(std::min<std::size_t>(data.size(), unit - unit_size_)),
                MutableBytes(unit_).subspan(unit_size_));
  data = data.subspan(count);
  unit_size_ += count;
  position_ += static_cast<std::uint32_t>(count);
  return unit_size_ == unit ? FlushUnit() : OkStatus();
}

Status AreaImages::Append(Bytes data) {
  if (data.size() > length_ - position_) {
    return Code::kOutOfRange;
  }
  while (!data.empty()) {
    if (const Status status = Take(data); !status.ok()) {
      length_ = 0;
      return status;
    }
  }
  return OkStatus();
}

Status AreaImages::CheckFile() const {
  crypto::Sha256 hash;
  std::array<std::byte, kReadSize> buffer;
  for (std::uint32_t at = 0; at < position_;) {
    const MutableBytes piece =
        MutableBytes(buffer).first(std::min<std::size_t>(kReadSize, position_ - at));
    LINNET_TRY(area().Read(at, piece));
    hash.Update(piece);
    at += static_cast<std::uint32_t>(piece.size());
  }
  return hash.Finish() == sha_ ? OkStatus() : Status(Code::kDataLoss);
}

Status AreaImages::Check() {
  if (has_sha_ && !CheckFile().ok()) {
    refusal_ = "not the file that was announced";
    return Code::kDataLoss;
  }
  release::FlashSource source(area());
  image::Info info;
  const image::Verdict verdict = config_.verifier->Verify(
      source, area().geometry().size, config_.record->data().counter_floor[image_], info);
  if (!verdict.ok()) {
    refusal_ = image::ToText(verdict.reason);
  }
  return verdict.status();
}

Status AreaImages::Finish() {
  Status status = unit_size_ == 0 ? OkStatus() : FlushUnit();
  if (status.ok()) {
    status = area().Program(0, Bytes(first_).first(area().geometry().program_unit));
  }
  if (status.ok()) {
    status = Check();
  }
  if (!status.ok()) {
    IgnoreStatus(area().ErasePage(0));
  }
  length_ = 0;
  position_ = 0;
  return status;
}

/// The areas that hold an image now; an upload that is not whole is none.
Status AreaImages::Describe(std::uint32_t index, ImageEntry& out) {
  for (std::size_t image = 0; image < config_.areas.size(); ++image) {
    release::FlashSource source(*config_.areas[image]);
    image::Info info;
    if (image::Inspect(source, info).ok() && index-- == 0) {
      out = {static_cast<std::uint8_t>(image), info.header.version, info.digest};
      return OkStatus();
    }
  }
  return Code::kNotFound;
}

}  // namespace linnet::recovery
