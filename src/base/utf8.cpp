// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

namespace linnet {

Status Utf8Checker::Push(std::uint8_t byte) {
  if (missing_ != 0) {
    if (byte < low_ || byte > high_) {
      return Code::kMalformed;
    }
    --missing_;
    low_ = 0x80;
    high_ = 0xBF;
    return OkStatus();
  }
  if (byte < 0x80) {
    return OkStatus();
  }
  if (byte < 0xC2 || byte > 0xF4) {
    return Code::kMalformed;
  }
  missing_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  // The four lead bytes whose second byte has a narrower range.
  if (byte == 0xE0) {
    low_ = 0xA0;
  } else if (byte == 0xED) {
    high_ = 0x9F;
  } else if (byte == 0xF0) {
    low_ = 0x90;
  } else if (byte == 0xF4) {
    high_ = 0x8F;
  }
  return OkStatus();
}

}  // namespace linnet
