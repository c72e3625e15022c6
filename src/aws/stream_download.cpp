// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/stream_download.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/format.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

constexpr const char* kTag = "stream";
constexpr StringView kStreams = "streams/";
/// The longest of what stands behind a stream's name: "/description/json".
constexpr std::size_t kMaxVerb = 17;

// As a thing's, but for the colon.
bool IsStreamName(StringView name) {
  static_assert(kMaxStreamName == kMaxThingName);
  return CheckThingName(name).ok() && name.find(':') == StringView::npos;
}

}  // namespace

StreamDownload::StreamDownload(StringView thing, const StreamCodec& codec, hal::Entropy& entropy,
                               MutableBytes memory, std::uint32_t block_size,
                               const StreamTiming& timing)
    : thing_(thing),
      codec_(codec),
      entropy_(entropy),
      memory_(memory),
      block_size_(block_size),
      timing_(timing) {}

StringView StreamDownload::ToString(State state) {
  return WordAt(static_cast<std::size_t>(state), "idle|describing|fetching");
}

void StreamDownload::SetState(State state) {
  if (state != state_) {
    log::Debug(kTag, "{} -> {}", ToString(state_), ToString(state));
  }
  state_ = state;
  asked_ = heard_ = false;
  attempts_ = 0;
}

void StreamDownload::Finish(Status status) {
  status_ = status;
  slot_ = kNoSlot;
  SetState(State::kIdle);
}

Result<StringView> StreamDownload::BuildFilter(Span<char> out) const {
  FixedString<24> suffix;
  LINNET_TRY(suffix.Append("streams/+/+/"sv));
  LINNET_TRY(suffix.Append(codec_.name()));
  return aws::BuildFilter(thing_, suffix, out);
}

Status StreamDownload::Open(StringView stream, std::uint8_t file) {
  Cancel();
  stream_.Clear();
  version_ = file_size_ = 0;
  file_ = file;
  Topic longest;
  if (!IsStreamName(stream) || !BuildTopic(thing_, kStreams, longest).ok() ||
      longest.size() + stream.size() + kMaxVerb > kMaxTopic) {
    return Code::kInvalidArgument;
  }
  return stream_.Assign(stream);
}

Status StreamDownload::Fetch(std::uint32_t offset, std::uint32_t length, std::uint32_t version,
                             StreamSink& sink) {
  if (state_ != State::kIdle || stream_.empty()) {
    return Code::kFailedPrecondition;
  }
  if (length == 0) {
    return Code::kInvalidArgument;
  }
  sink_ = &sink;
  begin_ = offset;
  end_ = offset + std::min(length, std::numeric_limits<std::uint32_t>::max() - offset);
  wanted_version_ = version;
  status_ = Code::kPending;
  if (version == 0 || version != version_) {
    std::uint32_t random = 0;
    // Without randomness, tokens repeat after a restart: at worst a late block of another version
    // passes for a new one, and the content's digest will tell.
    IgnoreStatus(entropy_.Fill(std::as_writable_bytes(std::span(&random, 1))));
    std::array<char, 24> text{};
    IgnoreStatus(token_.Assign(Format(text, "{:x}-{}", random, ++opened_)));
    SetState(State::kDescribing);
  } else {
    BeginWindow();
  }
  return OkStatus();
}

void StreamDownload::Cancel() {
  if (state_ != State::kIdle) {
    Finish(Code::kCancelled);
  }
}

void StreamDownload::BeginWindow() {
  if (begin_ >= file_size_) {
    Finish(Code::kOutOfRange);
    return;
  }
  end_ = std::min(end_, file_size_);
  first_ = next_ = begin_ / block_size_;
  const std::uint32_t count = std::min((end_ - 1) / block_size_ - first_ + 1, kWindow);
  missing_ = ~std::uint32_t{0} >> (kWindow - count);
  slots_ = {};
  SetState(State::kFetching);
}

std::uint32_t StreamDownload::BlockLength(std::uint32_t block) const {
  return std::min(block_size_, file_size_ - block * block_size_);
}

void StreamDownload::OnReady() {
  online_ = true;
  asked_ = false;
}

void StreamDownload::OnOffline() {
  online_ = false;
  slot_ = kNoSlot;
}

Instant StreamDownload::wake() const {
  return !online_ || state_ == State::kIdle ? kNever
         : asked_ && !heard_                ? deadline_
                                            : Instant::min();
}

// A request is due: the first, or one because nothing more comes. kPending: not yet.
Status StreamDownload::Count(Instant now) {
  if (heard_) {
    heard_ = false;
    attempts_ = 0;
    deadline_ = now + timing_.quiet;
  }
  if (asked_ && now < deadline_) {
    return Code::kPending;
  }
  if (asked_) {
    log::Info(kTag, "what lacks from block {} on is asked for again", next_);
  }
  if (attempts_ == timing_.attempts) {
    Finish(Code::kDeadlineExceeded);
    return Code::kPending;
  }
  asked_ = true;
  deadline_ = now + timing_.answer * (1U << attempts_);
  ++attempts_;
  return OkStatus();
}

Status StreamDownload::Next(Instant now, Request& out) {
  if (!online_ || state_ == State::kIdle) {
    return Code::kPending;
  }
  LINNET_TRY(Count(now));
  if (const Status status = Write(out); !status.ok()) {
    Finish(Code::kUnsupported);
    return Code::kPending;
  }
  return OkStatus();
}

Status StreamDownload::Write(Request& out) const {
  const bool describing = state_ == State::kDescribing;
  LINNET_TRY(BuildTopic(thing_, kStreams, out.topic));
  const StringView action = describing ? "/describe/" : "/get/";
  for (const StringView piece : {stream_.view(), action, codec_.name()}) {
    LINNET_TRY(out.topic.Append(piece));
  }
  if (describing) {
    LINNET_TRY_ASSIGN(out.payload, codec_.WriteDescribe(token_, out.buffer));
    return OkStatus();
  }
  const int skipped = std::countr_zero(missing_);
  const StreamGet get{.token = token_,
                      .version = version_,
                      .file = file_,
                      .block_size = block_size_,
                      .first = first_ + static_cast<std::uint32_t>(skipped),
                      .bitmap = missing_ >> skipped};
  LINNET_TRY_ASSIGN(out.payload, codec_.WriteGet(get, out.buffer));
  return OkStatus();
}

}  // namespace linnet::aws
