// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A few words of RAM that survive a reset but not a power cut: why the device starts again.
#pragma once

#include "hal/reset.hpp"

namespace linnet::an505 {

/// Boot calls this once, first: the cause of this start. It arms the cell, so that a reset which
/// nobody announces is taken for the watchdog's. Needs the Non-secure RAM to be accessible.
hal::ResetCause TakeResetCause();

/// The cause that TakeResetCause found at this start. The Non-secure side could forge it: it is for
/// reports, not for decisions.
hal::ResetCause LastResetCause();

/// Says why the reset comes, and resets the whole device.
[[noreturn]] void ResetDevice(hal::ResetCause cause);

}  // namespace linnet::an505
