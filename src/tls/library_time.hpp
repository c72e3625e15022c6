// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The library's calendar. For src/tls only.
#pragma once

#include "net/wall_clock.hpp"

namespace linnet::tls {

/// From now on the library asks `clock` for the time; it must live until another one is bound.
void BindClock(net::WallClock& clock);

}  // namespace linnet::tls
