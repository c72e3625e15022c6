// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>

#include "tests/conformance/suites.hpp"

namespace linnet::conformance {

namespace {

/// Waits for `time`; how often it may come back early is bounded, so that a clock that stands still
/// is found. False: not reached.
bool WaitFor(Milliseconds time, const hal::Clock& clock, hal::Idle& idle) {
  const Instant end = clock.Now() + time;
  for (int i = 0; i < 1'000'000 && clock.Now() < end; ++i) {
    idle.WaitUntil(end);
  }
  return clock.Now() >= end;
}

}  // namespace

void ClockSuite(const hal::Clock& clock, hal::Idle& idle, Report& report) {
  {
    Case test(report, "clock", "never goes back");
    Instant last = clock.Now();
    test.Expect(last >= Instant{}, "the time is negative");
    for (int i = 0; i < 10'000; ++i) {
      const Instant now = clock.Now();
      test.Expect(now >= last, "time went back");
      last = now;
    }
  }
  {
    Case test(report, "clock", "advances while the core sleeps");
    test.Expect(WaitFor(Milliseconds(50), clock, idle), "50 ms did not pass");
  }
  {
    Case test(report, "idle", "a deadline that has passed does not wait");
    const Instant before = clock.Now();
    for (int i = 0; i < 10; ++i) {
      idle.WaitUntil(before);
    }
    test.Expect(clock.Now() - before < Milliseconds(1'000), "it waited");
  }
  {
    Case test(report, "idle", "wakes up near the deadline");
    const Instant before = clock.Now();
    test.Expect(WaitFor(Milliseconds(20), clock, idle), "the deadline was not reached");
    test.Expect(clock.Now() - before < Milliseconds(5'000), "it slept far too long");
  }
}

void EntropySuite(hal::Entropy& entropy, Report& report) {
  using Block = std::array<std::byte, 256>;
  {
    Case test(report, "entropy", "fills every byte, and only these");
    // A byte that is never written keeps its value; one that is has 16 chances to lose it.
    Block changed{};
    for (int i = 0; i < 16; ++i) {
      Block block;
      block.fill(std::byte{0x5A});
      test.Expect(entropy.Fill(MutableBytes(block).subspan(1, 253)).ok(), "no entropy");
      for (std::size_t at = 0; at < block.size(); ++at) {
        changed[at] |= block[at] ^ std::byte{0x5A};
      }
    }
    const auto inside = Bytes(changed).subspan(1, 253);
    test.Expect(std::find(inside.begin(), inside.end(), std::byte{0}) == inside.end(),
                "a byte was never filled");
    test.Expect(changed[0] == std::byte{0} && changed[254] == std::byte{0}, "a byte outside");
  }
  {
    Case test(report, "entropy", "two fills differ");
    Block first{};
    Block second{};
    test.Expect(entropy.Fill(first).ok() && entropy.Fill(second).ok(), "no entropy");
    test.Expect(!Equal(first, second), "the same bytes twice");
  }
  {
    Case test(report, "entropy", "about half of the bits are set");
    Block block{};
    test.Expect(entropy.Fill(block).ok(), "no entropy");
    int ones = 0;
    for (const std::byte byte : block) {
      ones += std::popcount(std::to_integer<unsigned>(byte));
    }
    // 2048 bits, standard deviation 23: ten of them never happen.
    test.Expect(ones > 1024 - 230 && ones < 1024 + 230, "heavily biased");
  }
  {
    Case test(report, "entropy", "an empty fill is ok");
    test.Expect(entropy.Fill({}).ok(), "it failed");
  }
}

void ResetSuite(const hal::Reset& reset, Report& report) {
  Case test(report, "reset", "the cause has a name and does not change");
  const hal::ResetCause cause = reset.cause();
  test.Expect(hal::ToString(cause) != "unknown", "a cause without a name");
  test.Expect(reset.cause() == cause, "two answers");
}

void ConsoleSuite(hal::Console& console, Report& report) {
  Case test(report, "console", "takes nothing, parts of lines and long lines");
  console.Write("");
  for (int i = 0; i < 8; ++i) {
    console.Write("console carries long lines whole ");
  }
  console.Write("and console reaches its end\n");
}

void LedSuite(hal::Led& led, Report& report) {
  Case test(report, "led", "says what was set");
  for (const bool on : {true, true, false, false, true, false}) {
    led.Set(on);
    test.Expect(led.on() == on, "it says otherwise");
  }
}

void MemoryStatsSuite(const hal::MemoryStats& stats, Report& report) {
  Case test(report, "memory_stats", "the peak is within the stack and never shrinks");
  const std::uint32_t before = stats.stack_peak();
  test.Expect(stats.stack_size() > 0, "no stack");
  test.Expect(before > 0 && before <= stats.stack_size(), "the peak is not within the stack");
  // Uses some stack, and keeps the compiler from optimising it away.
  std::array<volatile std::uint8_t, 512> used{};
  for (auto& byte : used) {
    byte = 1;
  }
  test.Expect(stats.stack_peak() >= before, "the peak shrank");
}

void WatchdogSuite(hal::Watchdog& watchdog, const hal::Clock& clock, hal::Idle& idle,
                   Report& report) {
  {
    Case test(report, "watchdog", "may be fed before it was started");
    watchdog.Feed();
  }
  {
    Case test(report, "watchdog", "refuses times that it cannot keep");
    test.Expect(watchdog.Start(Milliseconds(0)).code() == Code::kOutOfRange, "accepts 0 ms");
    test.Expect(watchdog.Start(Milliseconds::max()).code() == Code::kOutOfRange,
                "accepts for ever");
  }
  {
    Case test(report, "watchdog", "does not expire while it is fed");
    test.Expect(watchdog.Start(Milliseconds(4'000)).ok(), "4 s were refused");
    for (int i = 0; i < 50; ++i) {
      test.Expect(WaitFor(Milliseconds(100), clock, idle), "time stands still");
      watchdog.Feed();
    }
  }
  {
    Case test(report, "watchdog", "takes another time-out while it runs");
    test.Expect(watchdog.Start(Milliseconds(30'000)).ok(), "30 s were refused");
    watchdog.Feed();
  }
}

}  // namespace linnet::conformance
