// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/radio/patch_memory.hpp"

#include <array>

#include "base/endian.hpp"

namespace linnet::air {

void PatchMemory::Clear(hal::RadioFirmware required) {
  *this = {};
  required_ = required;
}

Status PatchMemory::BeginPatch(const hal::RadioPatch& patch) {
  if (state_ != State::kEmpty) {
    return Code::kFailedPrecondition;
  }
  if (patch.firmware.version != required_.version) {
    return Code::kMismatch;
  }
  if ((patch.firmware.features & required_.features) != required_.features) {
    return Code::kUnsupported;
  }
  patch_ = patch;
  state_ = State::kFilling;
  return OkStatus();
}

Status PatchMemory::BeginImage(const serial_radio::BeginImage& image) {
  if (state_ != State::kFilling || image_left_ > 0) {
    return Code::kFailedPrecondition;
  }
  if (image.type >= hal::kRadioImageCount || (seen_ & (1U << image.type)) != 0 ||
      image.length == 0) {
    return Code::kMalformed;
  }
  if (image.length > kMaxImage) {
    return Code::kTooLarge;
  }
  std::array<std::byte, 8> head;
  StoreLe32(image.type, head);
  StoreLe32(image.length, MutableBytes(head).subspan(4));
  hash_.Update(head);
  taken_ += static_cast<std::uint32_t>(head.size());
  image_left_ = image.length;
  seen_ |= static_cast<std::uint8_t>(1U << image.type);
  return OkStatus();
}

Status PatchMemory::Write(Bytes chunk) {
  if (state_ != State::kFilling || chunk.empty()) {
    return Code::kFailedPrecondition;
  }
  if (chunk.size() > serial_radio::kMaxChunk) {
    return Code::kTooLarge;
  }
  if (chunk.size() > image_left_) {
    return Code::kOutOfRange;
  }
  if (chunk.size() % 4 != 0 && chunk.size() != image_left_) {
    return Code::kInvalidArgument;
  }
  hash_.Update(chunk);
  image_left_ -= static_cast<std::uint32_t>(chunk.size());
  taken_ += static_cast<std::uint32_t>(chunk.size());
  return OkStatus();
}

Status PatchMemory::Finish() {
  constexpr std::uint8_t kAll = (1U << hal::kRadioImageCount) - 1;
  if (state_ != State::kFilling) {
    return Code::kFailedPrecondition;
  }
  if (seen_ != kAll || image_left_ > 0 || taken_ != patch_.length) {
    return Code::kMalformed;
  }
  if (hash_.Finish() != patch_.digest) {
    return Code::kDataLoss;
  }
  state_ = State::kComplete;
  return OkStatus();
}

}  // namespace linnet::air
