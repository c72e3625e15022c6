// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/board/gateway_cases.hpp"

#include <algorithm>
#include <array>

#include "layout/an505.hpp"
#include "ports/an505/registers.hpp"
#include "release/boot_control.hpp"
#include "tests/conformance/report.hpp"
#include "vault/client.hpp"
#include "vault/gate.hpp"
#include "vault/veneer_gate.hpp"

namespace linnet::board_test {

namespace {

namespace board = layout::an505;
using conformance::Case;
using conformance::Report;

constexpr std::string_view kSuite = "gateway";

/// Addresses that are not the caller's: boot's code and RAM, Secure flash, and the last bytes below
/// and the first above what is its own, a peripheral that is its own, and the vector table
/// register, of which each state has one at the same address.
constexpr std::array<std::uint32_t, 7> kForbidden = {
    board::kBootCode.base,
    board::kSramSecure.base + 0x100,
    board::kVault.address(),
    board::kApp.address() - 4,
    board::kSramNonsecure.base + board::kSramNonsecure.size - 4,
    0x4030'2000,
    0xE000'ED08,
};

Code Call(vault::Function function, const void* request, std::uint32_t request_size, void* reply,
          std::uint32_t reply_size) {
  const LinnetVaultCall call{static_cast<std::uint32_t>(function), request, request_size, reply,
                             reply_size};
  return static_cast<Code>(LinnetVaultEntry(&call));
}

void Works(Report& report) {
  Case test(report, kSuite, "the vault answers");
  vault::VeneerGate gate;
  vault::ReleaseControl control(gate);
  release::ReleaseStatus status;
  test.Expect(control.Query(status).ok(), "no answer");
  test.Expect(status.state == release::ReleaseState::kReady, "another state");
  test.Expect(status.running == status.confirmed && release::IsSet(status.running),
              "what runs is not what is confirmed");
  vault::Signer signer(gate);
  crypto::P256PublicKey key{};
  crypto::P256Signature signature{};
  test.Expect(signer.PublicKey(key).ok(), "no key");
  test.Expect(signer.Sign(crypto::Digest{}, signature).ok(), "no signature");
  test.Expect(std::any_of(signature.begin(), signature.end(),
                          [](std::byte byte) { return byte != std::byte{0}; }),
              "an empty signature");
}

void ForbiddenRequests(Report& report) {
  Case test(report, kSuite, "a request that is not the caller's to read is refused");
  crypto::P256Signature signature{};
  for (const std::uint32_t address : kForbidden) {
    test.Expect(Call(vault::Function::kSign, an505::At<void>(address), 32, signature.data(), 64) ==
                    Code::kPermissionDenied,
                "it was read");
  }
  test.Expect(signature == crypto::P256Signature{}, "something was written");
}

void ForbiddenReplies(Report& report) {
  Case test(report, kSuite, "a reply that is not the caller's to write is refused");
  const crypto::Digest digest{};
  for (const std::uint32_t address : kForbidden) {
    test.Expect(Call(vault::Function::kSign, digest.data(), 32, an505::At<void>(address), 64) ==
                    Code::kPermissionDenied,
                "it was written");
  }
  test.Expect(Call(vault::Function::kSign, digest.data(), 32,
                   an505::At<void>(board::kApp.address() + 0x200), 64) == Code::kPermissionDenied,
              "the caller's flash was written");
}

void ForbiddenCalls(Report& report) {
  Case test(report, kSuite, "a call block that is not the caller's is refused");
  for (const std::uint32_t address : kForbidden) {
    const auto* call = an505::At<const LinnetVaultCall>(address);
    test.Expect(static_cast<Code>(LinnetVaultEntry(call)) == Code::kPermissionDenied,
                "it was taken");
  }
  test.Expect(static_cast<Code>(LinnetVaultEntry(nullptr)) == Code::kPermissionDenied, "no block");
}

void WrongSizes(Report& report) {
  Case test(report, kSuite, "wrong functions and sizes are refused");
  std::array<std::byte, 64> bytes{};
  test.Expect(Call(vault::Function{99}, nullptr, 0, nullptr, 0) == Code::kInvalidArgument,
              "an unknown function");
  test.Expect(
      Call(vault::Function::kSign, bytes.data(), 31, bytes.data(), 64) == Code::kInvalidArgument,
      "a short request");
  test.Expect(Call(vault::Function::kSign, bytes.data(), 0xFFFF'FFF0, bytes.data(), 64) ==
                  Code::kInvalidArgument,
              "a request that wraps around");
  test.Expect(Call(vault::Function::kSign, bytes.data(), 32, bytes.data(), 0x7FFF'FFFF) ==
                  Code::kInvalidArgument,
              "a huge reply");
}

}  // namespace

void GatewayCases(hal::Console& console) {
  Report report(console);
  Works(report);
  ForbiddenRequests(report);
  ForbiddenReplies(report);
  ForbiddenCalls(report);
  WrongSizes(report);
  report.Finish();
}

}  // namespace linnet::board_test
