// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Writes messages to a line block by block: what Encoder does, without a buffer for a whole one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "ports/serial_radio/line.hpp"

namespace linnet::serial_radio {

class LineWriter {
 public:
  /// `line` outlives this.
  explicit LineWriter(Line& line) : line_(line) {}

  /// What was cut off before, ends on the line first, so that it takes nothing of this message
  /// with it.
  void Begin(std::uint8_t type, std::uint8_t number);
  /// The caller keeps to kMaxPayload.
  void Add(Bytes payload);
  /// kUnavailable: the line did not take all of it.
  Status Finish();
  /// Something of a message may hang on the line: the next one begins with an end.
  void CutOff() { status_ = Code::kUnavailable; }

 private:
  /// A code and up to 254 bytes, none of them zero.
  static constexpr std::size_t kBlock = 255;

  void CloseBlock();

  Line& line_;
  std::array<std::byte, kBlock> block_{};
  std::size_t size_ = 1;
  std::uint32_t crc_ = 0;
  Status status_;
};

}  // namespace linnet::serial_radio
