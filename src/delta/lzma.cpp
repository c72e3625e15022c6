// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "delta/lzma.hpp"

#include <algorithm>
#include <type_traits>

#include "base/assert.hpp"
#include "base/view.hpp"

namespace linnet::delta {
namespace {

constexpr std::uint32_t kProbabilityBits = 11;
constexpr std::uint16_t kEven = 1U << (kProbabilityBits - 1);
constexpr std::uint32_t kMoveBits = 5;
constexpr std::uint32_t kTop = 1U << 24;
constexpr std::uint32_t kMinMatch = 2;
constexpr std::uint32_t kFlushSize = 128;
constexpr std::uint32_t kFirstModelledSlot = 4;
constexpr std::uint32_t kFirstDirectSlot = 14;
constexpr std::uint32_t kAlignBits = 4;

// States below this one have a literal as the last symbol.
constexpr std::uint32_t kLiteralStates = 7;

std::uint32_t AfterLiteral(std::uint32_t state) {
  return state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
}
std::uint32_t AfterMatch(std::uint32_t state) {
  return state < kLiteralStates ? 7 : 10;
}
std::uint32_t AfterRepeat(std::uint32_t state) {
  return state < kLiteralStates ? 8 : 11;
}
std::uint32_t AfterShortRepeat(std::uint32_t state) {
  return state < kLiteralStates ? 9 : 11;
}

}  // namespace

void LzmaDecoder::Begin(const Properties& properties, std::uint32_t stored, std::uint32_t content,
                        ContentSink& sink) {
  sink_ = &sink;
  properties_ = properties;
  input_missing_ = stored;
  content_left_ = content;
  produced_ = 0;
  flushed_ = 0;
  state_ = 0;
  distances_ = {};
  opened_ = false;
  overrun_ = false;
  input_size_ = 0;
  input_at_ = 0;
  ResetModel();
}

void LzmaDecoder::ResetModel() {
  static_assert(std::is_trivially_copyable_v<Model> && sizeof(Model) % sizeof(Probability) == 0);
  auto* const first = reinterpret_cast<Probability*>(&model_);
  std::fill_n(first, sizeof(Model) / sizeof(Probability), kEven);
}

Status LzmaDecoder::Feed(Bytes piece) {
  LINNET_ASSERT(piece.size() <= input_missing_);
  bool hungry = true;
  while (hungry) {
    TakeInput(piece);
    const std::size_t there = input_size_ - input_at_;
    const bool last = input_missing_ == 0;
    const std::size_t wanted = opened_ ? kLongestSymbol : kOpening;
    hungry = (there >= wanted || last) && content_left_ > 0;
    if (!hungry) {
      break;
    }
    if (!opened_) {
      Open();
    } else {
      LINNET_TRY(DecodeSymbol());
    }
    if (overrun_) {
      return Code::kMalformed;
    }
    if (produced_ - flushed_ >= kFlushSize) {
      LINNET_TRY(Flush());
    }
  }
  LINNET_TRY(Flush());
  // The encoder ends with the bytes that its range needs, so that nothing is left over.
  const bool surplus = input_at_ != input_size_ || input_missing_ > 0 || code_ != 0;
  return content_left_ == 0 && surplus ? Status(Code::kMalformed) : OkStatus();
}

void LzmaDecoder::TakeInput(Bytes& piece) {
  if (input_size_ - input_at_ >= static_cast<int>(kLongestSymbol) || piece.empty()) {
    return;
  }
  std::copy(input_.begin() + input_at_, input_.begin() + input_size_, input_.begin());
  input_size_ = static_cast<std::uint8_t>(input_size_ - input_at_);
  input_at_ = 0;
  const std::size_t count = CopyBytes(piece, MutableBytes(input_).subspan(input_size_));
  input_size_ = static_cast<std::uint8_t>(input_size_ + count);
  input_missing_ -= static_cast<std::uint32_t>(count);
  piece = piece.subspan(count);
}

std::byte LzmaDecoder::NextInput() {
  if (input_at_ == input_size_) {
    overrun_ = true;
    return std::byte{0};
  }
  return input_[input_at_++];
}

void LzmaDecoder::Open() {
  overrun_ = NextInput() != std::byte{0} || overrun_;
  range_ = 0xFFFFFFFF;
  code_ = 0;
  for (std::size_t i = 1; i < kOpening; ++i) {
    code_ = code_ << 8 | std::to_integer<std::uint32_t>(NextInput());
  }
  opened_ = true;
}

void LzmaDecoder::Normalize() {
  if (range_ < kTop) {
    range_ <<= 8;
    code_ = code_ << 8 | std::to_integer<std::uint32_t>(NextInput());
  }
}

std::uint32_t LzmaDecoder::Bit(Probability& probability) {
  const std::uint32_t bound = (range_ >> kProbabilityBits) * probability;
  const std::uint32_t bit = code_ < bound ? 0 : 1;
  if (bit == 0) {
    range_ = bound;
    probability = static_cast<Probability>(probability +
                                           (((1U << kProbabilityBits) - probability) >> kMoveBits));
  } else {
    range_ -= bound;
    code_ -= bound;
    probability = static_cast<Probability>(probability - (probability >> kMoveBits));
  }
  Normalize();
  return bit;
}

std::uint32_t LzmaDecoder::DirectBits(std::uint32_t count) {
  std::uint32_t value = 0;
  for (; count > 0; --count) {
    range_ >>= 1;
    const std::uint32_t bit = code_ >= range_ ? 1 : 0;
    code_ -= bit != 0 ? range_ : 0;
    value = value << 1 | bit;
    Normalize();
  }
  return value;
}

std::uint32_t LzmaDecoder::Tree(Span<Probability> tree, std::uint32_t bits) {
  std::uint32_t symbol = 1;
  for (std::uint32_t i = 0; i < bits; ++i) {
    symbol = symbol << 1 | Bit(tree[symbol]);
  }
  return symbol - (1U << bits);
}

std::uint32_t LzmaDecoder::ReverseTree(Span<Probability> tree, std::uint32_t bits) {
  std::uint32_t node = 1;
  std::uint32_t symbol = 0;
  for (std::uint32_t i = 0; i < bits; ++i) {
    const std::uint32_t bit = Bit(tree[node]);
    node = node << 1 | bit;
    symbol |= bit << i;
  }
  return symbol;
}

void LzmaDecoder::Put(std::byte byte) {
  window_[produced_ % kWindow] = byte;
  ++produced_;
  --content_left_;
}

std::byte LzmaDecoder::Back(std::uint32_t distance) const {
  return window_[(produced_ - distance - 1) % kWindow];
}

Status LzmaDecoder::Flush() {
  while (flushed_ < produced_) {
    const std::uint32_t begin = flushed_ % kWindow;
    const std::uint32_t size = std::min(produced_ - flushed_, kWindow - begin);
    flushed_ += size;
    LINNET_TRY(sink_->OnContent(Bytes(window_).subspan(begin, size)));
  }
  return OkStatus();
}

Status LzmaDecoder::DecodeSymbol() {
  const std::uint32_t position_state = produced_ & ((1U << properties_.position_bits) - 1);
  if (Bit(model_.is_match[state_ * kPositionStates + position_state]) != 0) {
    return DecodeMatch(position_state);
  }
  DecodeLiteral();
  state_ = AfterLiteral(state_);
  return OkStatus();
}

void LzmaDecoder::DecodeLiteral() {
  const std::uint32_t before = produced_ > 0 ? std::to_integer<std::uint32_t>(Back(0)) : 0;
  const std::uint32_t low = produced_ & ((1U << properties_.literal_position_bits) - 1);
  const std::uint32_t context = (low << properties_.literal_context_bits) +
                                (before >> (8 - properties_.literal_context_bits));
  const auto model = std::span(model_.literal).subspan(kLiteral * context, kLiteral);
  std::uint32_t symbol = 1;
  if (state_ >= kLiteralStates) {
    // The byte at the last distance was no match: its bits are the context until one differs.
    auto expected = std::to_integer<std::uint32_t>(Back(distances_[0]));
    bool same = true;
    while (symbol < 0x100 && same) {
      const std::uint32_t wanted = expected >> 7 & 1U;
      expected <<= 1;
      const std::uint32_t bit = Bit(model[((1 + wanted) << 8) + symbol]);
      symbol = symbol << 1 | bit;
      same = bit == wanted;
    }
  }
  while (symbol < 0x100) {
    symbol = symbol << 1 | Bit(model[symbol]);
  }
  Put(static_cast<std::byte>(symbol));
}

Status LzmaDecoder::DecodeMatch(std::uint32_t position_state) {
  std::uint32_t length = 0;
  if (Bit(model_.is_repeat[state_]) != 0) {
    LINNET_TRY(Repeat(position_state, length));
    return CopyMatch(length);
  }
  length = DecodeLength(model_.match_length, position_state);
  distances_ = {0, distances_[0], distances_[1], distances_[2]};
  distances_[0] = DecodeDistance(length);
  state_ = AfterMatch(state_);
  return CopyMatch(length + kMinMatch);
}

Status LzmaDecoder::Repeat(std::uint32_t position_state, std::uint32_t& length) {
  if (Bit(model_.is_repeat0[state_]) == 0) {
    if (Bit(model_.is_long_repeat0[state_ * kPositionStates + position_state]) == 0) {
      state_ = AfterShortRepeat(state_);
      length = 1;
      return OkStatus();
    }
  } else {
    std::size_t which = 1;
    if (Bit(model_.is_repeat1[state_]) != 0) {
      which = Bit(model_.is_repeat2[state_]) == 0 ? 2 : 3;
    }
    std::rotate(distances_.begin(), distances_.begin() + which, distances_.begin() + which + 1);
  }
  length = DecodeLength(model_.repeat_length, position_state) + kMinMatch;
  state_ = AfterRepeat(state_);
  return OkStatus();
}

Status LzmaDecoder::CopyMatch(std::uint32_t length) {
  const std::uint32_t distance = distances_[0];
  if (length > content_left_ || distance >= produced_ || distance >= kWindow) {
    return Code::kMalformed;
  }
  for (; length > 0; --length) {
    Put(Back(distance));
  }
  return OkStatus();
}

std::uint32_t LzmaDecoder::DecodeLength(LengthModel& model, std::uint32_t position_state) {
  if (Bit(model.choice) == 0) {
    return Tree(model.low[position_state], 3);
  }
  if (Bit(model.choice2) == 0) {
    return 8 + Tree(model.middle[position_state], 3);
  }
  return 16 + Tree(model.high, 8);
}

std::uint32_t LzmaDecoder::DecodeDistance(std::uint32_t length) {
  const std::uint32_t slot = Tree(model_.slot[std::min(length, kLengthStates - 1)], 6);
  if (slot < kFirstModelledSlot) {
    return slot;
  }
  const std::uint32_t bits = (slot >> 1) - 1;
  const std::uint32_t distance = (2 | (slot & 1U)) << bits;
  if (slot < kFirstDirectSlot) {
    return distance + ReverseTree(std::span(model_.special).subspan(distance - slot), bits);
  }
  const std::uint32_t high = DirectBits(bits - kAlignBits) << kAlignBits;
  return distance + high + ReverseTree(model_.align, kAlignBits);
}

}  // namespace linnet::delta
