// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "radio/loader.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::radio {
namespace {

constexpr const char* kTag = "radio";

}  // namespace

StringView ToString(LoadState state) {
  return WordAt(static_cast<std::size_t>(state),
                "idle|powering|resetting|opening|open image|writing|finishing|booting|running|"
                "failed");
}

StringView ToText(LoadFailure failure) {
  return WordAt(static_cast<std::size_t>(failure),
                "nothing failed|"
                "the firmware could not be read|"
                "it is no firmware container|"
                "the firmware has another version than the driver needs|"
                "the firmware lacks a feature that the driver needs|"
                "the firmware is damaged|"
                "the chip refused a command|"
                "the chip does not answer");
}

Loader::Loader(hal::Radio& radio, MutableBytes chunk) : radio_(radio), chunk_(chunk) {
  LINNET_ASSERT(!chunk.empty() && chunk.size() % 4 == 0);
}

void Loader::SetState(LoadState state) {
  const bool step = state == LoadState::kOpenImage || state == LoadState::kWriting;
  if (!step && state != state_) {
    log::Debug(kTag, "{} -> {}", ToString(state_), ToString(state));
  }
  state_ = state;
}

Status Loader::Fail(LoadFailure failure) {
  log::Error(kTag, "firmware not loaded while {}: {}", ToString(state_), ToText(failure));
  radio_.PowerOff();
  failure_ = failure;
  SetState(LoadState::kFailed);
  return Code::kUnavailable;
}

void Loader::Stop() {
  radio_.PowerOff();
  SetState(LoadState::kIdle);
}

// The header that is judged here is the one that is hashed.
LoadFailure Loader::Open(image::Source& source) {
  std::array<std::byte, kPatchHeaderSize> bytes;
  const Result<Patch> patch = ReadPatch(source);
  if (patch.code() == Code::kMalformed || patch.code() == Code::kTooLarge ||
      patch.code() == Code::kOutOfRange) {
    return LoadFailure::kMalformed;
  }
  if (!patch.ok() || !source.Read(0, bytes).ok()) {
    return LoadFailure::kUnreadable;
  }
  const Result<PatchHeader> header = DecodePatchHeader(bytes);
  if (!header.ok() || *header != patch->header) {
    return LoadFailure::kUnreadable;
  }
  patch_ = *patch;
  content_hash_ = {};
  file_hash_ = {};
  file_hash_.Update(bytes);
  switch (CheckFirmware(radio_.required_firmware(), patch_.header.firmware).code()) {
    case Code::kOk:
      return LoadFailure::kNone;
    case Code::kMismatch:
      return LoadFailure::kOtherVersion;
    default:
      return LoadFailure::kMissingFeature;
  }
}

void Loader::Start(image::Source& source, const std::optional<crypto::Digest>& digest,
                   Instant now) {
  Stop();
  source_ = &source;
  wanted_ = digest;
  patch_ = {};
  image_ = 0;
  failure_ = Open(source);
  if (failure_ == LoadFailure::kOtherVersion) {
    log::Error(kTag, "firmware {}, the driver needs {}",
               FirmwareText(patch_.header.firmware.version).view(),
               FirmwareText(radio_.required_firmware().version).view());
  }
  if (failure_ != LoadFailure::kNone) {
    IgnoreStatus(Fail(failure_));
    return;
  }
  IgnoreStatus(Command(radio_.PowerOn(), LoadState::kPowering, now));
}

Status Loader::Command(Status begun, LoadState next, Instant now) {
  if (!begun.ok()) {
    return Fail(LoadFailure::kRefused);
  }
  deadline_ = now + hal::kRadioCommandLimit;
  SetState(next);
  return Code::kPending;
}

Status Loader::Poll(Instant now) {
  switch (state_) {
    case LoadState::kIdle:
      return Code::kFailedPrecondition;
    case LoadState::kRunning:
      return OkStatus();
    case LoadState::kFailed:
      return Code::kUnavailable;
    default:
      break;
  }
  const Status ended = radio_.Poll();
  if (ended == Code::kPending) {
    return now < deadline_ ? ended : Fail(LoadFailure::kSilent);
  }
  return ended.ok() ? Next(now) : Fail(LoadFailure::kRefused);
}

Status Loader::Next(Instant now) {
  switch (state_) {
    case LoadState::kPowering:
      return Command(radio_.Reset(), LoadState::kResetting, now);
    case LoadState::kResetting:
      return Command(radio_.BeginPatch(patch_.header), LoadState::kOpening, now);
    case LoadState::kOpening:
      return OpenImage(now);
    case LoadState::kOpenImage:
    case LoadState::kWriting:
      return WriteChunk(now);
    case LoadState::kFinishing:
      return Command(radio_.Boot(), LoadState::kBooting, now);
    default:
      break;
  }
  if (!radio_.running()) {
    return Fail(LoadFailure::kSilent);
  }
  SetState(LoadState::kRunning);
  log::Info(kTag, "firmware {} runs", FirmwareText(patch_.header.firmware.version).view());
  return OkStatus();
}

Status Loader::OpenImage(Instant now) {
  const PatchImage& image = patch_.images[image_];
  const auto header = EncodeImageHeader(image);
  content_hash_.Update(header);
  file_hash_.Update(header);
  written_ = 0;
  return Command(radio_.BeginImage(image.type, image.length), LoadState::kOpenImage, now);
}

Status Loader::WriteChunk(Instant now) {
  const PatchImage& image = patch_.images[image_];
  if (written_ == image.length) {
    return ++image_ < patch_.images.size() ? OpenImage(now) : Close(now);
  }
  const MutableBytes piece =
      chunk_.first(std::min<std::size_t>(chunk_.size(), image.length - written_));
  if (!source_->Read(image.offset + written_, piece).ok()) {
    return Fail(LoadFailure::kUnreadable);
  }
  content_hash_.Update(piece);
  file_hash_.Update(piece);
  written_ += static_cast<std::uint32_t>(piece.size());
  return Command(radio_.Write(piece), LoadState::kWriting, now);
}

Status Loader::Close(Instant now) {
  const bool content = content_hash_.Finish() == patch_.header.digest;
  const bool file = file_hash_.Finish() == wanted_.value_or(crypto::Digest{});
  if (!content || (wanted_ && !file)) {
    return Fail(LoadFailure::kDamaged);
  }
  return Command(radio_.FinishPatch(), LoadState::kFinishing, now);
}

}  // namespace linnet::radio
