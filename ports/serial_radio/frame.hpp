// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Messages on the line between a host and a radio: COBS between zero bytes, guarded by a CRC.
// Layout: docs/formats/radio-host-interface.md.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/status.hpp"

namespace linnet::serial_radio {

/// Type, number; then the payload; then the CRC.
inline constexpr std::size_t kHeadSize = 2;
inline constexpr std::size_t kCrcSize = 4;
/// An Ethernet frame without its check sequence, and the byte that says whose it is.
inline constexpr std::size_t kMaxEthernetFrame = 1'514;
inline constexpr std::size_t kMaxPayload = 1 + kMaxEthernetFrame;
inline constexpr std::size_t kMaxMessage = kHeadSize + kMaxPayload + kCrcSize;

/// Bytes on the line for a payload of this size, at most; the closing zero included.
constexpr std::size_t LineSize(std::size_t payload) {
  const std::size_t message = kHeadSize + payload + kCrcSize;
  return message + message / 254 + 2;
}
/// A buffer of this size takes any message.
inline constexpr std::size_t kMaxLineSize = LineSize(kMaxPayload);

struct Message {
  std::uint8_t type = 0;
  std::uint8_t number = 0;
  Bytes payload{};  ///< Not owned.
};

/// Writes one message piece by piece, as it goes over the line; a payload need not lie in one place
/// (a chain of network buffers).
class Encoder {
 public:
  /// `out`: LineSize(payload) bytes are enough. Not owned.
  explicit Encoder(MutableBytes out) : out_(out) {}

  void Begin(std::uint8_t type, std::uint8_t number);
  void Add(Bytes payload);
  /// What goes over the line, in the front of `out`. kTooLarge: it did not fit, or the payload was
  /// over kMaxPayload.
  Result<Bytes> Finish();

 private:
  void Put(Bytes bytes);
  void PutByte(std::byte byte);
  void PutRaw(std::byte byte);
  void CloseBlock();

  MutableBytes out_;
  std::size_t size_ = 0;     ///< Written to `out`; may run past its end, then nothing is kept.
  std::size_t block_ = 0;    ///< Where the present block's code stands.
  std::size_t payload_ = 0;  ///< Bytes of payload so far.
  std::uint32_t crc_ = 0;
};

/// One message at once. As Encoder::Finish().
Result<Bytes> Encode(const Message& message, MutableBytes out);

/// Decodes what stood between two zeros, in place; the message's payload lies in `line`.
/// kMalformed: no COBS, too short or too long. kDataLoss: the CRC is wrong.
Result<Message> Decode(MutableBytes line);

/// Collects bytes of the line until a message is complete. After a damaged or over-long one it is
/// in step again at the next zero.
class Receiver {
 public:
  /// `buffer`: what is longer is dropped. Not owned.
  explicit Receiver(MutableBytes buffer) : buffer_(buffer) {}

  /// kPending: not complete yet. ok: a message; valid until the next call. Else as Decode(), and
  /// kTooLarge: it did not fit the buffer. Zeros between messages are no messages.
  Result<Message> Take(std::byte byte);
  /// Forgets what has come of a message.
  void Clear() {
    size_ = 0;
    overrun_ = false;
  }

 private:
  MutableBytes buffer_;
  std::size_t size_ = 0;
  bool overrun_ = false;
};

}  // namespace linnet::serial_radio
