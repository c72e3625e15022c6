// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// SMP over a text console (mcumgr's smp-console): packets as lines of base64 that a console's other
// text cannot be taken for. Pure functions on bytes; the board and the host tool share them.
//
//   06 09 base64(length, body ...) LF      the first frame of a packet; length counts body and CRC
//   04 14 base64(... body, CRC) LF         each further frame
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace linnet::recovery {

/// Marker and line end included.
inline constexpr std::size_t kMaxFrameSize = 127;

/// CRC-16/XMODEM: polynomial 0x1021, begins with 0, most significant bit first.
std::uint16_t Crc16(Bytes data);

/// Takes a console's bytes one by one, finds the packets among them and checks their CRC. What is
/// no frame is passed over; a packet that is damaged, or longer than `buffer`, is dropped without a
/// word, as the protocol wants it: the sender asks again.
class FrameReader {
 public:
  /// `buffer` outlives this; packets of up to four bytes less fit.
  explicit FrameReader(MutableBytes buffer) : buffer_(buffer) {}

  /// True: that byte completed a packet.
  bool Feed(std::byte byte);
  /// The body of the packet, until the next Feed().
  [[nodiscard]] Bytes packet() const { return packet_; }

 private:
  enum class State : std::uint8_t { kLineStart, kFirstMarker, kNextMarker, kData, kPadding, kSkip };

  bool EndLine();
  void TakeDigit(std::byte byte);
  void Put(std::byte byte);
  void Drop();

  MutableBytes buffer_;
  Bytes packet_;
  std::size_t size_ = 0;
  std::uint32_t bits_ = 0;  // of the digits that are not bytes yet
  std::uint8_t bit_count_ = 0;
  bool in_packet_ = false;
  State state_ = State::kLineStart;
};

/// Cuts a packet into frames.
class FrameWriter {
 public:
  /// `packet` (at most 65,533 bytes) outlives this.
  explicit FrameWriter(Bytes packet);

  /// The next frame, in `out`; empty after the last.
  Bytes Next(std::span<std::byte, kMaxFrameSize> out);

 private:
  [[nodiscard]] std::size_t total() const { return packet_.size() + 4; }
  [[nodiscard]] std::uint32_t At(std::size_t index) const;

  Bytes packet_;
  std::size_t done_ = 0;
  std::array<std::byte, 2> length_;
  std::array<std::byte, 2> crc_;
};

}  // namespace linnet::recovery
