// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// How a device process and the loader that plays its hardware understand each other.
#pragma once

#include "hal/reset.hpp"

namespace linnet::posix {

/// The process ended because the device reset itself. Any other code but 0 is a fault; 0 means that
/// the device was switched off.
inline constexpr int kExitSoftwareReset = 80;
inline constexpr int kExitWatchdog = 81;

/// What the loader hands over in the environment.
inline constexpr const char* kDirectoryVariable = "LINNET_DEVICE_DIR";
inline constexpr const char* kGateVariable = "LINNET_GATE_FD";
inline constexpr const char* kResetCauseVariable = "LINNET_RESET_CAUSE";
/// The socket of a radio; not there: the device has none.
inline constexpr const char* kRadioVariable = "LINNET_RADIO";

}  // namespace linnet::posix
