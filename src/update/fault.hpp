// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Why an order failed, as a word that a machine can sort by; the sentence beside it is for people.
#pragma once

#include <cstdint>

#include "base/view.hpp"

namespace linnet::update {

/// Values stand in flash, words in job reports: never reuse one.
enum class Fault : std::uint8_t {
  kNone = 0,
  kNotThere = 1,       ///< The server has no such file.
  kNoRanges = 2,       ///< The server does not serve ranges.
  kChanging = 3,       ///< The file became another one, again and again.
  kGaveUp = 4,         ///< The network, for longer than the budget allows.
  kSize = 5,           ///< The sizes that order, file and parts state cannot all be true.
  kTooLarge = 6,       ///< Larger than the place that it is for.
  kFormat = 7,         ///< Not a file that this device understands, or a damaged one.
  kForAnother = 8,     ///< For another product or board.
  kRunning = 9,        ///< It runs already, whole.
  kOlder = 10,         ///< Older than what runs.
  kPairing = 11,       ///< Application and companions do not belong together.
  kPartMissing = 12,   ///< Something that the application needs is neither here nor in the file.
  kRadioVersion = 13,  ///< The Wi-Fi firmware is not of the version that the driver needs.
  kContent = 14,       ///< Content does not have its digest.
  kNotTrusted = 15,    ///< Signature or security counter.
  kStore = 16,         ///< The release store has no room, or fails.
  kStaging = 17,       ///< The release cannot be staged now.
  kReplaced = 18,      ///< Another release took its place.
  kInstall = 19,       ///< Boot could not install it.
  kCrashed = 20,       ///< It used up its starts.
  kNoConnection = 21,  ///< On trial it did not reach its cloud.
  kUnhealthy = 22,     ///< On trial the product's self-test failed.
  kRadio = 23,         ///< On trial the radio did not come up.
  kCancelled = 24,
  kLoop = 25,  ///< Resets without end while it was fetched.
  kUnknown = 26,
  kNotOrdered = 27,  ///< The file has another version than the order says.
};

/// "not-there", "no-ranges", ...: at most 16 characters.
StringView ToString(Fault fault);
inline constexpr Fault kLastFault = Fault::kNotOrdered;

}  // namespace linnet::update
