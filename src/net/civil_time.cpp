// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/civil_time.hpp"

#include <algorithm>

namespace linnet::net {

namespace {

constexpr std::int64_t kLatest = 253402300799;  // 9999-12-31T23:59:59Z
constexpr std::uint32_t kSecondsPerDay = 86400;
constexpr std::uint32_t kDaysPerEra = 146097;  // 400 years

}  // namespace

// Counts years from 1 March, so that the leap day is the last of its year: then the month follows
// from the day of the year by one linear formula (153 days in every five months).
CivilTime ToCivil(UnixTime time) {
  const auto seconds =
      static_cast<std::uint64_t>(std::clamp<std::int64_t>(time.seconds, 0, kLatest));
  const auto second_of_day = static_cast<std::uint32_t>(seconds % kSecondsPerDay);
  // 719468 days lie between 0000-03-01 and 1970-01-01.
  const auto days = static_cast<std::uint32_t>(seconds / kSecondsPerDay) + 719468;
  const std::uint32_t era = days / kDaysPerEra;
  const std::uint32_t day_of_era = days % kDaysPerEra;
  const std::uint32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::uint32_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint32_t from_march = (5 * day_of_year + 2) / 153;
  const std::uint32_t month = from_march < 10 ? from_march + 3 : from_march - 9;

  CivilTime civil;
  civil.year = static_cast<std::int32_t>(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
  civil.month = static_cast<std::uint8_t>(month);
  civil.day = static_cast<std::uint8_t>(day_of_year - (153 * from_march + 2) / 5 + 1);
  civil.hour = static_cast<std::uint8_t>(second_of_day / 3600);
  civil.minute = static_cast<std::uint8_t>(second_of_day / 60 % 60);
  civil.second = static_cast<std::uint8_t>(second_of_day % 60);
  return civil;
}

}  // namespace linnet::net
