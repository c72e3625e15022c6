// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The way into the vault: one call, plain bytes in, plain bytes out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "crypto/ecdsa.hpp"
#include "crypto/sha256.hpp"
#include "release/boot_control.hpp"

namespace linnet::vault {

/// Request and reply of each, as they lie in memory. A request or reply of another size is refused
/// with kInvalidArgument. Values are part of the interface: never reuse one.
enum class Function : std::uint32_t {
  kQuery = 1,          ///< () -> release::ReleaseStatus
  kStage = 2,          ///< (crypto::Digest) -> ()
  kAccept = 3,         ///< (crypto::Digest) -> ()
  kReject = 4,         ///< (RejectRequest) -> ()
  kSign = 5,           ///< (crypto::Digest) -> crypto::P256Signature
  kPublicKey = 6,      ///< () -> crypto::P256PublicKey
  kMarkGolden = 7,     ///< (crypto::Digest) -> ()
  kRestoreGolden = 8,  ///< () -> ()
  kDerive = 9,         ///< (crypto::Digest) -> crypto::Digest: crypto::Signer::Derive()
};

struct RejectRequest {
  crypto::Digest release{};
  release::RejectReason reason = release::RejectReason::kUnspecified;
  std::array<std::uint8_t, 3> reserved{};
};
static_assert(std::is_trivially_copyable_v<RejectRequest> && sizeof(RejectRequest) == 36);

/// Longest request and reply of any function: what a carrier must have room for.
inline constexpr std::size_t kMaxRequestSize = sizeof(RejectRequest);
inline constexpr std::size_t kMaxReplySize = sizeof(release::ReleaseStatus);

/// Carries calls: a veneer on the board, a socket pair on Linux, a plain call in the simulator.
class Gate {
 public:
  /// Blocks until the answer is there (a Stage() verifies two images). `reply` is only valid on ok.
  /// kInvalidArgument: unknown function or wrong sizes. kUnavailable: nobody answers. Otherwise
  /// what the function returns.
  virtual Status Call(Function function, Bytes request, MutableBytes reply) = 0;

 protected:
  ~Gate() = default;  // nobody deletes through it
};

}  // namespace linnet::vault

extern "C" {

/// The argument of the board's one Non-secure callable entry. The veneer checks that this block and
/// both ranges lie in Non-secure memory, copies the request, and then calls the service.
struct LinnetVaultCall {
  std::uint32_t function;
  const void* request;
  std::uint32_t request_size;
  void* reply;
  std::uint32_t reply_size;
};

/// Returns a linnet::Code. Defined by the Secure image; the Non-secure one links its import
/// library.
std::uint32_t LinnetVaultEntry(const LinnetVaultCall* call);
}
