// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The one door from the application into Secure code. Compiled with -mcmse: the compiler clears
// every register on the way out, and the linker makes the stub with the SG instruction.
#include <algorithm>
#include <array>
#include <atomic>

#include "images/boot/gateway.hpp"
#include "layout/an505.hpp"
#include "vault/gate.hpp"

namespace linnet {

namespace {

// Of TT_RESP (Armv8-M): what the Non-secure side may do, by the attribution unit and its own MPU.
constexpr std::uint32_t kRead = 1U << 20;
constexpr std::uint32_t kReadWrite = 1U << 21;

vault::Gate* g_service = nullptr;
bool g_busy = false;

/// What was copied before stays copied: the compiler may not read the caller's memory again.
void ReadOnce() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

namespace board = layout::an505;

bool LiesIn(const void* start, std::size_t size, std::uint32_t base, std::uint32_t length) {
  const auto address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(start));
  return address >= base && address - base < length && size <= length - (address - base);
}

/// What the Non-secure side may do at `address`, and by which regions.
std::uint32_t RightsAt(const std::byte* address) {
  std::uint32_t response;  // NOLINT: written by the instruction
  __asm volatile("tta %0, %1" : "=r"(response) : "r"(address) : "memory");
  return response;
}

/// Both ends lie in the same regions, and regions do not overlap: so does all between them. As
/// cmse_check_address_range, which is three times as large.
bool IsAllowed(const void* start, std::size_t size, std::uint32_t right) {
  const auto* first = static_cast<const std::byte*>(start);
  const std::uint32_t rights = RightsAt(first);
  return (rights & right) != 0 && rights == RightsAt(first + size - 1);
}

/// Whether all of it is memory that the caller may read, or also write. The attribution unit alone
/// is not asked: it lets peripherals pass, and the system control space, which the two states see
/// differently; Secure code must not be led to either.
bool MayRead(const void* start, std::size_t size) {
  const board::Region& ram = board::kSramNonsecure;
  const bool is_memory = LiesIn(start, size, ram.base, ram.size) ||
                         LiesIn(start, size, board::kApp.address(), board::kApp.size);
  return size == 0 || (is_memory && IsAllowed(start, size, kRead));
}
bool MayWrite(void* start, std::size_t size) {
  const board::Region& ram = board::kSramNonsecure;
  return size == 0 ||
         (LiesIn(start, size, ram.base, ram.size) && IsAllowed(start, size, kReadWrite));
}

/// `call` is our copy. The caller can change the buffers meanwhile: the request is used only from a
/// copy of it, and the reply is written once, at the end.
Status Serve(const LinnetVaultCall& call) {
  std::array<std::byte, vault::kMaxRequestSize> request;  // NOLINT: filled below
  static std::array<std::byte, vault::kMaxReplySize> reply;
  if (call.request_size > request.size() || call.reply_size > reply.size()) {
    return Code::kInvalidArgument;
  }
  if (!MayRead(call.request, call.request_size) || !MayWrite(call.reply, call.reply_size)) {
    return Code::kPermissionDenied;
  }
  std::copy_n(static_cast<const std::byte*>(call.request), call.request_size, request.begin());
  ReadOnce();
  reply.fill(std::byte{0});
  const Status status = g_service->Call(static_cast<vault::Function>(call.function),
                                        Bytes(request).first(call.request_size),
                                        MutableBytes(reply).first(call.reply_size));
  if (status.ok()) {
    std::copy_n(reply.begin(), call.reply_size, static_cast<std::byte*>(call.reply));
  }
  return status;
}

}  // namespace

void OpenGateway(vault::Gate& service) {
  g_service = &service;
}

}  // namespace linnet

extern "C" [[gnu::cmse_nonsecure_entry, gnu::used]] std::uint32_t LinnetVaultEntry(
    const LinnetVaultCall* call) {
  using linnet::Code;
  if (!linnet::MayRead(call, sizeof *call)) {
    return static_cast<std::uint32_t>(Code::kPermissionDenied);
  }
  // A Non-secure interrupt can come in the middle of a call and call again.
  if (linnet::g_service == nullptr || linnet::g_busy) {
    return static_cast<std::uint32_t>(Code::kUnavailable);
  }
  linnet::g_busy = true;
  const LinnetVaultCall copy = *call;
  linnet::ReadOnce();
  const linnet::Status status = linnet::Serve(copy);
  linnet::g_busy = false;
  return static_cast<std::uint32_t>(status.code());
}
