// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "recovery/frame.hpp"

#include <algorithm>

#include "base/endian.hpp"
#include "base/view.hpp"

namespace linnet::recovery {
namespace {

constexpr StringView kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kBytesPerFrame = (kMaxFrameSize - 3) / 4 * 3;
constexpr std::size_t kLengthSize = 2;
constexpr std::size_t kCrcSize = 2;

constexpr std::byte kFirst0{0x06};
constexpr std::byte kFirst1{0x09};
constexpr std::byte kNext0{0x04};
constexpr std::byte kNext1{0x14};

}  // namespace

std::uint16_t Crc16(Bytes data) {
  std::uint32_t crc = 0;
  for (const std::byte byte : data) {
    crc ^= std::to_integer<std::uint32_t>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) {
      crc = crc << 1 ^ ((crc & 0x8000) != 0 ? 0x1021U : 0U);
    }
  }
  return static_cast<std::uint16_t>(crc);
}

void FrameReader::Drop() {
  in_packet_ = false;
  state_ = State::kSkip;
}

void FrameReader::Put(std::byte byte) {
  if (size_ == buffer_.size()) {
    Drop();
    return;
  }
  buffer_[size_++] = byte;
}

void FrameReader::TakeDigit(std::byte byte) {
  const std::size_t digit = kDigits.find(static_cast<char>(byte));
  if (digit == StringView::npos) {
    // Padding ends the digits of a line; what follows it is checked by the length and the CRC.
    state_ = byte == std::byte{'='} ? State::kPadding : State::kSkip;
    in_packet_ = in_packet_ && state_ == State::kPadding;
    return;
  }
  bits_ = bits_ << 6 | static_cast<std::uint32_t>(digit);
  bit_count_ = static_cast<std::uint8_t>(bit_count_ + 6);
  if (bit_count_ >= 8) {
    bit_count_ = static_cast<std::uint8_t>(bit_count_ - 8);
    Put(static_cast<std::byte>(bits_ >> bit_count_));
  }
}

/// The CRC over a body and its CRC is 0.
bool FrameReader::EndLine() {
  state_ = State::kLineStart;
  bits_ = 0;
  bit_count_ = 0;
  if (!in_packet_ || size_ < kLengthSize) {
    return false;
  }
  const std::size_t length = LoadBe16(buffer_);
  if (size_ < kLengthSize + length) {
    return false;  // more frames follow
  }
  in_packet_ = false;
  const Bytes checked = Bytes(buffer_).subspan(kLengthSize, length);
  if (size_ != kLengthSize + length || length < kCrcSize || Crc16(checked) != 0) {
    return false;
  }
  packet_ = checked.first(length - kCrcSize);
  return true;
}

bool FrameReader::Feed(std::byte byte) {
  if (byte == std::byte{'\n'} || byte == std::byte{'\r'}) {
    return EndLine();
  }
  switch (state_) {
    case State::kLineStart:
      state_ = byte == kFirst0  ? State::kFirstMarker
               : byte == kNext0 ? State::kNextMarker
                                : State::kSkip;
      break;
    case State::kFirstMarker:
      in_packet_ = byte == kFirst1;
      size_ = 0;
      state_ = in_packet_ ? State::kData : State::kSkip;
      break;
    case State::kNextMarker:
      state_ = byte == kNext1 && in_packet_ ? State::kData : State::kSkip;
      break;
    case State::kData:
      TakeDigit(byte);
      break;
    case State::kPadding:
      if (byte != std::byte{'='}) {
        Drop();
      }
      break;
    case State::kSkip:
      break;
  }
  return false;
}

FrameWriter::FrameWriter(Bytes packet) : packet_(packet) {
  StoreBe16(static_cast<std::uint16_t>(packet.size() + kCrcSize), length_);
  StoreBe16(Crc16(packet), crc_);
}

/// Of length, packet and CRC, one behind the other; 0 beyond.
std::uint32_t FrameWriter::At(std::size_t index) const {
  std::byte byte{0};
  if (index < kLengthSize) {
    byte = length_[index];
  } else if (index - kLengthSize < packet_.size()) {
    byte = packet_[index - kLengthSize];
  } else if (index < total()) {
    byte = crc_[index - kLengthSize - packet_.size()];
  }
  return std::to_integer<std::uint32_t>(byte);
}

Bytes FrameWriter::Next(std::span<std::byte, kMaxFrameSize> out) {
  if (done_ >= total()) {
    return {};
  }
  const bool first = done_ == 0;
  const std::size_t end = std::min(total(), done_ + kBytesPerFrame);
  std::size_t size = 0;
  out[size++] = first ? kFirst0 : kNext0;
  out[size++] = first ? kFirst1 : kNext1;
  for (; done_ < end; done_ += 3) {
    const std::uint32_t bits = At(done_) << 16 | At(done_ + 1) << 8 | At(done_ + 2);
    for (std::size_t digit = 0; digit < 4; ++digit) {
      const bool padding = done_ + digit > end;
      out[size++] = static_cast<std::byte>(padding ? '=' : kDigits[bits >> (18 - 6 * digit) & 63]);
    }
  }
  out[size++] = std::byte{'\n'};
  return Bytes(out).first(size);
}

}  // namespace linnet::recovery
