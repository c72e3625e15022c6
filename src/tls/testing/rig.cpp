// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/testing/rig.hpp"

namespace linnet::tls::testing {

const World& World::Get() {
  static const World world;
  return world;
}

}  // namespace linnet::tls::testing
