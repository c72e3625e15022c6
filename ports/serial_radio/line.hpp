// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What a board provides for a radio on a serial line, and who takes the radio's frames.
#pragma once

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "ports/serial_radio/messages.hpp"

namespace linnet::serial_radio {

/// Bytes in both directions. Neither call waits for longer than the line takes to move them.
class Line {
 public:
  /// Takes the next byte that has come. False: there is none now.
  virtual bool Take(std::byte& out) = 0;
  /// kUnavailable: the other end does not take them; some may have gone.
  virtual Status Send(Bytes bytes) = 0;

 protected:
  ~Line() = default;  // nobody deletes through it
};

/// Takes the frames that the radio received. `ethernet` is valid during the call only.
class FrameSink {
 public:
  virtual void OnFrame(Side side, Bytes ethernet) = 0;

 protected:
  ~FrameSink() = default;  // nobody deletes through it
};

}  // namespace linnet::serial_radio
