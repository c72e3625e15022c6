// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/serial_radio/frame.hpp"

#include <array>

#include "base/crc32.hpp"
#include "base/endian.hpp"

namespace linnet::serial_radio {
namespace {

/// A block that is not closed by a zero of the message: 254 bytes follow its code.
constexpr std::uint8_t kFullBlock = 0xFF;

/// Undoes COBS in place; what is written never overtakes what is read.
Result<std::size_t> Unstuff(MutableBytes line) {
  std::size_t in = 0;
  std::size_t out = 0;
  while (in < line.size()) {
    const auto code = std::to_integer<std::uint8_t>(line[in]);
    if (code == 0 || in + code > line.size()) {
      return Code::kMalformed;
    }
    ++in;
    for (std::uint8_t i = 1; i < code; ++i) {
      line[out++] = line[in++];
    }
    if (code != kFullBlock && in < line.size()) {
      line[out++] = std::byte{0};
    }
  }
  return out;
}

}  // namespace

void Encoder::PutRaw(std::byte byte) {
  if (size_ < out_.size()) {
    out_[size_] = byte;
  }
  ++size_;
}

void Encoder::CloseBlock() {
  if (block_ < out_.size()) {
    out_[block_] = static_cast<std::byte>(size_ - block_);
  }
  block_ = size_;
  PutRaw(std::byte{0});  // the next block's code
}

void Encoder::PutByte(std::byte byte) {
  if (byte != std::byte{0}) {
    PutRaw(byte);
  }
  if (byte == std::byte{0} || size_ - block_ == kFullBlock) {
    CloseBlock();
  }
}

void Encoder::Put(Bytes bytes) {
  crc_ = Crc32(bytes, crc_);
  for (const std::byte byte : bytes) {
    PutByte(byte);
  }
}

void Encoder::Begin(std::uint8_t type, std::uint8_t number) {
  size_ = 0;
  block_ = 0;
  payload_ = 0;
  crc_ = 0;
  PutRaw(std::byte{0});
  Put(std::array{std::byte{type}, std::byte{number}});
}

void Encoder::Add(Bytes payload) {
  payload_ += payload.size();
  Put(payload);
}

Result<Bytes> Encoder::Finish() {
  std::array<std::byte, kCrcSize> crc;
  StoreLe32(crc_, crc);
  Put(crc);
  CloseBlock();  // and its place is the closing zero
  if (size_ > out_.size() || payload_ > kMaxPayload) {
    return Code::kTooLarge;
  }
  return Bytes(out_.first(size_));
}

Result<Bytes> Encode(const Message& message, MutableBytes out) {
  Encoder encoder(out);
  encoder.Begin(message.type, message.number);
  encoder.Add(message.payload);
  return encoder.Finish();
}

Result<Message> Decode(MutableBytes line) {
  LINNET_TRY_ASSIGN(const std::size_t size, Unstuff(line));
  if (size < kHeadSize + kCrcSize || size > kMaxMessage) {
    return Code::kMalformed;
  }
  const Bytes message = Bytes(line).first(size);
  const Bytes guarded = message.first(size - kCrcSize);
  if (Crc32(guarded) != LoadLe32(message.last(kCrcSize))) {
    return Code::kDataLoss;
  }
  return Message{std::to_integer<std::uint8_t>(guarded[0]),
                 std::to_integer<std::uint8_t>(guarded[1]), guarded.subspan(kHeadSize)};
}

Result<Message> Receiver::Take(std::byte byte) {
  if (byte != std::byte{0}) {
    if (size_ < buffer_.size()) {
      buffer_[size_++] = byte;
    } else {
      overrun_ = true;
    }
    return Code::kPending;
  }
  const std::size_t size = size_;
  const bool overrun = overrun_;
  Clear();
  if (overrun) {
    return Code::kTooLarge;
  }
  return size == 0 ? Result<Message>(Code::kPending) : Decode(buffer_.first(size));
}

}  // namespace linnet::serial_radio
