// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/lan9118.hpp"

#include <algorithm>

#include "base/endian.hpp"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "ports/an505/registers.hpp"

namespace linnet::an505 {

namespace {

constexpr std::uintptr_t kBase = peripheral::kEthernet;
constexpr std::uintptr_t kRxData = kBase + 0x00;
constexpr std::uintptr_t kTxData = kBase + 0x20;
constexpr std::uintptr_t kRxStatus = kBase + 0x40;
constexpr std::uintptr_t kTxStatus = kBase + 0x48;
constexpr std::uintptr_t kId = kBase + 0x50;
constexpr std::uintptr_t kIrqConfig = kBase + 0x54;
constexpr std::uintptr_t kInterruptStatus = kBase + 0x58;
constexpr std::uintptr_t kInterruptEnable = kBase + 0x5C;
constexpr std::uintptr_t kFifoInterrupt = kBase + 0x68;
constexpr std::uintptr_t kTxConfig = kBase + 0x70;
constexpr std::uintptr_t kHardwareConfig = kBase + 0x74;
constexpr std::uintptr_t kRxFifoInfo = kBase + 0x7C;
constexpr std::uintptr_t kTxFifoInfo = kBase + 0x80;
constexpr std::uintptr_t kMacCommand = kBase + 0xA4;
constexpr std::uintptr_t kMacData = kBase + 0xA8;

// Registers behind kMacCommand.
constexpr std::uint32_t kMacControl = 1;
constexpr std::uint32_t kMacAddressHigh = 2;
constexpr std::uint32_t kMacAddressLow = 3;
constexpr std::uint32_t kMiiAccess = 6;
constexpr std::uint32_t kMiiData = 7;

constexpr std::uint32_t kBusy = 1U << 31;
constexpr std::uint32_t kRxStatusLevel = 1U << 3;
constexpr std::uint32_t kChecksumSize = 4;
constexpr std::uint32_t kPatience = 100'000;

volatile bool g_packet_waiting = false;

/// Waits until the bits of `mask` are clear; false if they stay.
bool WaitClear(std::uintptr_t address, std::uint32_t mask) {
  for (std::uint32_t look = 0; look < kPatience; ++look) {
    if ((Register(address) & mask) == 0) {
      return true;
    }
  }
  return false;
}

std::uint32_t ReadMac(std::uint32_t index) {
  constexpr std::uint32_t kRead = 1U << 30;
  Register(kMacCommand) = kBusy | kRead | index;
  return WaitClear(kMacCommand, kBusy) ? Register(kMacData) : 0;
}

void WriteMac(std::uint32_t index, std::uint32_t value) {
  Register(kMacData) = value;
  Register(kMacCommand) = kBusy | index;
  WaitClear(kMacCommand, kBusy);
}

std::uint32_t ReadPhy(std::uint32_t index) {
  constexpr std::uint32_t kInternalPhy = 1U << 11;
  constexpr std::uint32_t kMiiBusy = 1;
  WriteMac(kMiiAccess, kInternalPhy | index << 6 | kMiiBusy);
  return ReadMac(kMiiData);
}

void EnableInterrupt() {
  Register(scs::kInterruptEnable + kEthernetIrq / kIrqsAWord * 4) = 1U
                                                                    << (kEthernetIrq % kIrqsAWord);
}

void DisableInterrupt() {
  Register(scs::kInterruptDisable + kEthernetIrq / kIrqsAWord * 4) = 1U
                                                                     << (kEthernetIrq % kIrqsAWord);
}

void DropFrame(std::uint32_t size) {
  for (std::uint32_t word = 0; word < (size + 3) / 4; ++word) {
    Touch(kRxData);
  }
}

}  // namespace

Status Lan9118::Start() {
  constexpr std::uint32_t kChip = 0x0118;
  constexpr std::uint32_t kSoftReset = 1;
  constexpr std::uint32_t kTxFifo5K = 5U << 16;
  constexpr std::uint32_t kTxOn = 1U << 1;
  constexpr std::uint32_t kReceiverAndTransmitter = 3U << 2;
  constexpr std::uint32_t kIrqOnActiveHighPushPull = 1U << 8 | 1U << 4 | 1;
  if (Register(kId) >> 16 != kChip) {
    return Code::kUnavailable;
  }
  Register(kHardwareConfig) = kSoftReset;
  if (!WaitClear(kHardwareConfig, kSoftReset)) {
    return Code::kUnavailable;
  }
  Register(kHardwareConfig) = kTxFifo5K;
  StoreLe32(ReadMac(kMacAddressLow), std::as_writable_bytes(std::span(mac_).first<4>()));
  const std::uint32_t high = ReadMac(kMacAddressHigh);
  mac_[4] = static_cast<std::uint8_t>(high);
  mac_[5] = static_cast<std::uint8_t>(high >> 8);
  WriteMac(kMacControl, kReceiverAndTransmitter);
  Register(kTxConfig) = kTxOn;
  Register(kFifoInterrupt) = 0;  // One frame is enough for an interrupt.
  Register(kIrqConfig) = kIrqOnActiveHighPushPull;
  Register(kInterruptEnable) = kRxStatusLevel;
  EnableInterrupt();
  return OkStatus();
}

bool Lan9118::LinkUp() {
  constexpr std::uint32_t kBasicStatus = 1;
  constexpr std::uint32_t kLink = 1U << 2;
  return (ReadPhy(kBasicStatus) & kLink) != 0;
}

pbuf* Lan9118::TakeFrame(std::uint32_t size) {
  // Pool buffers are whole words long (lwipopts.hpp), so that the last one takes the padding too.
  pbuf* frame = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(size), PBUF_POOL);
  if (frame == nullptr) {
    DropFrame(size);
    return nullptr;
  }
  for (pbuf* part = frame; part != nullptr; part = part->next) {
    auto* words = static_cast<std::uint32_t*>(part->payload);
    std::generate_n(words, (part->len + 3) / 4, [] { return Register(kRxData); });
  }
  pbuf_realloc(frame, static_cast<u16_t>(size - kChecksumSize));
  return frame;
}

