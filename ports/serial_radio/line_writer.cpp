// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/serial_radio/line_writer.hpp"

#include "base/crc32.hpp"
#include "base/endian.hpp"
#include "ports/serial_radio/frame.hpp"

namespace linnet::serial_radio {

void LineWriter::Begin(std::uint8_t type, std::uint8_t number) {
  constexpr std::array kEnd{std::byte{0}};
  status_ = status_.ok() ? status_ : line_.Send(kEnd);
  size_ = 1;
  crc_ = 0;
  Add(std::array{std::byte{type}, std::byte{number}});
}

void LineWriter::CloseBlock() {
  block_[0] = static_cast<std::byte>(size_);
  if (status_.ok()) {
    status_ = line_.Send(Bytes(block_).first(size_));
  }
  size_ = 1;
}

void LineWriter::Add(Bytes payload) {
  crc_ = Crc32(payload, crc_);
  for (const std::byte byte : payload) {
    if (byte != std::byte{0}) {
      block_[size_++] = byte;
    }
    if (byte == std::byte{0} || size_ == kBlock) {
      CloseBlock();
    }
  }
}

Status LineWriter::Finish() {
  std::array<std::byte, kCrcSize> crc;
  StoreLe32(crc_, crc);
  Add(crc);
  CloseBlock();
  constexpr std::array kEnd{std::byte{0}};
  if (status_.ok()) {
    status_ = line_.Send(kEnd);
  }
  return status_;
}

}  // namespace linnet::serial_radio
