// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The line to the emulated radio: UART3. The interrupt only ends the sleep; bytes wait on the line.
#pragma once

#include "base/bytes.hpp"
#include "ports/serial_radio/line.hpp"

namespace linnet::an505 {

class RadioLine final : public serial_radio::Line {
 public:
  RadioLine();
  /// In the middle of a message it waits for the next byte, as long as one takes on the line.
  bool Take(std::byte& out) override;
  Status Send(Bytes bytes) override;

  /// For the loop's sleep: whether a byte came in since the last Take() that found none.
  [[nodiscard]] static bool HasByteSinceLastLook();
  /// The interrupt's handler: notes it and is silent until Take() has found the line empty.
  static void OnInterrupt();

 private:
  bool in_message_ = false;
};

}  // namespace linnet::an505