pbuf* Lan9118::NextFrame() {
  constexpr std::uint32_t kErrors = 1U << 15;
  constexpr std::uint32_t kMinimumFrame = 14 + kChecksumSize;
  constexpr std::uint32_t kMaximumFrame = 1518;
  while ((Register(kRxFifoInfo) >> 16 & 0xFF) != 0) {
    const std::uint32_t status = Register(kRxStatus);
    const std::uint32_t size = status >> 16 & 0x3FFF;
    if ((status & kErrors) != 0 || size < kMinimumFrame || size > kMaximumFrame) {
      DropFrame(size);
      continue;
    }
    if (pbuf* frame = TakeFrame(size); frame != nullptr) {
      return frame;
    }
  }
  g_packet_waiting = false;
  Register(kInterruptStatus) = kRxStatusLevel;
  EnableInterrupt();
  return nullptr;
}

void Lan9118::Receive(netif& interface) {
  constexpr int kFramesAPoll = 8;  // what is left waits in the controller
  for (int count = 0; count < kFramesAPoll; ++count) {
    pbuf* frame = NextFrame();
    if (frame == nullptr) {
      return;
    }
    if (interface.input(frame, &interface) != ERR_OK) {
      pbuf_free(frame);
    }
  }
}

Status Lan9118::Send(const pbuf& frame) {
  constexpr std::uint32_t kFirstAndLastBuffer = 3U << 12;
  constexpr std::uint32_t kCommands = 8;
  while ((Register(kTxFifoInfo) >> 16 & 0xFF) != 0) {
    Touch(kTxStatus);
  }
  const std::uint32_t size = frame.tot_len;
  if ((Register(kTxFifoInfo) & 0xFFFF) < size + 3 + kCommands) {
    return Code::kUnavailable;
  }
  Register(kTxData) = kFirstAndLastBuffer | size;
  Register(kTxData) = size;
  // Parts may end in the middle of a word; the chip takes whole words only.
  std::uint32_t word = 0;
  std::uint32_t filled = 0;
  for (const pbuf* part = &frame; part != nullptr; part = part->next) {
    const auto* bytes = static_cast<const std::uint8_t*>(part->payload);
    for (std::uint32_t i = 0; i < part->len; ++i) {
      word |= std::uint32_t{bytes[i]} << (8 * (filled % 4));
      if (++filled % 4 == 0) {
        Register(kTxData) = word;
        word = 0;
      }
    }
  }
  if (filled % 4 != 0) {
    Register(kTxData) = word;
  }
  return OkStatus();
}

bool Lan9118::HasPacketSinceLastLook() {
  return g_packet_waiting;
}

void Lan9118::OnInterrupt() {
  g_packet_waiting = true;
  DisableInterrupt();
}

}  // namespace linnet::an505
