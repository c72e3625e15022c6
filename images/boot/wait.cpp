// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "images/boot/nothing_to_run.hpp"

namespace linnet {

void NothingToRun(const Recoverable& /*device*/) {
  log::Error("boot", "nothing to run: flash a signed application; waiting");
  while (true) {
    __asm volatile("wfi");
  }
}

}  // namespace linnet
