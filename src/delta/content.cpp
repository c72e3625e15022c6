// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "delta/content.hpp"

#include <algorithm>
#include <array>

namespace linnet::delta {
namespace {

constexpr std::uint8_t kLastShift = 28;
constexpr std::uint32_t kMoreBit = 0x80;

}  // namespace

void ContentReader::Begin(std::uint32_t begin, std::uint32_t end, std::uint32_t base_length) {
  at_ = begin;
  end_ = end;
  base_length_ = base_length;
  base_at_ = std::min(begin, base_length);
  number_ = 0;
  shift_ = 0;
  state_ = State::kLength;
}

Status ContentReader::OnContent(Bytes data) {
  if (base_length_ == 0) {
    return Give(data);
  }
  while (!data.empty()) {
    LINNET_TRY(Take(data));
  }
  return OkStatus();
}

Status ContentReader::Take(Bytes& data) {
  if (state_ == State::kSum) {
    return TakeSum(data);
  }
  if (state_ == State::kNew) {
    return TakeNew(data);
  }
  const std::byte byte = data[0];
  data = data.subspan(1);
  return TakeNumber(byte);
}

// LEB128 of 32 bits.
Status ContentReader::TakeNumber(std::byte byte) {
  const auto value = std::to_integer<std::uint32_t>(byte);
  if (shift_ == kLastShift && value > 0x0F) {
    return Code::kMalformed;
  }
  number_ |= (value & ~kMoreBit) << shift_;
  if ((value & kMoreBit) != 0) {
    shift_ = static_cast<std::uint8_t>(shift_ + 7);
    return OkStatus();
  }
  const Status status = OnNumber();
  number_ = 0;
  shift_ = 0;
  return status;
}

Status ContentReader::OnNumber() {
  if (state_ == State::kStep) {
    return OnStep();
  }
  if (number_ > end_ - at_) {
    return Code::kMalformed;
  }
  left_ = number_;
  if (state_ == State::kLength) {
    empty_ = left_ == 0;
    state_ = State::kStep;
    return OkStatus();
  }
  state_ = left_ > 0 ? State::kNew : State::kLength;
  return left_ == 0 && empty_ ? Status(Code::kMalformed) : OkStatus();
}

// The zigzag form has the sign in the lowest bit. Wraps like the base's offset does.
Status ContentReader::OnStep() {
  base_at_ += (number_ >> 1) ^ (0U - (number_ & 1U));
  if (base_at_ > base_length_ || left_ > base_length_ - base_at_) {
    return Code::kMalformed;
  }
  state_ = left_ > 0 ? State::kSum : State::kNewLength;
  return OkStatus();
}

Status ContentReader::TakeSum(Bytes& data) {
  std::array<std::byte, 128> buffer;
  const std::size_t size = std::min({data.size(), buffer.size(), std::size_t{left_}});
  const MutableBytes sum = MutableBytes(buffer).first(size);
  LINNET_TRY(base_->Read(base_at_, sum));
  for (std::size_t i = 0; i < size; ++i) {
    sum[i] = static_cast<std::byte>(std::to_integer<unsigned>(sum[i]) +
                                    std::to_integer<unsigned>(data[i]));
  }
  data = data.subspan(size);
  base_at_ += static_cast<std::uint32_t>(size);
  left_ -= static_cast<std::uint32_t>(size);
  state_ = left_ > 0 ? State::kSum : State::kNewLength;
  return Give(sum);
}

Status ContentReader::TakeNew(Bytes& data) {
  const Bytes fresh = data.first(std::min<std::size_t>(data.size(), left_));
  data = data.subspan(fresh.size());
  left_ -= static_cast<std::uint32_t>(fresh.size());
  state_ = left_ > 0 ? State::kNew : State::kLength;
  return Give(fresh);
}

Status ContentReader::Give(Bytes data) {
  if (data.size() > end_ - at_) {
    return Code::kMalformed;
  }
  const std::uint32_t offset = at_;
  at_ += static_cast<std::uint32_t>(data.size());
  if (at_ <= position_) {
    return OkStatus();
  }
  const std::uint32_t known = position_ > offset ? position_ - offset : 0;
  return target_.OnTarget(offset + known, data.subspan(known));
}

}  // namespace linnet::delta
