// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The CMSDK watchdog (DDI0479) that the Non-secure side can reach.
#pragma once

#include "hal/watchdog.hpp"

namespace linnet::an505 {

/// Boot starts it before the application, so that one which hangs at once is reset too; the
/// application sets its own time-out and feeds it. The longest time-out is 400 s.
class CmsdkWatchdog final : public hal::Watchdog {
 public:
  Status Start(Milliseconds timeout) override;
  void Feed() override;
};

}  // namespace linnet::an505
