// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/linux/devices.hpp"

#include <sys/random.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <limits>
#include <string>

#include "base/format.hpp"
#include "base/view.hpp"
#include "ports/linux/exit_codes.hpp"

namespace linnet::posix {

namespace {

Instant BootTime() {
  timespec now = {};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return Instant(Milliseconds(std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000));
}

void OnAlarm(int /*signal*/) {
  constexpr StringView kLast = "watchdog: not fed in time\n";
  static_cast<void>(!write(STDERR_FILENO, kLast.data(), kLast.size()));
  _exit(kExitWatchdog);
}

void SetAlarm(Milliseconds timeout) {
  itimerval timer = {};
  timer.it_value.tv_sec = timeout.count() / 1000;
  timer.it_value.tv_usec = timeout.count() % 1000 * 1000;
  setitimer(ITIMER_REAL, &timer, nullptr);
}

// The value of a "Name:   123 kB" line of the kernel's summary of this process, in bytes.
std::uint32_t StatusLine(StringView name) {
  std::FILE* file = std::fopen("/proc/self/status", "re");
  if (file == nullptr) {
    return 0;
  }
  std::array<char, 256> line{};
  unsigned long kilobytes = 0;
  while (std::fgets(line.data(), line.size(), file) != nullptr) {
    if (StringView(line.data()).starts_with(name)) {
      kilobytes = std::strtoul(line.data() + name.size(), nullptr, 10);
      break;
    }
  }
  std::fclose(file);
  return static_cast<std::uint32_t>(kilobytes * 1024);
}

}  // namespace

SteadyClock::SteadyClock() : start_(Instant(BootTime().time_since_epoch())) {}

Instant SteadyClock::Now() const {
  return Instant(BootTime() - start_);
}

Status KernelEntropy::Fill(MutableBytes out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno != EINTR) {
      return Code::kUnavailable;
    }
    out = out.subspan(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }
  return OkStatus();
}

void StdoutConsole::Write(StringView text) {
  while (!text.empty()) {
    const ssize_t done = write(STDOUT_FILENO, text.data(), text.size());
    if (done < 0 && errno != EINTR) {
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
  }
}

void ConsoleLog::Write(log::Level level, StringView tag, StringView text) {
  const auto now = clock_.Now().time_since_epoch().count();
  std::array<char, 512> line{};
  std::array<char, 8> fraction{};
  // "+1000" to keep the leading zeros of the milliseconds.
  const StringView digits = Format(fraction, "{}", now % 1000 + 1000).substr(1);
  console_.Write(
      Format(line, "{}.{} {} {}: {}\n", now / 1000, digits, log::ToString(level), tag, text));
}

std::uint32_t StackStats::stack_peak() const {
  return StatusLine("VmStk:");
}

std::uint32_t StackStats::stack_size() const {
  rlimit limit = {};
  getrlimit(RLIMIT_STACK, &limit);
  return static_cast<std::uint32_t>(
      std::min<rlim_t>(limit.rlim_cur, std::numeric_limits<std::uint32_t>::max()));
}

Status AlarmWatchdog::Start(Milliseconds timeout) {
  if (timeout < Milliseconds(1) || timeout > kLongest) {
    return Code::kOutOfRange;
  }
  std::signal(SIGALRM, OnAlarm);
  timeout_ = timeout;
  SetAlarm(timeout_);
  return OkStatus();
}

void AlarmWatchdog::Feed() {
  if (timeout_ > Milliseconds(0)) {
    SetAlarm(timeout_);
  }
}

void ProcessReset::Now() {
  _exit(kExitSoftwareReset);
}

}  // namespace linnet::posix
