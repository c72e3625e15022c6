// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/state_report.hpp"

namespace linnet::device {

Instant StateReport::Run(Instant now) {
  if (settings_.SetMissing(update_.missing())) {
    shadow_.Changed(ShadowSettings::kFirmwareMissing);
  }
  if (settings_.SetRadio(radio::ToString(radio_.state()))) {
    shadow_.Changed(ShadowSettings::kRadioState);
  }
  return now + kLookAgain;
}

}  // namespace linnet::device
