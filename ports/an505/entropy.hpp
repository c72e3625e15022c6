// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Entropy of the emulated board: a serial line on whose other end the host's generator talks.
#pragma once

#include <cstdint>

#include "hal/entropy.hpp"

namespace linnet::an505 {

/// The AN505 has no random generator. The emulator is started with /dev/urandom on UART1 (Secure)
/// and UART2 (Non-secure), so every byte is fresh, after a reset too, and none is ever stored.
/// Nothing on that line means a board that was started wrongly: kUnavailable, and it stays so.
class SerialEntropy final : public hal::Entropy {
 public:
  /// `base` as this side sees the UART.
  explicit SerialEntropy(std::uintptr_t base);
  Status Fill(MutableBytes out) override;

 private:
  std::uintptr_t base_;
  bool failed_ = false;
};

}  // namespace linnet::an505
