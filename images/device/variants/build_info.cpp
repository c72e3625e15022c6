// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Filled in by the build: see images/device/CMakeLists.txt.
#include "images/device/build_info.hpp"

namespace linnet::device {

const BuildInfo& ThisBuild() {
  static constexpr BuildInfo kBuild{
      .label = LINNET_BUILD_LABEL,
      .time = {LINNET_BUILD_TIME},
      .connects = LINNET_BUILD_CONNECTS,
  };
  return kBuild;
}

}  // namespace linnet::device
