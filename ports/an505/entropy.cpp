// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/entropy.hpp"

#include <algorithm>

#include "ports/an505/uart.hpp"

namespace linnet::an505 {

namespace {

// Each look at the line costs the emulator some 100 ns: several seconds, in which a host that is
// alive, however busy, has delivered a byte.
constexpr std::uint32_t kLooksForAByte = 40'000'000;

bool WaitForByte(std::uintptr_t base) {
  for (std::uint32_t look = 0; look < kLooksForAByte; ++look) {
    if (uart::HasByte(base)) {
      return true;
    }
  }
  return false;
}

}  // namespace

SerialEntropy::SerialEntropy(std::uintptr_t base) : base_(base) {
  uart::Enable(base, uart::kReceive);
}

Status SerialEntropy::Fill(MutableBytes out) {
  for (std::byte& byte : out) {
    if (failed_ || !WaitForByte(base_)) {
      failed_ = true;
      std::fill(out.begin(), out.end(), std::byte{0});
      return Code::kUnavailable;
    }
    byte = uart::TakeByte(base_);
  }
  return OkStatus();
}

}  // namespace linnet::an505
