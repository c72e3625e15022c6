// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// From a port's main() to the application's loop, the same for every board.
#pragma once

#include "images/device/board.hpp"

namespace linnet::device {

/// Mounts the settings, reads the identity and runs the application; never returns. Without an
/// identity it says so and keeps the board alive, so that the factory step can still be done.
[[noreturn]] void Run(Board& board);

}  // namespace linnet::device
