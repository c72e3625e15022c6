// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "delta/decoder.hpp"

#include <algorithm>
#include <limits>

#include "base/assert.hpp"
#include "base/endian.hpp"

namespace linnet::delta {

Decoder::Decoder(image::Source* base, TargetSink& target) : base_(base), content_(base, target) {}

void Decoder::Begin(std::uint32_t target_length, std::uint32_t position) {
  LINNET_ASSERT(target_length > 0 && position <= target_length);
  target_length_ = target_length;
  position_ = position;
  next_ = 0;
  stream_length_ = 0;
  field_size_ = 0;
  status_ = OkStatus();
  state_ = position == target_length ? State::kComplete : State::kHead;
  content_.SetPosition(position);
}

Status Decoder::Feed(std::uint32_t offset, Bytes data) {
  while (status_.ok() && !complete()) {
    if (offset > next_) {
      return Code::kOutOfRange;
    }
    const std::uint32_t known = next_ - offset;
    if (known >= data.size()) {
      break;
    }
    data = data.subspan(known);
    offset = next_;
    const std::size_t before = data.size();
    status_ = Step(data);
    const auto taken = static_cast<std::uint32_t>(before - data.size());
    offset += taken;
  }
  return status_;
}

Status Decoder::Step(Bytes& data) {
  switch (state_) {
    case State::kHead:
      return Collect(kHeadSize, data) ? OnHead() : OkStatus();
    case State::kTable:
      return Collect(kTableEntrySize, data) ? OnTableEntry() : OkStatus();
    case State::kBlockHead:
      return Collect(kBlockHeadSize, data) ? OnBlockHead() : OkStatus();
    default:
      return TakeBlock(data);
  }
}

bool Decoder::Collect(std::size_t size, Bytes& data) {
  const Bytes piece = data.first(std::min(data.size(), size - field_size_));
  CopyBytes(piece, MutableBytes(field_).subspan(field_size_));
  field_size_ = static_cast<std::uint8_t>(field_size_ + piece.size());
  next_ += static_cast<std::uint32_t>(piece.size());
  data = data.subspan(piece.size());
  if (field_size_ < size) {
    return false;
  }
  field_size_ = 0;
  return true;
}

Status Decoder::OnHead() {
  LINNET_TRY_ASSIGN(head_, DecodeHead(field_));
  const bool fits =
      head_.target_length == target_length_ &&
      (head_.base_length == 0 || (base_ != nullptr && head_.base_length <= base_->size()));
  if (!fits) {
    return Code::kMismatch;
  }
  block_ = 0;
  sum_ = head_.blocks_offset();
  state_ = State::kTable;
  return OkStatus();
}

Status Decoder::OnTableEntry() {
  const std::uint32_t stored = LoadLe16(field_) & kMaxStored;
  if (stored == 0) {
    return Code::kMalformed;
  }
  if (block_ == position_ / head_.block_size()) {
    first_offset_ = static_cast<std::uint32_t>(sum_);
  }
  sum_ += kBlockHeadSize + stored;
  if (sum_ > std::numeric_limits<std::uint32_t>::max()) {
    return Code::kMalformed;
  }
  return ++block_ == head_.block_count() ? OnTableEnd() : OkStatus();
}

Status Decoder::OnTableEnd() {
  stream_length_ = static_cast<std::uint32_t>(sum_);
  next_ = first_offset_;
  EnterBlock(position_ / head_.block_size());
  return OkStatus();
}

void Decoder::EnterBlock(std::uint32_t block) {
  block_ = block;
  state_ = block < head_.block_count() ? State::kBlockHead : State::kComplete;
}

Status Decoder::OnBlockHead() {
  LINNET_TRY_ASSIGN(block_head_, DecodeBlockHead(Bytes(field_).first<kBlockHeadSize>()));
  block_left_ = block_head_.stored;
  const std::uint32_t begin = block_ * head_.block_size();
  const std::uint32_t size = std::min(head_.block_size(), head_.target_length - begin);
  content_.Begin(begin, begin + size, head_.base_length);
  if (!block_head_.plain) {
    lzma_.Begin(head_.properties, block_head_.stored, block_head_.content, content_);
  }
  state_ = State::kBlock;
  return OkStatus();
}

Status Decoder::TakeBlock(Bytes& data) {
  const Bytes piece = data.first(std::min<std::size_t>(data.size(), block_left_));
  data = data.subspan(piece.size());
  next_ += static_cast<std::uint32_t>(piece.size());
  block_left_ -= static_cast<std::uint32_t>(piece.size());
  LINNET_TRY(block_head_.plain ? content_.OnContent(piece) : lzma_.Feed(piece));
  if (block_left_ > 0) {
    return OkStatus();
  }
  if (!content_.complete() || (!block_head_.plain && !lzma_.complete())) {
    return Code::kMalformed;
  }
  EnterBlock(block_ + 1);
  return OkStatus();
}

}  // namespace linnet::delta
