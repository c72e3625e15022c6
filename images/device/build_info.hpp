// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What differs between two builds of the application; one file of variants/ is linked into each.
#pragma once

#include "base/time.hpp"
#include "base/view.hpp"
#include "hal/radio.hpp"

namespace linnet::device {

struct BuildInfo {
  StringView label;         ///< Shown at start.
  UnixTime time;            ///< Of the sources: the calendar time is never before it.
  bool connects = true;     ///< False: a release that is broken on purpose, to be taken back.
  bool radio_works = true;  ///< False: broken on purpose, too; its radio never answers.
};

const BuildInfo& ThisBuild();

/// What the Wi-Fi driver of this build works with; `linnet sign` finds it in the program.
hal::RadioFirmware DriverFirmware();

}  // namespace linnet::device
