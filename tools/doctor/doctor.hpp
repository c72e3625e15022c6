// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What is wrong with a build of the nRF Connect SDK, and what to do.
#pragma once

#include <string>
#include <vector>

#include "tools/doctor/build.hpp"
#include "tools/layout/finding.hpp"

namespace linnet::doctor {

using Findings = std::vector<layout::Finding>;

/// All findings, worst first.
Findings Diagnose(const Build& build);

/// What tools/doctor/options.yml knows; throws layout::Error if that file is wrong.
void DiagnoseOptions(const Build& build, Findings& findings);
void DiagnosePackage(const Build& build, Findings& findings);
void DiagnoseUpdate(const Build& build, Findings& findings);
void DiagnoseImages(const Build& build, Findings& findings);

/// Whether the Wi-Fi firmware is an MCUboot image of its own in this map.
bool HasPatchSlots(const Build& build);

}  // namespace linnet::doctor
