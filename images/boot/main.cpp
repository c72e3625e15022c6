// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "images/boot/gateway.hpp"
#include "ports/an505/console.hpp"
#include "ports/an505/memory.hpp"
#include "ports/an505/registers.hpp"
#include "ports/an505/retained.hpp"
#include "ports/an505/secure.hpp"
#include "ports/an505/watchdog.hpp"
#include "release_keys.hpp"

using namespace linnet;

int main() {
  an505::SetUpSecurity();
  const hal::ResetCause cause = an505::TakeResetCause();
  an505::UartConsole console(an505::peripheral::kUart0);
  an505::ConsoleLog sink(console);
  log::SetSink(&sink);
  log::Info("boot", "reset by {}", hal::ToString(cause));
  if (kHasTestKey) {
    log::Warning("boot", "built with a test key: everybody can sign for this device");
  }
  const std::uint32_t table = layout::an505::kApp.address() + an505::kImageHeaderSize;
  if (an505::IsStartable(table)) {
    IgnoreStatus(an505::CmsdkWatchdog().Start(Milliseconds(60'000)));
    log::Info("boot", "starting the application");
    an505::StartNonSecure(table);
  }
  log::Error("boot", "nothing to run");
  while (true) {
    __asm volatile("wfi");
  }
}
