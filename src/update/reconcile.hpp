// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// After a reset: what is to be done, from what the engine noted and what the record says.
#pragma once

#include <cstdint>

#include "base/view.hpp"
#include "release/boot_control.hpp"
#include "update/finding.hpp"
#include "update/notes.hpp"

namespace linnet::update {

/// The README has the table.
enum class Decision : std::uint8_t {
  kWait,     ///< For an order; one that is noted goes on when it is offered again.
  kProve,    ///< What runs is on trial.
  kReboot,   ///< The record wants another release than the one that runs.
  kSucceed,  ///< The noted candidate is confirmed.
  kFail,     ///< The noted candidate was given up; `CauseOf` says why.
  kReport,   ///< The verdict in the notes has not been acknowledged.
};

/// A pure function: neither flash nor cloud is trusted alone.
Decision Reconcile(const Notes& notes, const release::ReleaseStatus& status);

/// Why the noted candidate is no longer wanted, from the outcome log: a clause that names the
/// outcome and its detail.
Finding CauseOf(const Notes& notes, const release::ReleaseStatus& status);

/// "it did not connect in time", ...
StringView ToText(release::RejectReason reason);

}  // namespace linnet::update
