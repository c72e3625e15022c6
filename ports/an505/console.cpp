// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/console.hpp"

#include <array>

#include "base/format.hpp"
#include "base/view.hpp"
#include "ports/an505/registers.hpp"
#include "ports/an505/uart.hpp"

namespace linnet::an505 {

UartConsole::UartConsole(std::uintptr_t base) : base_(base) {
  uart::Enable(base, uart::kTransmit);
}

void UartConsole::Write(StringView text) {
  for (const char c : text) {
    if (c == '\n') {
      uart::Send(base_, '\r');
    }
    uart::Send(base_, c);
  }
}

void ConsoleLog::Write(log::Level level, StringView tag, StringView text) {
  const std::array<StringView, 6> parts = {ToString(level), " ", tag, ": ", text, "\n"};
  for (const StringView part : parts) {
    console_.Write(part);
  }
}

void TimedConsoleLog::Write(log::Level level, StringView tag, StringView text) {
  // Milliseconds since reset fit 32 bits for 49 days; a log line may wrap, a deadline may not.
  const auto now = static_cast<std::uint32_t>(clock_.Now().time_since_epoch().count());
  const std::uint32_t fraction = now % 1000;
  std::array<char, 24> digits{};
  console_.Write(Format(digits, "[{}.{}{}{}] ", now / 1000, fraction / 100, fraction / 10 % 10,
                        fraction % 10));
  plain_.Write(level, tag, text);
}

}  // namespace linnet::an505
