// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Filled in by the build: see images/device/CMakeLists.txt.
#include "images/device/build_info.hpp"

#include "radio/patch.hpp"
#include "radio/requirement.hpp"

namespace linnet::device {

namespace {

constinit const radio::RequirementNote kRadioNote({.version = LINNET_BUILD_RADIO_FIRMWARE,
                                                   .features = radio::feature::kSystem});

}  // namespace

const BuildInfo& ThisBuild() {
  static constexpr BuildInfo kBuild{
      .label = LINNET_BUILD_LABEL,
      .time = {LINNET_BUILD_TIME},
      .connects = LINNET_BUILD_CONNECTS,
      .radio_works = LINNET_BUILD_RADIO_WORKS,
  };
  return kBuild;
}

hal::RadioFirmware DriverFirmware() {
  return kRadioNote.firmware();
}

}  // namespace linnet::device
