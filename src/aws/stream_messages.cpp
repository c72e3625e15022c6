// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What arrives for a download: messages into slots, blocks into their order.
#include <algorithm>

#include "aws/stream_download.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

constexpr const char* kTag = "stream";

bool SkipPrefix(StringView& text, StringView prefix) {
  if (!text.starts_with(prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

Status StatusOf(StreamError error) {
  switch (error) {
    case StreamError::kVersionMismatch:
    case StreamError::kETagMismatch:
      return Code::kMismatch;
    case StreamError::kNotFound:
      return Code::kNotFound;
    case StreamError::kOffset:
      return Code::kOutOfRange;
    case StreamError::kUnauthorized:
      return Code::kUnauthenticated;
    case StreamError::kInternal:
      return Code::kUnavailable;
    case StreamError::kRequest:
      break;
  }
  return Code::kUnsupported;
}

}  // namespace

// A description comes while nothing is held, and may fill all of the memory.
MutableBytes StreamDownload::slot_memory(std::size_t slot) const {
  if (state_ == State::kDescribing) {
    return memory_;
  }
  const std::size_t size = codec_.MessageSize(block_size_);
  return memory_.subspan(slot * size, size);
}

std::size_t StreamDownload::FreeSlot() const {
  const std::size_t count = std::min(kMaxSlots, memory_.size() / codec_.MessageSize(block_size_));
  for (std::size_t slot = 0; slot < count; ++slot) {
    if (!slots_[slot].held) {
      return slot;
    }
  }
  return kNoSlot;
}

void StreamDownload::OnMessage(const mqtt::MessagePart& part) {
  if (part.offset == 0) {
    slot_ = BeginMessage(part) ? FreeSlot() : kNoSlot;
  }
  if (slot_ == kNoSlot) {
    return;
  }
  const MutableBytes memory = slot_memory(slot_);
  if (part.offset != received_ || part.total > memory.size()) {
    log::Warning(kTag, "a message of {} bytes is dropped", part.total);
    slot_ = kNoSlot;
    return;
  }
  received_ += CopyBytes(part.data, memory.subspan(received_));
  if (part.last()) {
    EndMessage();
    slot_ = kNoSlot;
  }
}

bool StreamDownload::BeginMessage(const mqtt::MessagePart& part) {
  received_ = 0;
  if (state_ == State::kIdle) {
    return false;
  }
  const auto suffix = SuffixOf(thing_, part.topic);
  if (!suffix.ok()) {
    return false;
  }
  StringView rest = *suffix;
  if (!SkipPrefix(rest, "streams/"sv) || !SkipPrefix(rest, stream_) || !SkipPrefix(rest, "/"sv)) {
    return false;
  }
  const std::size_t slash = rest.find('/');
  constexpr std::size_t kKinds = 3;
  const std::size_t kind = IndexOf(rest.substr(0, slash), "description|data|rejected");
  if (kind == kKinds || slash == StringView::npos || rest.substr(slash + 1) != codec_.name()) {
    return false;
  }
  kind_ = static_cast<Kind>(kind);
  return kind_ == Kind::kRejected ||
         (kind_ == Kind::kDescription) == (state_ == State::kDescribing);
}

// What cannot be read, or is no answer to us, counts as lost: it is asked for again.
void StreamDownload::EndMessage() {
  StreamAnswer answer;
  const Status status =
      codec_.Read(slot_memory(slot_).first(received_), {.token = token_, .file = file_}, answer);
  if (!status.ok()) {
    log::Warning(kTag, "a message cannot be read: {}", status);
    return;
  }
  if (answer.Has(StreamAnswer::kToken) && !answer.ours) {
    return;
  }
  switch (kind_) {
    case Kind::kDescription:
      return OnDescription(answer);
    case Kind::kData:
      return OnBlock(answer);
    case Kind::kRejected:
      return OnRejected(answer);
  }
}

void StreamDownload::OnDescription(const StreamAnswer& answer) {
  if (!answer.Has(StreamAnswer::kVersion) || !answer.Has(StreamAnswer::kFiles)) {
    return;
  }
  version_ = answer.version();
  file_size_ = answer.size();
  if (answer.size() == 0) {
    Finish(Code::kNotFound);
  } else if (wanted_version_ != 0 && wanted_version_ != version_) {
    Finish(Code::kMismatch);
  } else {
    BeginWindow();
  }
}

void StreamDownload::OnRejected(const StreamAnswer& answer) {
  if (!asked_ || !answer.Has(StreamAnswer::kError)) {
    return;
  }
  const Status status = StatusOf(answer.error);
  log::Warning(kTag, "the service refuses: {}", status);
  if (status == Code::kMismatch) {
    version_ = 0;
  }
  Finish(status);
}

void StreamDownload::OnBlock(const StreamAnswer& answer) {
  const std::uint32_t bit = answer.block() - first_;
  if (!answer.Has(StreamAnswer::kBlock) || !answer.Has(StreamAnswer::kFile) ||
      answer.file() != file_ || answer.block() < first_ || bit >= kWindow ||
      (missing_ >> bit & 1U) == 0 || answer.payload.size() != BlockLength(answer.block())) {
    return;  // Of something else, or here already, or not whole.
  }
  if (answer.block() != next_) {
    slots_[slot_] = {.held = true, .block = answer.block(), .payload = answer.payload};
    if (FreeSlot() == kNoSlot) {
      slots_[slot_].held = false;  // The last slot is for the block whose turn it is.
      return;
    }
  }
  heard_ = true;
  missing_ &= ~(1U << bit);
  if (answer.block() == next_) {
    Deliver(answer.payload);
    DeliverHeld();
  }
  if (state_ == State::kFetching && missing_ == 0) {
    Finish(OkStatus());
  }
}

void StreamDownload::Deliver(Bytes payload) {
  const std::uint32_t at = next_ * block_size_;
  const std::uint32_t begin = std::max(at, begin_);
  const std::uint32_t end = std::min(at + static_cast<std::uint32_t>(payload.size()), end_);
  ++next_;
  if (const Status status = sink_->OnBytes(begin, payload.subspan(begin - at, end - begin));
      !status.ok()) {
    Finish(status);
  }
}

void StreamDownload::DeliverHeld() {
  for (std::size_t i = 0; i < slots_.size() && state_ == State::kFetching; ++i) {
    if (slots_[i].held && slots_[i].block == next_) {
      slots_[i].held = false;
      Deliver(slots_[i].payload);
      i = static_cast<std::size_t>(-1);  // The next may lie in any slot.
    }
  }
}

}  // namespace linnet::aws
