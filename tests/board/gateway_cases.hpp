// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Calls through the Secure gateway, from the side that is not trusted.
#pragma once

#include "hal/console.hpp"

namespace linnet::board_test {

void GatewayCases(hal::Console& console);

}  // namespace linnet::board_test
