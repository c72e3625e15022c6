// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/radio_line.hpp"

#include "ports/an505/registers.hpp"
#include "ports/an505/uart.hpp"

namespace linnet::an505 {
namespace {

constexpr std::uintptr_t kBase = peripheral::kUart3;
constexpr std::uint32_t kBaud = 1'000'000;
constexpr std::uint32_t kReceiveInterrupt = 1U << 3;
constexpr std::uint32_t kIrqBit = 1U << (kUart3Irq % kIrqsAWord);
/// In looks at the line, of some 100 ns each: longer than a byte takes.
constexpr std::uint32_t kByteTime = 400;
/// The same for a byte that the other end does not take.
constexpr std::uint32_t kPatience = 1'000'000;

volatile bool g_byte_waiting = false;

std::uintptr_t State() {
  return kBase + 0x04;
}

void EnableInterrupt() {
  Register(kBase + 0x0C) = 3;  // INTCLEAR: both directions
  Register(scs::kInterruptEnable + kUart3Irq / kIrqsAWord * 4) = kIrqBit;
}

bool WaitForByte(std::uint32_t looks) {
  for (std::uint32_t look = 0; look < looks; ++look) {
    if (uart::HasByte(kBase)) {
      return true;
    }
  }
  return false;
}

}  // namespace

RadioLine::RadioLine() {
  Register(kBase + 0x10) = kCoreHz / kBaud;
  Register(kBase + 0x08) = uart::kTransmit | uart::kReceive | kReceiveInterrupt;
  EnableInterrupt();
}

bool RadioLine::Take(std::byte& out) {
  if (WaitForByte(in_message_ ? kByteTime : 1)) {
    out = uart::TakeByte(kBase);
    in_message_ = out != std::byte{0};
    return true;
  }
  in_message_ = false;
  if (g_byte_waiting) {
    g_byte_waiting = false;
    EnableInterrupt();  // what has come meanwhile asks again
    g_byte_waiting = uart::HasByte(kBase);
  }
  return false;
}

Status RadioLine::Send(Bytes bytes) {
  constexpr std::uint32_t kTransmitFull = 1U << 0;
  for (const std::byte byte : bytes) {
    std::uint32_t looks = 0;
    while ((Register(State()) & kTransmitFull) != 0) {
      if (++looks == kPatience) {
        return Code::kUnavailable;
      }
    }
    Register(kBase) = std::to_integer<std::uint32_t>(byte);
  }
  return OkStatus();
}

bool RadioLine::HasByteSinceLastLook() {
  return g_byte_waiting;
}

void RadioLine::OnInterrupt() {
  g_byte_waiting = true;
  Register(scs::kInterruptDisable + kUart3Irq / kIrqsAWord * 4) = kIrqBit;
}

}  // namespace linnet::an505
