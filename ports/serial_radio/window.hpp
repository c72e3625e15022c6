// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Which Ethernet frames may be on the way: no more than the other side has promised room for.
#pragma once

#include <cstdint>

#include "ports/serial_radio/messages.hpp"

namespace linnet::serial_radio {

/// One end of the line; both ends have one. Frames are numbered from 0 in each direction since the
/// firmware booted, modulo 256. Because both sides tell which number comes next, a frame that the
/// line has lost costs no credit for ever.
class FrameWindow {
 public:
  /// Frames that may be promised at once.
  static constexpr std::uint8_t kMaxRoom = 64;

  /// After a boot: nobody has promised anything.
  void Reset() { *this = {}; }

  [[nodiscard]] bool MaySend() const { return Ahead(limit_, next_) != 0; }
  /// The number for the frame that is sent now. Requires MaySend().
  std::uint8_t Send() { return next_++; }

  /// A frame with this number has come. False: it was not promised room; it is dropped.
  bool Receive(std::uint8_t number) {
    const bool promised = Ahead(granted_, number) != 0;
    if (promised) {
      expected_ = static_cast<std::uint8_t>(number + 1);
    }
    return promised;
  }

  /// What to send when room has changed, and in answer to a credit (the host always, the radio when
  /// it learns that frames were lost). `room`: frames that find a place now; never lowers a
  /// promise.
  Credit Grant(std::uint8_t room) {
    const auto limit = static_cast<std::uint8_t>(expected_ + (room < kMaxRoom ? room : kMaxRoom));
    if (Ahead(limit, granted_) != 0) {
      granted_ = limit;
    }
    return {granted_, next_};
  }
  /// True: frames were lost on the line, their promises are free again.
  bool Take(const Credit& credit) {
    limit_ = credit.limit;
    const bool lost = Ahead(credit.next, expected_) != 0;
    if (lost) {
      expected_ = credit.next;
    }
    return lost;
  }

 private:
  /// How far `limit` is ahead of `number`; 0: it is not.
  static std::uint8_t Ahead(std::uint8_t limit, std::uint8_t number) {
    const auto distance = static_cast<std::uint8_t>(limit - number);
    return distance <= kMaxRoom ? distance : 0;
  }

  std::uint8_t next_ = 0;      ///< Number of our next frame.
  std::uint8_t limit_ = 0;     ///< The first of ours that may not be sent yet.
  std::uint8_t expected_ = 0;  ///< Number of the next frame to us.
  std::uint8_t granted_ = 0;   ///< The first to us that was not promised room.
};

}  // namespace linnet::serial_radio
