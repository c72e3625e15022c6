// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The outcome log: what happened to the last releases, for whoever asks why a device went back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/bytes.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"

namespace linnet::release {

/// Values stand in flash and in reports: never reuse one. `detail` of an Event is given in
/// brackets.
enum class Outcome : std::uint8_t {
  kNone = 0,
  kAdopted = 1,              ///< Found by boot, verified, taken as confirmed.
  kStaged = 2,               ///< Verified and wanted at the next start.
  kStageRefused = 3,         ///< Did not verify when it was staged [image::Reason].
  kAccepted = 4,             ///< Confirmed by itself.
  kRejected = 5,             ///< Given up by the application [RejectReason].
  kAttemptEnded = 6,         ///< A trial start ended without acceptance [hal::ResetCause].
  kAttemptsSpent = 7,        ///< No attempt is left; the confirmed release is wanted again.
  kInstallFailed = 8,        ///< Missing, refused or not readable in the store [image::Reason].
  kCopyFailed = 9,           ///< The execution area did not take it [Code].
  kInstallStartsSpent = 10,  ///< Too many starts ended inside the installation.
  kRepaired = 11,            ///< The confirmed release was written over something else.
  kGoldenMarked = 12,        ///< From now on it is the golden release.
  kGoldenRestored = 13,      ///< By boot: nothing else was left that could be started.
  kFactoryReset = 14,        ///< The golden release is confirmed instead of what was .
};

/// A clause such as "the last attempt was spent".
StringView ToText(Outcome outcome);

/// How much of a digest identifies a release in the log.
using DigestPrefix = std::array<std::byte, 8>;

struct Event {
  DigestPrefix release{};
  std::uint32_t boot_count = 0;  ///< ReleaseStatus::boot_count at that time.
  std::uint8_t image = 0;        ///< Index of the boot image that decided; 0 is the application.
  Outcome outcome = Outcome::kNone;
  std::uint8_t detail = 0;
  std::uint8_t companion = 0;  ///< 1: no boot image decided, but the companion with the id `image`.
  friend bool operator==(const Event&, const Event&) = default;
};
static_assert(std::is_trivially_copyable_v<Event> && sizeof(Event) == 16);

DigestPrefix PrefixOf(const crypto::Digest& digest);

}  // namespace linnet::release
