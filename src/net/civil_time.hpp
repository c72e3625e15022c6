// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Unix seconds as a date in UTC (proleptic Gregorian calendar).
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace linnet::net {

struct CivilTime {
  std::int32_t year = 1970;
  std::uint8_t month = 1;  ///< 1 to 12
  std::uint8_t day = 1;    ///< 1 to 31
  std::uint8_t hour = 0;
  std::uint8_t minute = 0;
  std::uint8_t second = 0;
  friend bool operator==(const CivilTime&, const CivilTime&) = default;
};

/// For the years 1970 to 9999; times outside count as the nearest of them.
CivilTime ToCivil(UnixTime time);

}  // namespace linnet::net
