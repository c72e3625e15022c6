// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Time: monotonic instants for deadlines, Unix seconds for the calendar.
#pragma once

#include <chrono>
#include <cstdint>

namespace linnet {

using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;
using Seconds = std::chrono::duration<std::int64_t>;

/// Names the device's monotonic clock; it starts near zero at reset and never steps. Time is read
/// from a `hal::Clock`, which a test may drive by hand, never from here.
struct MonotonicClock {
  using rep = std::int64_t;
  using period = std::milli;
  using duration = Milliseconds;
  using time_point = std::chrono::time_point<MonotonicClock, Milliseconds>;
  static constexpr bool is_steady = true;  // NOLINT: the standard's name
};

using Instant = MonotonicClock::time_point;

// The standard's comparisons go by references to two numbers in memory; these by the numbers.
constexpr bool operator==(Instant a, Instant b) {
  return a.time_since_epoch().count() == b.time_since_epoch().count();
}
constexpr bool operator<(Instant a, Instant b) {
  return a.time_since_epoch().count() < b.time_since_epoch().count();
}
constexpr bool operator>(Instant a, Instant b) {
  return b < a;
}
constexpr bool operator<=(Instant a, Instant b) {
  return !(b < a);
}
constexpr bool operator>=(Instant a, Instant b) {
  return !(a < b);
}

/// Later than any deadline.
inline constexpr Instant kNever = Instant::max();

/// Seconds since 1970-01-01 UTC, 64 bits: no wrap in 2036 or 2038.
struct UnixTime {
  std::int64_t seconds = 0;
  friend constexpr auto operator<=>(const UnixTime&, const UnixTime&) = default;  // NOLINT
};

}  // namespace linnet
