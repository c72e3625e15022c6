// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the application may ask of a release's life, and what it is told: PSA Firmware Update 1.0
// (IHI 0093) in words and rules, for a whole release at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/status.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "release/outcome.hpp"

namespace linnet::release {

/// READY, STAGED and TRIAL of PSA Firmware Update. WRITING and CANDIDATE are the store's business
/// (a partial and a complete part). FAILED and REJECTED are not states here: the confirmed release
/// is wanted again at once, and the outcome log says what happened. Values stand in flash.
enum class ReleaseState : std::uint8_t {
  kNone = 0,    ///< Nothing was ever confirmed: there is no record yet.
  kReady = 1,   ///< The confirmed release is wanted, and nothing else.
  kStaged = 2,  ///< The next start installs the candidate.
  kTrial = 3,   ///< The candidate was started at least once and has not been accepted yet.
};

/// "none", "ready", "staged", "trial".
StringView ToString(ReleaseState state);

/// An all-zero digest means "none".
constexpr bool IsSet(const crypto::Digest& digest) {
  for (const std::byte byte : digest) {
    if (byte != std::byte{0}) {
      return true;
    }
  }
  return false;
}

inline constexpr std::size_t kMaxBootImages = 8;
inline constexpr std::size_t kMaxEvents = 16;

/// Crosses from the Secure to the Non-secure side, or between two processes of one build, as it
/// lies in memory.
struct ReleaseStatus {
  ReleaseState state = ReleaseState::kNone;
  std::uint8_t attempts_left = 0;  ///< Starts of the candidate that are still to come.
  std::uint8_t install_starts_left = 0;
  std::uint8_t event_count = 0;   ///< Of `events`.
  std::uint32_t boot_count = 0;   ///< Starts in which boot wrote the record: not the normal ones.
  std::uint32_t event_total = 0;  ///< Events ever logged; the last of `events` is this one.
  std::array<std::uint32_t, kMaxBootImages> counter_floor{};  ///< By image index.
  crypto::Digest running{};                                   ///< What boot started this time.
  crypto::Digest confirmed{};
  crypto::Digest candidate{};  ///< In kStaged and kTrial.
  crypto::Digest golden{};
  std::array<Event, kMaxEvents> events{};  ///< Oldest first.
};
static_assert(std::is_trivially_copyable_v<ReleaseStatus>);
static_assert(sizeof(ReleaseStatus) == 44 + 4 * 32 + kMaxEvents * sizeof(Event));

/// Whether the record names `digest`: such a part must stay in the store.
bool Names(const ReleaseStatus& status, const crypto::Digest& digest);

/// Why the application gives a release up; 64 and above are the product's own.
enum class RejectReason : std::uint8_t {
  kUnspecified = 0,
  kCancelled = 1,     ///< The order to update was withdrawn.
  kNoConnection = 2,  ///< It did not reach its cloud in time.
  kUnhealthy = 3,     ///< The product's own self-test failed.
  kPartMissing = 4,   ///< A companion that the release needs is not in the store.
  kRadio = 5,         ///< Its radio did not come up.
  kFirstOfProduct = 64,
};

/// Everything goes by digest, and everything is idempotent: whoever lost the answer asks again.
/// What returned ok survives power loss; a call that was cut has happened completely or not at all.
/// All may also return kDataLoss (the record cannot be written) and kUnavailable (nobody answers).
class BootControl {
 public:
  virtual Status Query(ReleaseStatus& out) = 0;

  /// Verifies all of the release in the store, boot images and companions, and wants it at the next
  /// start.
  /// kFailedPrecondition: another release is staged or on trial, the confirmed one is not running,
  /// or the store does not hold all boot images of that (copy them there first: `release::Backup`).
  /// kAlreadyExists: it is the confirmed one.
  /// Else why it is refused: kNotFound (the application or a part that it names is not there, or
  /// not complete), kUnauthenticated, kMalformed, kTooLarge, kUnsupported (also: an image that this
  /// board has no area for), kMismatch (versions, lengths, dependencies), kPermissionDenied
  /// (security counter). Such a refusal is also in the outcome log, with the part that decided.
  virtual Status Stage(const crypto::Digest& release) = 0;

  /// Confirms the running trial release, for all its parts, and raises the rollback counters.
  /// kFailedPrecondition: nothing is on trial. kPermissionDenied: `release` is not what runs.
  virtual Status Accept(const crypto::Digest& release) = 0;

  /// Gives up the staged or trial release; the confirmed one is wanted again, from the next start.
  /// kNotFound: that release is neither staged nor on trial.
  virtual Status Reject(const crypto::Digest& release, RejectReason reason) = 0;

  /// Makes `release` the golden one, in the place of what was: it is kept in the store, boot falls
  /// back to it when nothing else is left, and RestoreGolden() goes back to it.
  /// kPermissionDenied: it is not both confirmed and running. kFailedPrecondition: another one is
  /// staged or on trial, or the store does not hold all of its boot images. kUnsupported: this
  /// board's loader knows no golden release.
  virtual Status MarkGolden(const crypto::Digest& /*release*/) { return Code::kUnsupported; }

  /// Factory reset: the golden release is confirmed now and runs from the next start, without a
  /// trial. Settings and identity are not touched. kNotFound: none is marked. kFailedPrecondition:
  /// another one is staged or on trial. Else why it is refused, as Stage() has it, and in the
  /// outcome log; kPermissionDenied: a counter has risen above it, so that there is no way back.
  virtual Status RestoreGolden() { return Code::kUnsupported; }

 protected:
  ~BootControl() = default;  // nobody deletes through it
};

}  // namespace linnet::release
