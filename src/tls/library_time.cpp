// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tls/library_time.hpp"

#include <mbedtls/platform.h>
#include <mbedtls/platform_time.h>
#include <mbedtls/platform_util.h>

#include "net/civil_time.hpp"

static_assert(sizeof(mbedtls_time_t) >= 8, "certificates outlive 2038");

namespace linnet::tls {

namespace {

net::WallClock* bound_clock = nullptr;

mbedtls_time_t Now(mbedtls_time_t* out) {
  const auto seconds = static_cast<mbedtls_time_t>(bound_clock->Now().seconds);
  if (out != nullptr) {
    *out = seconds;
  }
  return seconds;
}

}  // namespace

void BindClock(net::WallClock& clock) {
  bound_clock = &clock;
  mbedtls_platform_set_time(Now);
}

}  // namespace linnet::tls

// NOLINTNEXTLINE: the library's name
extern "C" struct tm* mbedtls_platform_gmtime_r(const mbedtls_time_t* time, struct tm* out) {
  const linnet::net::CivilTime civil = linnet::net::ToCivil({*time});
  *out = {};
  out->tm_year = civil.year - 1900;
  out->tm_mon = civil.month - 1;
  out->tm_mday = civil.day;
  out->tm_hour = civil.hour;
  out->tm_min = civil.minute;
  out->tm_sec = civil.second;
  return out;
}
