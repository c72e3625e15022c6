// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/standin_radio/standin_radio.hpp"

#include <array>

#include "base/endian.hpp"

namespace linnet::standin {
namespace {

constexpr std::uint8_t kAllImages = (1U << hal::kRadioImageCount) - 1;
constexpr std::uint32_t kImageHeaderSize = 8;

}  // namespace

// Every command passes here: it refuses, hangs, or begins to end well.
Status StandinRadio::Begin(bool in_order) {
  const std::uint32_t number = commands_++;
  if (hung_ || (outcome_ && polls_left_ > 0) || !in_order) {
    return Code::kFailedPrecondition;
  }
  if (fault_ && fault_->command == number) {
    if (fault_->code != Code::kPending) {
      return fault_->code;
    }
    hung_ = true;
  }
  hung_ = hung_ || silent_;
  outcome_ = OkStatus();
  polls_left_ = 1;
  return OkStatus();
}

Status StandinRadio::Poll() {
  if (!outcome_) {
    return Code::kFailedPrecondition;
  }
  if (hung_) {
    return Code::kPending;
  }
  if (polls_left_ > 0) {
    --polls_left_;
    return Code::kPending;
  }
  return *outcome_;
}

void StandinRadio::Forget() {
  patch_ = {};
  taken_ = 0;
  image_left_ = 0;
  seen_ = 0;
  static_cast<void>(hash_.Finish());
}

Status StandinRadio::PowerOn() {
  LINNET_TRY(Begin(state_ == State::kOff));
  state_ = State::kOn;
  return OkStatus();
}

void StandinRadio::PowerOff() {
  Forget();
  state_ = State::kOff;
  outcome_.reset();
  polls_left_ = 0;
  hung_ = false;
}

Status StandinRadio::Reset() {
  LINNET_TRY(Begin(state_ != State::kOff));
  Forget();
  state_ = State::kReset;
  return OkStatus();
}

Status StandinRadio::Check(const hal::RadioPatch& patch) const {
  if (patch.firmware.version != required_.version) {
    return Code::kMismatch;
  }
  const bool all = (patch.firmware.features & required_.features) == required_.features;
  return all ? OkStatus() : Code::kUnsupported;
}

Status StandinRadio::BeginPatch(const hal::RadioPatch& patch) {
  LINNET_TRY(Begin(state_ == State::kReset));
  outcome_ = Check(patch);
  if (outcome_->ok()) {
    patch_ = patch;
    state_ = State::kPatching;
  }
  return OkStatus();
}

Status StandinRadio::BeginImage(hal::RadioImage image, std::uint32_t length) {
  LINNET_TRY(Begin(state_ == State::kPatching && image_left_ == 0));
  const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(image));
  if ((bit & kAllImages) == 0 || (seen_ & bit) != 0 || length == 0) {
    outcome_ = Code::kMalformed;
    return OkStatus();
  }
  if (length > kMaxImage) {
    outcome_ = Code::kTooLarge;
    return OkStatus();
  }
  std::array<std::byte, kImageHeaderSize> header;
  StoreLe32(static_cast<std::uint32_t>(image), header);
  StoreLe32(length, MutableBytes(header).subspan(4));
  hash_.Update(header);
  taken_ += kImageHeaderSize;
  image_left_ = length;
  seen_ |= bit;
  return OkStatus();
}

Status StandinRadio::Write(Bytes chunk) {
  LINNET_TRY(Begin(state_ == State::kPatching && !chunk.empty()));
  if (chunk.size() > image_left_) {
    outcome_ = Code::kOutOfRange;
    return OkStatus();
  }
  hash_.Update(chunk);
  image_left_ -= static_cast<std::uint32_t>(chunk.size());
  taken_ += static_cast<std::uint32_t>(chunk.size());
  return OkStatus();
}

Status StandinRadio::FinishPatch() {
  LINNET_TRY(Begin(state_ == State::kPatching));
  if (seen_ != kAllImages || image_left_ > 0 || taken_ != patch_.length) {
    outcome_ = Code::kMalformed;
  } else if (hash_.Finish() != patch_.digest) {
    outcome_ = Code::kDataLoss;
  }
  state_ = outcome_->ok() ? State::kPatched : State::kOn;
  return OkStatus();
}

Status StandinRadio::Boot() {
  LINNET_TRY(Begin(state_ == State::kPatched));
  if (!hung_) {
    state_ = State::kRunning;
    ++boots_;
  }
  return OkStatus();
}

}  // namespace linnet::standin
